"""The rows of a draft: its frames, those that were taken out of it, and what differs from the original."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inspector.protocol.finding import Severity
from inspector.protocol.frame import Frame, MessageType, decode
from inspector.protocol.printable import visible
from inspector.protocol.summary import summarize
from inspector.store.drafts import DraftFrame
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import ARROWS, SHORT_TYPES, Line, verdict
from inspector.tui.drafting.checking import Checked
from inspector.tui.drafting.comparing import difference, is_in_time
from inspector.tui.drafting.pauses import written

BROKEN = frozenset({MessageType.INVALID, MessageType.CALLERROR, MessageType.CALLRESULTERROR})
SIGNS = {"new": ("+", "ok"), "changed": ("≠", "warning"), "same": ("=", "dim"), "gone": ("−", "error")}
"""What a frame is to the original: its sign and its style."""

LARGEST_READ = 20_000
"""Characters of a frame that is read to draw its row."""

WIDE = 76
"""Columns from which on a row says what the frame says."""


@dataclass(frozen=True, slots=True)
class Row:
    """A frame of the draft by its index, or one that was taken out by its number in the original."""

    index: int | None
    source: int | None = None


def rows_of(frames: Sequence[DraftFrame], originals: Mapping[int, DraftFrame]) -> list[Row]:
    """List the frames of a draft, and each that was taken out behind the one that it came after."""
    at = {frame.source: index for index, frame in reversed(list(enumerate(frames))) if frame.source is not None}
    gone: dict[int, list[Row]] = {}
    last = -1
    for source in originals:
        if source in at:
            last = at[source]
        else:
            gone.setdefault(last, []).append(Row(None, source))
    rows = gone.get(-1, [])
    for index in range(len(frames)):
        rows.append(Row(index))
        rows += gone.get(index, ())
    return rows


def columns(width: int) -> Sequence[Column]:
    """Return the columns there is room for; the last has what is left."""
    return (
        Column("difference", "", 1),
        Column("id", "#", 5, True),
        Column("pause", "pause", 8, True),
        Column("sender", "", 1),
        Column("type", "type", 7),
        Column("findings", "", 5),
        Column("action", "action", 24 if width >= WIDE else 0),
        *([Column("summary", "says", 0)] if width >= WIDE else []),
    )


def cells(
    row: Row, frames: Sequence[DraftFrame], originals: Mapping[int, DraftFrame], checked: Checked | None
) -> Mapping[str, Line]:
    """Compose a row's cells by their columns' keys."""
    if row.index is None:
        return _gone(originals[row.source or 0])
    frame = frames[row.index]
    decoded = read(frame)
    action = (checked.action(frame) if checked else "") or decoded.action or ""
    kind = difference(row.index, frames, originals) if originals else ""
    moved = kind == "changed" and not is_in_time(row.index, frames, originals)
    return {
        "difference": (SIGNS[kind],) if kind else (),
        "id": ((str(row.index + 1), "dim"),),
        "pause": ((written(frame.pause_ns), "warning" if moved else "dim"),),
        "sender": ((ARROWS[frame.sender], frame.sender),),
        "type": ((SHORT_TYPES[decoded.type], "error" if decoded.type in BROKEN else frame.sender),),
        "findings": _verdict(frame, checked),
        "action": ((visible(action, 60), "strong" if decoded.type is MessageType.CALL else ""),),
        "summary": ((_says(frame, decoded, action), ""),),
    }


def _gone(frame: DraftFrame) -> Mapping[str, Line]:
    decoded = read(frame)
    return {
        "difference": (SIGNS["gone"],),
        "sender": ((ARROWS[frame.sender], "dim"),),
        "type": ((SHORT_TYPES[decoded.type], "dim"),),
        "action": ((visible(decoded.action or "", 60), "dim"),),
        "summary": ((f"taken out; it was frame {frame.source}", "dim"),),
    }


def _verdict(frame: DraftFrame, checked: Checked | None) -> Line:
    if checked is None or not checked.knows(frame):
        return (("…", "dim"),)
    found = [finding.severity for finding in checked.of(frame)]
    return verdict(found.count(Severity.ERROR), found.count(Severity.WARNING))


def read(frame: DraftFrame) -> Frame:
    """Decode a frame, as far as a row needs it."""
    return decode(frame.raw) if len(frame.raw) <= LARGEST_READ else Frame(frame.raw, MessageType.INVALID)


def _says(frame: DraftFrame, decoded: Frame, action: str) -> str:
    said = visible(summarize(frame.raw, decoded.type, action or None))
    if said:
        return said
    raw = frame.raw if isinstance(frame.raw, str) else frame.raw[:800].decode("utf-8", "backslashreplace")
    return visible(raw, 200) if decoded.type is MessageType.INVALID else ""
