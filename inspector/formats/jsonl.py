"""JSON Lines: a line for the file, one for each session, frame and event. What is in the capture is in it."""

import json
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter
from typing import Any

from inspector import __version__
from inspector.store.filter import EVERYTHING, Where
from inspector.store.reader import Reader
from inspector.store.record import event_record, frame_record, session_record
from inspector.store.rows import EventRow, FindingRow, FrameRow, Session

FORMAT = "ocpp-inspector-jsonl"
VERSION = 1


def export_lines(reader: Reader, session: int | None = None, where: Where = EVERYTHING) -> Iterator[str]:
    """Yield a capture, or one of its sessions, as lines without their ends.

    With a filter only the frames that match, and no events: then it is an excerpt.
    """
    sessions = reader.sessions() if session is None else [reader.session(session)]
    yield json.dumps({"format": FORMAT, "version": VERSION, "tool": f"ocpp-inspector {__version__}"})
    own = reader.own_findings(session=session)
    whole = where is EVERYTHING
    for each in sessions:
        frames = each.frames if whole else len(reader.ids(where, session=each.id))
        if whole or frames:
            yield json.dumps(_session(reader, each, own.get(each.id, ())) | {"frames": frames})
    for number in (each.id for each in sessions if whole):
        report = reader.report(number)
        if report is not None:
            yield json.dumps({"kind": "report", "session": number, "content": report})
    for _, line in merge(_frames(reader, session, where), _events(reader, session) if whole else (), key=itemgetter(0)):
        yield json.dumps(line)


def _session(reader: Reader, session: Session, findings: Iterable[FindingRow]) -> dict[str, Any]:
    """Return the line of a session. Times stand there for people, and to the nanosecond."""
    return {
        "kind": "session",
        **session_record(session, list(findings)),
        "path": session.path,
        "headers": session.headers,
        "opened_ns": session.opened_ns,
        "closed_ns": session.closed_ns,
        "silence_ns": session.silence_ns,
        "times_ns": dict(session.times),
        "taken_out": sorted(source for number, source in reader.copied(session.id).items() if number < 0),
    }


def _frames(reader: Reader, session: int | None, where: Where) -> Iterator[tuple[int, dict[str, Any]]]:
    marked = reader.marked()
    copies: dict[int, dict[int, int]] = {}
    for frame, findings in reader.judged(reader.pages(where, session=session)):
        if frame.session not in copies:
            copies[frame.session] = reader.copied(frame.session)
        copy_of = copies[frame.session].get(frame.number)
        yield frame.time_ns, _frame(frame, findings, marked=frame.id in marked, copy_of=copy_of)


def _frame(frame: FrameRow, findings: list[FindingRow], *, marked: bool, copy_of: int | None) -> dict[str, Any]:
    line = {"kind": "frame", **frame_record(frame, findings), "time_ns": frame.time_ns}
    more = {"masked": frame.masked, "marked": marked, "copy_of": copy_of}
    return line | {name: value for name, value in more.items() if value}


def _events(reader: Reader, session: int | None) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((event.time_ns, _event(event)) for event in reader.events(session=session))


def _event(event: EventRow) -> dict[str, Any]:
    return {"kind": "event", **event_record(event), "time_ns": event.time_ns}
