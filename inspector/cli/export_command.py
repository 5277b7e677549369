"""``ocpp-inspector export``."""

from pathlib import Path

import click

from inspector.cli.options import SESSION
from inspector.formats.jsonl import export_lines
from inspector.store.reader import Reader

FORMATS = {"jsonl": export_lines}
"""What can be written, by name."""


@click.command("export")
@click.argument("capture", type=click.Path(path_type=Path))
@SESSION
@click.option(
    "--format",
    "kind",
    type=click.Choice([*FORMATS]),
    default="jsonl",
    show_default=True,
    help="How to write it.",
)
def command(capture: Path, session: int | None, kind: str) -> None:
    """Write CAPTURE to standard output: sessions, frames and findings, one JSON object a line."""
    with Reader(capture) as reader:
        for line in FORMATS[kind](reader, session):
            click.echo(line)
