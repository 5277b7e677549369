"""Writes the pages that are made from the code's own tables: ``python -m tests.documents``."""

import importlib
from pathlib import Path

import click

from inspector.cli import COMMANDS, main
from inspector.cli.codes import TITLES, family
from inspector.cli.rule_command import blamed
from inspector.protocol.finding import Rule
from inspector.store.filter.terms import TERMS
from inspector.tui.keys import KEYS, shown
from inspector.tui.screens.help import PLACES

ROOT = Path(__file__).parent.parent
RULES_PAGE = ROOT / "docs" / "rules.md"
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
KEYS_PAGE = ROOT / "docs" / "keys.md"
PAGES = (RULES_PAGE, COMMANDS_PAGE, KEYS_PAGE)


def pages() -> dict[Path, str]:
    """Return the text of each generated page."""
    return {RULES_PAGE: _rules(), COMMANDS_PAGE: _commands(), KEYS_PAGE: _keys()}


def _rules() -> str:
    parts = [
        "# The rules\n\nEvery finding has the code of one of these. `ocpp-inspector rule CODE` prints it,"
        " `ocpp-inspector rule` and a letter lists a family.\n",
        "An *error* breaks the standard, a *warning* may break it, an *info* is only odd. What is said to blame"
        " *the sender* blames who sent the frame, unless the finding knows better.\n",
        _contents(),
    ]
    for letter, title in TITLES.items():
        parts.append(f"## {letter} {title}\n")
        parts += map(_rule, family(letter))
    return "\n".join(parts)


def _contents() -> str:
    """List the families and their rules, each with a link to it."""
    lines = []
    for letter, title in TITLES.items():
        lines.append(f"- [{letter} {title}](#{_anchor(f'{letter} {title}')})")
        lines += [f"  - [{rule.code}](#{_anchor(f'{rule.code} {rule.name}')}) {rule.name}" for rule in family(letter)]
    return "\n".join(lines) + "\n"


def _anchor(heading: str) -> str:
    """Return where a link to a heading leads, as GitHub names it."""
    return heading.lower().replace(" ", "-")


def _rule(rule: Rule) -> str:
    return (
        f"### {rule.code} {rule.name}\n\n*{rule.severity}*, blames {blamed(rule)}. {rule.summary}\n\n"
        f"- **Why it matters:** {rule.why}\n- **What to do:** {rule.fix}\n- **Standard:** {rule.spec}\n"
    )


def _commands() -> str:
    parts = ["# The commands\n\nStandard output is data, standard error is talk.\n"]
    with click.Context(main, info_name="ocpp-inspector", **main.context_settings) as parent:
        for name in COMMANDS:
            command: click.Command = importlib.import_module(f"inspector.cli.{name}_command").command
            context = click.Context(command, info_name=name, parent=parent, terminal_width=96, max_content_width=96)
            parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _keys() -> str:
    lines = ["# The keys\n", "`?` shows them in the interface.\n"]
    for place, title in PLACES.items():
        lines += [f"## {title}\n", "| key | what it does |", "| --- | --- |"]
        lines += [f"| {_names(key.keys)} | {key.text} |" for key in KEYS if key.place == place]
        lines.append("")
    lines += [
        "## The filter\n",
        "Terms side by side must all hold; `or`, `not` (or `!`), parentheses and quotes; `*` is any text.",
    ]
    lines += [
        "A bare word searches the raw text. The same language serves `frames --filter`.\n",
        "| key | finds |",
        "| --- | --- |",
    ]
    lines += [f"| `{term.key}:` | {term.help} |" for term in TERMS.values()]
    return "\n".join(lines) + "\n"


def _names(keys: str) -> str:
    return " ".join(f"`{shown(key)}`" for key in keys.split(","))


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, "utf-8")
