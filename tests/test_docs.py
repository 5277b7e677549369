"""The documents say everything there is: commands, options, rules, filter keys, keys; and their pictures exist."""

import importlib
import re
from pathlib import Path

import click
import pytest

from inspector.cli import COMMANDS
from inspector.protocol.rules import TABLE
from inspector.store.filter.terms import TERMS
from inspector.tui.keys import KEYS, shown
from tests.documents import COMMANDS_PAGE, FILTERS_PAGE, KEYS_PAGE, PAGES, ROOT, RULES_PAGE, pages

README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_generated_page_is_fresh(page: Path) -> None:
    """``python -m tests.documents`` writes them."""
    assert page.read_text("utf-8") == pages()[page]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    command: click.Command = importlib.import_module(f"inspector.cli.{name}_command").command
    text = COMMANDS_PAGE.read_text("utf-8")
    assert f"## {name}\n" in text
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, parameter.name
            assert all(option in text for option in parameter.opts)
    assert f"ocpp-inspector {name}" in README


def test_every_rule_is_documented() -> None:
    text = RULES_PAGE.read_text("utf-8")
    for rule in TABLE.values():
        assert f"## {rule.code} {rule.name}\n" in text
        assert all(part in text for part in (rule.summary, rule.why, rule.fix, rule.spec))
        assert all((rule.summary, rule.why, rule.fix, rule.spec))


def test_every_filter_key_is_documented() -> None:
    text = FILTERS_PAGE.read_text("utf-8")
    for key, term in TERMS.items():
        assert f"| `{key}` | {term.help} |" in text
        assert all(f"`{example}`" in text for example in term.examples)


def test_every_key_is_documented() -> None:
    text = KEYS_PAGE.read_text("utf-8")
    for key in KEYS:
        assert all(f"`{shown(name)}`" in text for name in key.keys.split(","))
        assert key.text in text


@pytest.mark.parametrize(
    "document", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")], ids=str
)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def test_the_changelog_begins_with_this_version() -> None:
    from inspector import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
