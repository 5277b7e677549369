"""``ocpp-inspector export``."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from inspector.cli.options import FILTER, SESSION, FileName
from inspector.errors import InspectorError
from inspector.store.filter import Where, compile_filter
from inspector.store.reader import Reader

FORMATS = ("jsonl", "trace", "frames", "csv")
"""What can be written."""


@click.command("export")
@click.argument("capture", type=FileName())
@SESSION
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default="jsonl",
    show_default=True,
    help="All there is as JSON Lines; Open OCPP Trace; bare frames, one a line; or the frame table for a spreadsheet.",
)
@FILTER
@click.option(
    "--output",
    type=FileName(dir_okay=False),
    metavar="FILE",
    help="Write to FILE, which only you may read; default: standard output.",
)
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
def command(capture: Path, session: int | None, kind: str, expression: str, output: Path | None, force: bool) -> None:
    """Write CAPTURE for other programs, or to keep: sessions, frames and findings.

    JSON Lines have everything, and `import` reads them back. What another format has no place for is said on standard
    error. In CSV a cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    where = compile_filter(expression)
    with Reader(capture) as reader:
        if session is not None:
            reader.session(session)
        with _target(output, force=force) as target:
            for line in _lines(reader, kind, session, where):
                target.write(line + b"\n")


def _lines(reader: Reader, kind: str, session: int | None, where: Where) -> Iterator[bytes]:
    if kind == "jsonl":
        from inspector.formats.jsonl import export_lines

        yield from _encoded(export_lines(reader, session, where))
    elif kind == "csv":
        from inspector.formats.spreadsheet import export_csv

        yield from _encoded(export_csv(reader, session, where))
    elif kind == "frames":
        from inspector.formats.frames import export_frames

        yield from export_frames(reader, session, where)
        count = 1 if session else len(reader.sessions())
        if count > 1:
            click.echo(f"the frames of {count} sessions stand in one list; --session writes one", err=True)
    else:
        from inspector.formats.trace import Lost, export_trace

        lost = Lost()
        yield from _encoded(export_trace(reader, session, where, lost))
        if lost.words:
            click.echo(f"not in a trace: {lost.words}", err=True)


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    return (line.encode() for line in lines)


@contextmanager
def _target(output: Path | None, *, force: bool) -> Iterator[BinaryIO]:
    """Open what is written to. Raises :class:`InspectorError`; a file that is there is kept unless ``force`` is set."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    how = os.O_CREAT | os.O_WRONLY | (os.O_TRUNC if force else os.O_EXCL)
    try:
        with os.fdopen(os.open(output, how, 0o600), "wb") as file:
            yield file
    except FileExistsError as error:
        raise InspectorError(f"{output}: it is there already; --force writes over it") from error
