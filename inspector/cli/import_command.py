"""``ocpp-inspector import``."""

from pathlib import Path
from typing import TextIO

import click

from inspector.cli.capture_path import new_capture
from inspector.cli.options import NEW_CAPTURE, RECORDED_PATIENCE, SCHEMAS, Input, nanoseconds
from inspector.errors import InspectorError
from inspector.protocol.printable import visible


@click.command("import")
@click.argument("files", type=Input("r", encoding="utf-8", errors="replace"), nargs=-1, required=True)
@NEW_CAPTURE
@RECORDED_PATIENCE
@SCHEMAS
def command(files: tuple[TextIO, ...], capture: Path | None, patience: float | None, schemas: Path | None) -> int:
    """Add the sessions of exported FILES to a capture ("-" is standard input). They are checked and paired anew.

    A line that can't be read is named and left out; then the exit code is 2.
    """
    from inspector.formats.jsonl import check_head, import_lines
    from inspector.protocol.context import Stations
    from inspector.store.vendor_folder import vendors
    from inspector.store.writer import Writer

    known = vendors(schemas)
    for file in files:
        try:
            check_head(file.readline(LONGEST_HEAD))
        except InspectorError as error:
            raise InspectorError(f"{file.name}, {error}") from error
    path = capture or new_capture("import")
    writer, stations = Writer(path), Stations()
    faults = 0
    try:
        for file in files:
            result = import_lines(file, writer, patience_ns=nanoseconds(patience), stations=stations, vendors=known)
            for fault in result.faults:
                click.echo(visible(f"{file.name}, {fault}: left out"), err=True)
            if result.left_out > len(result.faults):
                click.echo(f"{file.name}, and {result.left_out - len(result.faults)} lines more: left out", err=True)
            faults += result.left_out
            click.echo(f"{file.name}: {result.sessions} sessions, {result.frames} frames", err=True)
    finally:
        writer.close()
    click.echo(str(path))
    return 2 if faults or writer.lost else 0


LONGEST_HEAD = 10_000
"""Characters of a first line that is looked at."""
