"""``ocpp-inspector import``."""

from pathlib import Path
from typing import TextIO

import click

from inspector.cli.capture_path import new_capture
from inspector.cli.options import NEW_CAPTURE, PATIENCE
from inspector.errors import InspectorError
from inspector.tui.text import visible


@click.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@NEW_CAPTURE
@PATIENCE
def command(files: tuple[Path, ...], capture: Path | None, patience: float) -> None:
    """Add the sessions of exported FILES to a capture. They are checked and paired anew."""
    from inspector.formats.jsonl import check_head, import_lines
    from inspector.store.writer import Writer

    for file in files:
        with _opened(file) as lines:
            try:
                check_head(lines.readline())
            except InspectorError as error:
                raise InspectorError(f"{file}, {error}") from error
    path = capture or new_capture("import")
    writer = Writer(path)
    try:
        for file in files:
            with _opened(file) as lines:
                result = import_lines(lines, writer, patience_ns=int(patience * 1e9))
            for fault in result.faults:
                click.echo(visible(f"{file}, {fault}: left out"), err=True)
            click.echo(f"{file}: {result.sessions} sessions, {result.frames} frames", err=True)
    finally:
        writer.close()
    click.echo(str(path))


def _opened(file: Path) -> TextIO:
    try:
        return file.open(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InspectorError(f"{file}: can't be read: {error.strerror}") from error
