"""The shared options mean the same wherever they stand."""

import importlib
from collections import defaultdict

import click

from inspector.cli import COMMANDS


def test_an_option_of_one_name_has_one_meaning() -> None:
    """A user who learned ``--patience`` or ``--json`` once knows it everywhere."""
    meanings: defaultdict[str, set[tuple[str | None, str]]] = defaultdict(set)
    for name in COMMANDS:
        command: click.Command = importlib.import_module(f"inspector.cli.{name}_command").command
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                meanings[parameter.opts[0]].add((parameter.help, parameter.type.name))
    shared = {"--capture", "--patience", "--json"}
    assert {option: len(found) for option, found in meanings.items() if option in shared} == dict.fromkeys(shared, 1)
