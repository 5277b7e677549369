"""The rows of the sessions table: all together, stations, sessions; and their cells. Made without Textual."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from inspector.protocol import timestamp
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.store.rows import Session
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import RUN, Line, clock, ending, verdict, who

WIDE, ROOMY = 100, 130
"""Columns from which on the peer is shown, and when there was something last."""


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row: one session, or those of a station, or (with no station named either) all of them."""

    sessions: Sequence[Session]
    station: str | None = None
    is_folded: bool = False
    session: Session | None = None


def session_rows(sessions: Sequence[Session], *, grouped: bool, folded: Collection[str] = ()) -> Iterator[SessionRow]:
    """Yield the rows, the first for all sessions; ``grouped`` puts those of a station under a row with their sums."""
    yield SessionRow(sessions)
    if not grouped:
        yield from (SessionRow((each,), session=each) for each in sessions)
        return
    stations: dict[str, list[Session]] = {}
    for each in sessions:
        stations.setdefault(each.station, []).append(each)
    for station, own in stations.items():
        is_folded = station in folded
        yield SessionRow(own, station, is_folded)
        if not is_folded:
            yield from (SessionRow((each,), session=each) for each in own)


def session_columns(width: int) -> Sequence[Column]:
    """Return the columns there is room for; how it ended has what is left."""
    wide, roomy = width >= WIDE, width >= ROOMY
    return (
        Column("dot", "", 1),
        Column("id", "#", 4 if wide else 3, True),
        Column("station", "station", 20 if wide else 15),
        Column("ocpp", "ocpp", 5),
        *([Column("peer", "peer", 21)] if roomy else []),
        Column("opened", "opened", 8),
        Column("lasted", "lasted", 9 if wide else 7, True),
        Column("frames", "frames", 8 if wide else 6, True),
        Column("findings", "findings", 10 if wide else 8),
        *([Column("last", "last", 8)] if wide else []),
        Column("end", "ended", 0),
    )


ORIGINS = {"draft": "✎", "run": RUN}
"""The signs of sessions that nobody recorded from a wire, and of those that were replayed."""


def session_cells(row: SessionRow, now_ns: int, width: int) -> Mapping[str, Line]:
    """Compose the cells of a row by their columns' keys."""
    return _cells(row.session, now_ns, width) if row.session else _sums(row)


def _cells(session: Session, now_ns: int, width: int) -> Mapping[str, Line]:
    reached = session.http_status == 101
    until_ns = session.closed_ns if session.closed_ns is not None else now_ns if session.live else session.last_ns
    name = visible(session.name, 60) if session.origin in ORIGINS and session.name else who(session)
    return {
        "dot": (_dot(session),),
        "id": ((str(session.id), ""),),
        "station": ((name, "strong" if session.station else "dim"),),
        "ocpp": ((session.version or "?", ""),),
        "peer": ((visible(session.peer, 40), "dim"),),
        "opened": ((clock(session.opened_ns)[:8], ""),),
        "lasted": ((brief(until_ns - session.opened_ns, width) if reached else "", "dim"),),
        "frames": ((f"{session.frames:,}", ""),),
        "findings": _told(session.frames, session.errors, session.warnings),
        "last": ((_last(session, now_ns), "" if session.live else "dim"),),
        "end": (_end(session),),
    }


def _dot(session: Session) -> tuple[str, str]:
    """Show by a sign whether it is open, what else it is, or that it never came to be."""
    if session.origin in ORIGINS:
        return ORIGINS[session.origin], "info"
    if session.live:
        return "●", "ok"
    return ("○", "dim") if session.http_status == 101 else ("✖", "error")


def _end(session: Session) -> tuple[str, str]:
    if session.origin in ORIGINS:
        return (f"{session.origin} of session {session.source}" if session.source else session.origin), "dim"
    return ending(session)


def _last(session: Session, now_ns: int) -> str:
    if not session.frames:
        return ""
    return f"{brief(now_ns - session.last_ns, 0)} ago" if session.live else clock(session.last_ns)[:8]


def brief(time_ns: int, width: int) -> str:
    """Write a length of time in its two largest units, in the largest alone where there is little room."""
    parts = timestamp.span(max(0, time_ns)).split(" ")
    if len(parts) == 2:
        return f"{float(parts[0]):.0f} {parts[1]}"
    return " ".join(parts[: 4 if width >= WIDE else 2])


def _sums(row: SessionRow) -> Mapping[str, Line]:
    errors, warnings = sum(each.errors for each in row.sessions), sum(each.warnings for each in row.sessions)
    frames, live = sum(each.frames for each in row.sessions), sum(each.live for each in row.sessions)
    count = plural(len(row.sessions), "session") if row.sessions else ""
    name = "all sessions" if row.station is None else visible(row.station or "no id", 60)
    return {
        "dot": ((("▸" if row.is_folded else "▾") if row.station is not None else "", "dim"),),
        "station": ((name, "strong"),),
        "frames": ((f"{frames:,}", ""),),
        "findings": _told(frames, errors, warnings),
        "end": (((f"{live:,} of {len(row.sessions):,} open", "ok") if live else (count, "dim")),),
    }


def _told(frames: int, errors: int, warnings: int) -> Line:
    """Show what was found; what has no frame and no finding is not called good."""
    return verdict(errors, warnings) if frames or errors or warnings else ()
