"""``ocpp-inspector rule``."""

import click

from inspector.cli.options import JSON
from inspector.cli.output import paint, print_json, print_table
from inspector.errors import InspectorError
from inspector.protocol.finding import Rule
from inspector.protocol.rules import TABLE


@click.command("rule")
@click.argument("code", required=False)
@JSON
def command(code: str | None, as_json: bool) -> None:
    """Explain the finding CODE; without one, list all codes."""
    if code is not None and code.upper() not in TABLE:
        raise InspectorError(f"no rule {code}; `ocpp-inspector rule` lists them")
    chosen = list(TABLE.values()) if code is None else [TABLE[code.upper()]]
    if as_json:
        for rule in chosen:
            print_json({name: str(getattr(rule, name)) for name in Rule.__slots__})
    elif code is None:
        rows = ((rule.code, paint(rule.severity, rule.severity), rule.name, rule.summary) for rule in chosen)
        print_table(("CODE", "SEVERITY", "NAME", "WHAT"), rows)
    else:
        _explain(chosen[0])


def _explain(rule: Rule) -> None:
    click.echo(f"{paint(rule.code, rule.severity)} {rule.name} ({rule.severity})\n\n{rule.summary}\n")
    for head, text in (("Why it matters", rule.why), ("What to do", rule.fix), ("Standard", rule.spec)):
        click.echo(f"{head}: {text}")
