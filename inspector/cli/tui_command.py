"""``ocpp-inspector tui``."""

from pathlib import Path

import click

from inspector.cli.output import require_terminal


@click.command("tui")
@click.argument("capture", type=click.Path(path_type=Path))
def command(capture: Path) -> None:
    """Browse CAPTURE in the terminal, also while it is being recorded. Press ? for the keys."""
    require_terminal()
    from inspector.tui.app import InspectorApp  # Textual: 0.2 s

    InspectorApp(capture).run()
