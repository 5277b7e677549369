"""``ocpp-inspector tui``."""

import gc
from pathlib import Path

import click

from inspector.cli.options import FileName
from inspector.cli.output import require_terminal


@click.command("tui")
@click.argument("capture", type=FileName())
def command(capture: Path) -> None:
    """Browse CAPTURE in the terminal, also while it is being recorded. Press ? for the keys.

    Keys of your own stand in $XDG_CONFIG_HOME/ocpp-inspector/keys.toml (else below ~/.config), by the names of their
    actions, which docs/keys.md lists: under [browse] a line follow = "L".
    """
    require_terminal()
    gc.disable()  # a sixth of the start, and none of it is garbage
    from inspector.tui.app import InspectorApp  # Textual: 0.2 s

    app = InspectorApp(capture)
    app.when_ready = _collect
    app.run()


def _collect() -> None:
    """Collect garbage from here on, but not among what the start made: that would take 100 ms now and then."""
    gc.freeze()
    gc.enable()
