"""CSV (RFC 4180) of the frame table, for a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from inspector.protocol import timestamp
from inspector.protocol.printable import visible_raw
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.rows import FindingRow, FrameRow

HEADS = (
    "id",
    "session",
    "station",
    "time",
    "sender",
    "type",
    "action",
    "message_id",
    "latency_ms",
    "answers",
    "origin",
    "errors",
    "warnings",
    "codes",
    "raw",
)

MOST = 32_767
"""Characters that a cell of a spreadsheet holds: what is longer is cut."""


def export_csv(reader: Reader, session: int | None = None, where: Where = EVERYTHING) -> Iterator[str]:
    """Yield the frames of a capture as rows below their heads, without line ends.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, control characters are shown.
    """
    sessions = reader.sessions() if session is None else [reader.session(session)]
    stations = {each.id: each.station for each in sessions}
    yield ",".join(HEADS)
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="")
    for frame, findings in reader.judged(reader.pages(where, session=session)):
        writer.writerow(_cells(frame, stations.get(frame.session, ""), findings))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _cells(frame: FrameRow, station: str, findings: list[FindingRow]) -> tuple[object, ...]:
    return (
        frame.id,
        frame.session,
        plain(station),
        timestamp.write(frame.time_ns),
        frame.sender,
        frame.type.name,
        plain(frame.action or ""),
        plain(frame.message_id or ""),
        "" if frame.latency_ns is None else round(frame.latency_ns / 1e6, 3),
        frame.answers or "",
        frame.origin,
        frame.errors,
        frame.warnings,
        " ".join(dict.fromkeys(finding.code for finding in findings)),
        plain(frame.raw),
    )


def plain(text: str | bytes) -> str:
    """Make a text that a spreadsheet takes for one (OWASP, CSV injection)."""
    shown = visible_raw(text, MOST)
    return f"'{shown[: MOST - 1]}" if shown.lstrip(" ")[:1] in _FORMULA else shown


_FORMULA = {"=", "+", "-", "@", "＝", "＋", "－", "＠"}
"""What a formula begins with, for some programs also in its wide form; a tab before it is shown by its picture."""
