"""Help in parts."""

import click
from click.testing import CliRunner

from inspector.cli.sectioned import Sectioned


def test_options_stand_in_their_parts_and_the_rest_last() -> None:
    made = click.command("x", cls=Sectioned, sections={"First": ("two",), "Then": ("one",)})(lambda **_: None)
    made.params = [click.Argument(["file"]), *(click.Option([f"--{name}"]) for name in ("one", "two", "three"))]
    text = CliRunner().invoke(made, ["--help"]).output
    assert [line.strip().split(" ")[0] for line in text.partition("First:")[2].splitlines() if line.strip()] == [
        "--two",
        "Then:",
        "--one",
        "And:",
        "--three",
        "--help",
    ]
