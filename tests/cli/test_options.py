"""The shared options mean the same wherever they stand."""

import importlib
from collections import defaultdict

import click
import pytest

from inspector.cli import COMMANDS
from inspector.cli.options import FileName, Input, readable
from inspector.errors import InspectorError
from inspector.proxy.address import parse_listen


def test_an_option_of_one_name_has_one_meaning() -> None:
    """A user who learned ``--patience`` or ``--json`` once knows it everywhere."""
    meanings: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for name in COMMANDS:
        command: click.Command = importlib.import_module(f"inspector.cli.{name}_command").command
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                words = (parameter.help or "").partition("; by default")[0]  # where else, each command says
                meanings[parameter.opts[0]].add((words, parameter.type.name))
    shared = {"--capture", "--patience", "--json"}
    assert {option: len(found) for option, found in meanings.items() if option in shared} == dict.fromkeys(shared, 1)


def test_an_empty_name_of_a_file_is_told_as_empty_by_whatever_takes_one() -> None:
    for name in COMMANDS:
        command: click.Command = importlib.import_module(f"inspector.cli.{name}_command").command
        for parameter in command.params:
            if isinstance(parameter.type, click.Path | click.File):
                assert isinstance(parameter.type, FileName | Input), (name, parameter.name)
                with pytest.raises(click.BadParameter, match="the name is empty"):
                    parameter.type.convert("", parameter, None)


@pytest.mark.parametrize(
    ("typed", "code"), [(["--at", "1:2", "--at", "3:4"], 0), (["--at", "1:2", "--at", "x"], 2), ([], 0)]
)
def test_what_can_be_read_stays_as_it_was_typed(typed: list[str], code: int) -> None:
    seen: list[object] = []

    @click.command()
    @click.option("--at", multiple=True, callback=readable(parse_listen))
    def command(at: object) -> None:
        seen.append(at)

    try:
        command.main(typed, standalone_mode=False)
    except InspectorError as error:
        assert (code, str(error).startswith("x: not an address")) == (2, True)
    else:
        assert (code, seen) == (0, [tuple(typed[1::2])])
