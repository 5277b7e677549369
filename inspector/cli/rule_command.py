"""``ocpp-inspector rule``."""

import click

from inspector.cli.codes import TITLES, by_family, rules_of
from inspector.cli.options import JSON
from inspector.cli.output import paint, print_json, print_table
from inspector.protocol.finding import Rule

SENDER = "the sender"
"""Who is to blame where a rule's row names nobody: who sent the frame, if the finding does not know better."""


@click.command("rule")
@click.argument("code", required=False)
@JSON
def command(code: str | None, as_json: bool) -> None:
    """Explain the finding CODE; list a family by its letter, and all rules without one.

    Families: F framing, S schema, R exchanges, H handshake and connection, B boot, T transactions, C clocks, M meter
    values, P promises, X security.
    """
    chosen = by_family() if code is None else rules_of(code)
    if as_json:
        for rule in chosen:
            print_json({name: str(getattr(rule, name)) for name in Rule.__slots__} | {"blame": blamed(rule)})
    elif code is not None and len(code.strip()) > 1:
        _explain(chosen[0])
    else:
        _list(chosen)


def blamed(rule: Rule) -> str:
    """Say whose fault a rule's findings are."""
    return rule.blame or SENDER


def _list(rules: list[Rule]) -> None:
    """List rules in a table."""
    rows = ((rule.code, paint(rule.severity, rule.severity), blamed(rule), rule.name, rule.summary) for rule in rules)
    print_table(("CODE", "SEVERITY", "BLAMES", "NAME", "WHAT"), rows)


def _explain(rule: Rule) -> None:
    family = TITLES[rule.code[0]].lower()
    click.echo(f"{paint(rule.code, rule.severity)} {rule.name} ({rule.severity}, {family})\n\n{rule.summary}\n")
    blame = blamed(rule) if rule.blame else f"{SENDER} of the frame, unless the finding names another"
    facts = (("Why it matters", rule.why), ("Whose fault", blame), ("What to do", rule.fix), ("Standard", rule.spec))
    for head, text in facts:
        click.echo(f"{head}: {text}")
