"""``ocpp-inspector import``."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from inspector.cli.capture_path import new_capture
from inspector.cli.options import NEW_CAPTURE, RECORDED_PATIENCE, SCHEMAS, VERSION, Input, nanoseconds
from inspector.errors import InspectorError
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.protocol.version import Version

if TYPE_CHECKING:
    from inspector.formats.intake import File, Imported
    from inspector.protocol.vendor import Vendors

FORMATS = ("jsonl", "trace", "frames", "array", "csv")


EXAMPLES = """\b
Edit a recorded session by hand:
  ocpp-inspector export lab.db --session 3 --output s.jsonl
  ocpp-inspector import s.jsonl --as-draft --name 'late answer' --capture lab.db
"""


@click.command("import", epilog=EXAMPLES)
@click.argument("files", type=Input("rb"), nargs=-1, required=True)
@NEW_CAPTURE
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    help="What FILES are: our JSON Lines, Open OCPP Trace, frames one a line or in an array, the frame table as CSV;"
    " default: as they begin.",
)
@click.option("--station", metavar="ID", help="Whose bare frames these are; default: the name of the file.")
@VERSION
@click.option("--as-draft", is_flag=True, help="Make a draft of each session: to edit it on, and to replay it.")
@click.option("--name", default="", help="What the draft is to be called.")
@click.option("--keep-secrets", is_flag=True, help="Keep passwords and keys that the files show.")
@RECORDED_PATIENCE
@SCHEMAS
def command(
    files: tuple[BinaryIO, ...],
    capture: Path | None,
    kind: str | None,
    station: str | None,
    version: str | None,
    as_draft: bool,
    name: str,
    keep_secrets: bool,
    patience: float | None,
    schemas: Path | None,
) -> int:
    """Add the sessions of FILES to a capture ("-" is standard input). They are checked and paired as live traffic is.

    Read are exports of this program (JSON Lines, CSV), Open OCPP Trace (v1.0, v1.1), and bare frames, of which the
    action tells the sender unless "station>" or "csms>" stands before it. A line that can't be read is named and left
    out; then the exit code is 2.
    """
    from inspector.store.vendor_folder import vendors

    known, patience_ns = vendors(schemas), nanoseconds(patience)
    with _progress(files) as read:
        sources = [_source(file, station, kind, version, read) for file in files]
        path = capture or new_capture("import")
        if as_draft:
            results = list(_as_drafts(path, sources, name, patience_ns, known))
        else:
            results = list(_as_recorded(path, sources, patience_ns, known, keep_secrets=keep_secrets))
    for file, result in zip(files, results, strict=True):
        _tell(file, result)
    click.echo(str(path))
    return 2 if any(result.left_out for result in results) else 0


def _source(
    file: BinaryIO, station: str | None, kind: str | None, version: str | None, read: Callable[[int], None]
) -> "File":
    from inspector.formats.sources import Format, source

    whose = Path(file.name).stem if station is None else station
    try:
        return source(file, whose, Format(kind) if kind else None, read, Version(version) if version else None)
    except InspectorError as error:
        raise InspectorError(f"{file.name}, {error}") from error


def _as_drafts(
    path: Path, sources: Sequence["File"], name: str, patience_ns: int | None, known: "Vendors | None"
) -> Iterator["Imported"]:
    from inspector.formats.drafting import make_drafts

    for source in sources:
        yield make_drafts(path, source, name, patience_ns=patience_ns, vendors=known)


def _as_recorded(
    path: Path, sources: Sequence["File"], patience_ns: int | None, known: "Vendors | None", *, keep_secrets: bool
) -> Iterator["Imported"]:
    from inspector.formats.intake import take
    from inspector.protocol.context import Stations
    from inspector.store.writer import Writer
    from inspector.threads import taking_turns

    writer, stations = Writer(path, in_bulk=True), Stations()
    try:
        for source in sources:
            with taking_turns():
                result = take(
                    source,
                    writer,
                    patience_ns=patience_ns,
                    stations=stations,
                    vendors=known,
                    keep_secrets=keep_secrets,
                )
            result.left_out += writer.lost
            yield result
    finally:
        writer.close()


def _tell(file: BinaryIO, result: "Imported") -> None:
    """Say what came in and what did not."""
    for fault in result.faults:
        click.echo(visible(f"{file.name}, {fault}: left out"), err=True)
    if result.left_out > len(result.faults):
        click.echo(f"{file.name}, and {plural(result.left_out - len(result.faults), 'line')} more: left out", err=True)
    click.echo(f"{file.name}: {plural(result.sessions, 'session')}, {plural(result.frames, 'frame')}", err=True)
    for draft in result.drafts:
        click.echo(visible(draft), err=True)


@contextmanager
def _progress(files: Iterable[BinaryIO]) -> Iterator[Callable[[int], None]]:
    """Show how much of large files was read, where there is a terminal; give what is to be told so."""
    size = sum(map(_size, files))
    if size < LARGE or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=size, label="import", file=sys.stderr, show_pos=False) as bar:
        yield bar.update


LARGE = 4 * 1024 * 1024
"""Bytes of files that take long enough for a bar."""


def _size(file: BinaryIO) -> int:
    """Return the bytes of a file, 0 for one that has no size."""
    try:
        return os.fstat(file.fileno()).st_size
    except OSError:
        return 0
