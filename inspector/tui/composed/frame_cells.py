"""The cells of a frame's row, and which columns there is room for. Made without Textual."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from inspector.protocol.event import Origin
from inspector.protocol.frame import MessageType
from inspector.protocol.printable import visible
from inspector.protocol.summary import MOST as LONGEST_SUMMARY
from inspector.protocol.summary import summarize
from inspector.store.rows import EventRow, FrameRow
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import ARROWS, SHORT_TYPES, Line, clock, payload_text, verdict

CROWDED, CROWDED_BY_SEVERAL = 90, 98
"""Columns below which types are short; below which the frames of several stations leave out latencies and milliseconds.
"""

ROOMY, SPACIOUS = 110, 140
"""Columns from which on names are wider and message ids are shown; the second where several stations are, too."""


class TimeMode(Enum):
    """How the time of a frame is shown, each with the head of its column."""

    CLOCK = "time (UTC)"
    ELAPSED = "elapsed"
    DELTA = "delta"

    @property
    def next(self) -> "TimeMode":
        """The one after it, in a circle."""
        modes = list(TimeMode)
        return modes[(modes.index(self) + 1) % len(modes)]


@dataclass(frozen=True, slots=True)
class Look:
    """How frames are shown. Sessions and frames are given by their ids, times in Unix nanoseconds.

    ``stations`` names the stations where the frames of several are shown, ``began`` tells when sessions began.
    ``unanswered`` are CALLs that still may be answered, ``marked`` what somebody has marked. ``largest`` is an id
    that no other has more digits than.
    """

    width: int
    time: TimeMode = TimeMode.CLOCK
    stations: Mapping[int, str] | None = None
    began: Mapping[int, int] = field(default_factory=dict)
    unanswered: Collection[int] = ()
    marked: Collection[int] = ()
    largest: int = 0

    @property
    def narrow(self) -> bool:
        """Whether there is little room."""
        return self.width < CROWDED

    @property
    def crowded(self) -> bool:
        """Whether there is little room for much."""
        return self.stations is not None and self.width < CROWDED_BY_SEVERAL


def frame_columns(look: Look) -> Sequence[Column]:
    """Return the columns; the summary has what is left."""
    roomy, several, crowded = look.width >= ROOMY, look.stations is not None, look.crowded
    head = "time" if crowded and look.time is TimeMode.CLOCK else look.time.value
    return (
        Column("mark", "", 1),
        Column("id", "#", max(3, len(str(look.largest))), True),
        Column("time", head, 8 if crowded and look.time is TimeMode.CLOCK else 12, look.time is not TimeMode.CLOCK),
        *([Column("station", "station", 10 if crowded else 14 if roomy else 12)] if several else []),
        Column("sender", "", 2),
        Column("type", "type", 4 if look.narrow else 7),
        Column("action", "action", 24 if roomy else 18),
        *([Column("message", "id", 8)] if look.width >= (SPACIOUS if several else ROOMY) else []),
        *([] if crowded else [Column("latency", "ms", 7 if roomy else 6, True)]),
        Column("findings", "", 6 if roomy else 5),
        Column("summary", "says", 0),
    )


BROKEN = frozenset({MessageType.INVALID, MessageType.CALLERROR, MessageType.CALLRESULTERROR})
SHORTEST_TYPES = {
    MessageType.INVALID: "BAD",
    MessageType.CALL: "CALL",
    MessageType.CALLRESULT: "RES",
    MessageType.CALLERROR: "ERR",
    MessageType.CALLRESULTERROR: "RERR",
    MessageType.SEND: "SEND",
}

ORIGINS = {Origin.INJECTED: "+", Origin.EDITED: "✎", Origin.DROPPED: "✗"}
"""The sign of a frame that did not simply pass."""

WAITING = "⏳"
MARK = "◆"

REFUSALS = frozenset(
    {
        "Rejected",
        "NotSupported",
        "NotImplemented",
        "Faulted",
        "Unavailable",
        "Failed",
        "Blocked",
        "UnknownVendorId",
        "UnknownMessageId",
        "VersionMismatch",
    }
)
"""Words of an answer or a status that catch the eye."""


def frame_cells(frame: FrameRow, look: Look, before_ns: int | None = None) -> Mapping[str, Line]:
    """Compose the cells of a frame by their columns' keys; ``before_ns`` is the time of the row above it."""
    style = "error" if frame.type in BROKEN else frame.sender
    action = visible(frame.action or "", 60)
    waits = frame.id in look.unanswered and not frame.errors and not frame.warnings
    return {
        "mark": ((MARK, "warning"),) if frame.id in look.marked else (),
        "id": ((str(frame.id), "dim"),),
        "time": ((_time(frame.time_ns, frame.session, look, before_ns), "dim"),),
        "station": ((visible((look.stations or {}).get(frame.session, "?"), 30), ""),),
        "sender": ((ARROWS[frame.sender], frame.sender), (ORIGINS.get(frame.origin, ""), "warning")),
        "type": (((SHORTEST_TYPES if look.narrow else SHORT_TYPES)[frame.type], style),),
        "action": ((action, "strong" if frame.type.has_action else "dim"),),
        "message": ((visible(frame.message_id or "", 40), "dim"),),
        "latency": (("" if frame.latency_ns is None else f"{frame.latency_ns / 1e6:.1f}", ""),),
        "findings": ((WAITING, "dim"),) if waits else verdict(frame.errors, frame.warnings),
        "summary": _summary(frame),
    }


def control_cells(event: EventRow, look: Look, before_ns: int | None = None) -> Mapping[str, Line]:
    """Compose the cells of what came beside frames: a control frame, a violation, a gap."""
    sender = event.sender or ""
    said = visible(event.what or event.raw[:LONGEST_SUMMARY].decode("utf-8", "backslashreplace"), LONGEST_SUMMARY)
    return {
        "time": ((_time(event.time_ns, event.session, look, before_ns), "dim"),),
        "station": ((visible((look.stations or {}).get(event.session or 0, ""), 30), "dim"),),
        "sender": ((ARROWS.get(sender, ""), "dim"),),
        "type": ((visible(event.kind.upper(), 7), "dim"),),
        "summary": ((said, "dim"),),
    }


def _summary(frame: FrameRow) -> Line:
    said = visible(summarize(frame.raw, frame.type, frame.action))
    if not said:
        return ((payload_text(frame, LONGEST_SUMMARY), "dim"),)
    if frame.type in BROKEN:
        return ((said, "error"),)
    return ((said, "" if REFUSALS.isdisjoint(said.replace(":", " ").replace(",", " ").split()) else "warning"),)


def _time(time_ns: int, session: int | None, look: Look, before_ns: int | None) -> str:
    if look.time is TimeMode.CLOCK:
        return clock(time_ns)[: 8 if look.crowded else None]
    since_ns = before_ns if look.time is TimeMode.DELTA else look.began.get(session or 0)
    return "" if since_ns is None else _passed(time_ns - since_ns)


def _passed(time_ns: int) -> str:
    """Write a length of time in at most 12 characters; a clock that was set back made it negative."""
    sign, milliseconds = "-" if time_ns < 0 else "+", abs(time_ns) // 1_000_000
    seconds, rest = divmod(milliseconds, 1000)
    if seconds < 3600:
        return f"{sign}{seconds // 60}:{seconds % 60:02}.{rest:03}" if seconds >= 60 else f"{sign}{seconds}.{rest:03}"
    days, hours = divmod(seconds // 3600, 24)
    return f"{sign}{f'{days}d ' if days else ''}{hours}:{seconds // 60 % 60:02}" + (
        "" if days else f":{seconds % 60:02}"
    )
