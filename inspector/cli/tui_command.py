"""``ocpp-inspector tui``."""

import sys
from pathlib import Path

import click

from inspector.errors import InspectorError


@click.command("tui")
@click.argument("capture", type=click.Path(path_type=Path))
def command(capture: Path) -> None:
    """Browse CAPTURE in the terminal, also while it is being recorded. Press ? for the keys."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InspectorError("the interface needs a terminal; `sessions` and `frames` print to a pipe")
    from inspector.tui.app import InspectorApp  # Textual: 0.2 s

    InspectorApp(capture).run()
