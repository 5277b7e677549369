"""Writes the pages that are made from the code's own tables: ``python -m tests.documents``."""

import importlib
from pathlib import Path

import click

from inspector.cli import COMMANDS, main
from inspector.cli.codes import TITLES, family
from inspector.cli.rule_command import blamed
from inspector.protocol.finding import Rule
from inspector.store.filter.term import Term
from inspector.store.filter.terms import GUIDE, TERMS
from inspector.tui.keys import KEYS, shown
from inspector.tui.screens.help import PLACES

ROOT = Path(__file__).parent.parent
RULES_PAGE = ROOT / "docs" / "rules.md"
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
KEYS_PAGE = ROOT / "docs" / "keys.md"
FILTERS_PAGE = ROOT / "docs" / "filters.md"
PAGES = (RULES_PAGE, COMMANDS_PAGE, KEYS_PAGE, FILTERS_PAGE)


def pages() -> dict[Path, str]:
    """Return the text of each generated page."""
    return {RULES_PAGE: _rules(), COMMANDS_PAGE: _commands(), KEYS_PAGE: _keys(), FILTERS_PAGE: _filters()}


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
    lines = ["# The keys\n", "`?` shows those of the screen one is on.\n", _OWN_KEYS]
    for place, title in PLACES.items():
        lines += [f"## {title}\n", "| key | what it does | name |", "| --- | --- | --- |"]
        lines += [f"| {_names(key.keys)} | {key.text} | `{key.id}` |" for key in KEYS if key.place == place]
        lines.append("")
    lines.append("The filter's line takes the terms of [the filter language](filters.md).")
    return "\n".join(lines) + "\n"


_OWN_KEYS = """\
Keys of your own stand in `$XDG_CONFIG_HOME/ocpp-inspector/keys.toml` (`~/.config/ocpp-inspector/keys.toml`), by the
names of the actions: one key or several, as you would type them, or by the names `enter`, `escape`, `space`, `tab`,
`up`, `pagedown`, `f5`, `ctrl+l` ... They stand in place of those below. What is wrong in the file is said when the
interface starts, and the rest of it holds.

```toml
[browse]
follow = "L"
next-problem = ["ctrl+n", "]"]
```
"""


def _filters() -> str:
    lines = [
        "# The filters\n",
        "One language says which frames are meant: in the filter's line of the interface (`/`; `tab` completes, `F1`"
        " shows the keys), in `frames --filter` and in `export --filter`.\n",
        "```\nocpp-inspector frames lab.db --filter 'action:Boot* (severity:error or latency>2s)'\n```\n",
        "## Putting terms together\n",
        "| you write | it means |\n| --- | --- |",
        *(f"| {_coded(form)} | {_cell(meaning)} |" for form, meaning in GUIDE),
        '\nWhat has a space or a sign in it stands in quotes, as in JSON: `"two words"`, `id:"a b"`.\n',
        "## Keys\n",
        "| key | finds | examples |\n| --- | --- | --- |",
        *(f"| `{key}` | {_cell(term.help)} | {_coded(', '.join(term.examples))} |" for key, term in TERMS.items()),
        "",
        "Of these keys there is a list of values:\n",
        *(_values(term) for term in TERMS.values() if 0 < len(term.values) < MOST_VALUES),
        "",
        *_FILTER_NOTES,
    ]
    return "\n".join(lines) + "\n"


MOST_VALUES = 10
"""Values of a key that are listed on the page."""

_FILTER_NOTES = (
    "## Numbers, times and payloads\n",
    "- `latency:120ms` is what would be written so: from 120 ms up to 121 ms. So are `size:4k` and `time:12:30`.",
    "- Times are UTC, as the interface shows them. `2026-03-01`, `2026-03-01T12:30` and RFC 3339 with an offset name"
    " a moment; `12:30` and `12:30:05` a time of day, on any day; `10m` and `2h` so long before the filter is entered.",
    "- `tx`, `idtag` and `connector` look where OCPP 1.6 and where 2.x keep them, and find both halves of an exchange:"
    " `tx:77` finds the StartTransaction whose answer gave the number.",
    "- `payload.meterValue.0.timestamp` is a path: keys and places in lists (from 0), `*` for any of them; a key with a"
    ' sign in it stands in quotes: `payload."a b".c:1`. `payload.reason:*` finds what has the field at all. A number'
    " in a string counts as a number when it is compared.",
    "- The payload of a CALLERROR is its details.",
    "- `session`, `station`, `version`, `action`, `severity`, `code` and `marked` are looked up in an index; with"
    " anything else the frames are read through, and what is found is shown as soon as it is.",
)


def _values(term: type[Term]) -> str:
    return f"- `{term.key}`: {', '.join(f'`{value}`' for value in term.values)}"


def _coded(texts: str) -> str:
    return ", ".join(f"`{_cell(text)}`" for text in texts.split(", "))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _names(keys: str) -> str:
    return " ".join(f"`{shown(key)}`" for key in keys.split(","))


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, "utf-8")
