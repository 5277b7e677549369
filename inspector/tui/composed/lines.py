"""Lines of styled text, made without Textual: what the detail pane and the tables draw.

A line is a tuple of ``(text, style name)``; the widgets know the colours. Every text in it is already harmless.
"""

from collections.abc import Iterator
from itertools import accumulate

from rich.cells import cell_len

from inspector.protocol import timestamp
from inspector.protocol.event import UNHEARD
from inspector.protocol.frame import MessageType
from inspector.protocol.json_places import Token, tokens
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow, FrameRow, Session

Line = tuple[tuple[str, str], ...]

SIGNS = {"error": "✖", "warning": "⚠", "info": "·"}
RUN = "↻"
"""The sign of what was replayed."""

ARROWS = {"station": "▶", "csms": "◀"}
SHORT_TYPES = {
    MessageType.INVALID: "INVALID",
    MessageType.CALL: "CALL",
    MessageType.CALLRESULT: "RESULT",
    MessageType.CALLERROR: "ERROR",
    MessageType.CALLRESULTERROR: "RESERR",
    MessageType.SEND: "SEND",
}


def clock(time_ns: int) -> str:
    """Write a time of day in UTC, with milliseconds."""
    return timestamp.write(time_ns)[11:23]


def verdict(errors: int, warnings: int) -> Line:
    """Show how many errors and warnings there are; a tick for none."""
    if not errors and not warnings:
        return (("✓", "ok"),)
    parts = []
    if errors:
        parts.append((f"✖{errors} ", "error"))
    if warnings:
        parts.append((f"⚠{warnings}", "warning"))
    return tuple(parts)


def who(session: Session) -> str:
    """Name a session's station; where nobody knows its id, by its address."""
    return visible(session.station or session.peer or "?", 40)


def ending(session: Session, most: int = 60) -> tuple[str, str]:
    """Say in a few words how a session ended, with so many characters of its reason, and in which style."""
    reason = f" {visible(session.close_reason, most)}" if session.close_reason else ""
    if session.closed_ns is None and session.origin in UNHEARD:
        return "end not told", "dim"
    if session.live:
        return "open", "ok"
    if session.abandoned:
        return "end not recorded: the recorder stopped or was killed", "error"
    if session.continued_in:
        return visible(f"goes on in {session.continued_in.capture}, session {session.continued_in.session}"), "dim"
    if session.http_status is None:
        return f"failed:{reason or ' no answer'}", "error"
    if session.http_status != 101:
        return f"refused: HTTP {session.http_status}{reason}", "error"
    code = f" {session.close_code}" if session.close_code else ""
    return f"by {session.closed_by}{code}{reason}", "dim"


PAYLOAD_AT: dict[MessageType, tuple[str, ...]] = {
    MessageType.CALL: ("/3",),
    MessageType.SEND: ("/3",),
    MessageType.CALLRESULT: ("/2", "/3"),
    MessageType.CALLERROR: ("/2",),
    MessageType.CALLRESULTERROR: ("/2",),
}
"""Where in a frame stands what its row shows; an answer that names its action has its payload one place later."""


def payload_text(frame: FrameRow, most: int = 400) -> str:
    """Return what a frame carries, on one line: its payload, an error's code and words, or all of it."""
    raw = frame.raw if isinstance(frame.raw, str) else frame.raw[: most * 4].decode("utf-8", "backslashreplace")
    raw, cut = raw[:most], len(frame.raw) > most
    start = next((token.start for token in tokens(raw) if _begins_payload(frame.type, token)), 0)
    text = raw[start:] if cut or not start else raw[start:].rstrip().removesuffix("]")
    return visible(text) + ("…" if cut else "")


def _begins_payload(kind: MessageType, token: Token) -> bool:
    is_error = kind in {MessageType.CALLERROR, MessageType.CALLRESULTERROR}
    return token.pointer in PAYLOAD_AT.get(kind, ()) and token.kind == ("string" if is_error else "{")


def rule(title: str, width: int) -> Line:
    """Draw a line across, with a title in it."""
    return ((f"── {title} ".ljust(max(width, 8), "─"), "dim"),)


def finding_lines(finding: FindingRow, indent: int, width: int) -> Iterator[Line]:
    """Show a finding: sign, code, words, and the hint behind an arrow."""
    offset = f" at byte {finding.offset}" if finding.offset is not None else ""
    hint = f"  → {visible(finding.hint)}" if finding.hint else ""
    pad = " " * indent
    head = f"{pad}{SIGNS[finding.severity]} {visible(finding.code)} "
    yield from wrap(
        ((head, finding.severity), (f"{visible(finding.message)}{offset}", finding.severity), (hint, "hint")),
        width,
    )


def wrap(line: Line, width: int) -> Iterator[Line]:
    """Break a line into pieces of at most ``width`` cells, at a space if there is one near.

    The pieces after the first are indented two more than the line.
    """
    text = "".join(part for part, _ in line)
    indent, spans = breaks(text, width)
    for start, end in spans:
        yield cut(line, start, end, indent if start else 0)


def breaks(text: str, width: int) -> tuple[int, Iterator[tuple[int, int]]]:
    """Tell how the pieces of a text are indented after the first, and where each of them stands in it."""
    width = max(width, 12)
    indent = min(len(text) - len(text.lstrip(" ")) + 2, width // 2)
    return indent, _spans(text, width, width - indent)


def _spans(text: str, width: int, next_width: int) -> Iterator[tuple[int, int]]:
    start, room = 0, width
    while start < len(text) or not start:
        end = _end_of_piece(text, start, room)
        yield start, end
        if end >= len(text):
            return
        start, room = end, next_width


def _end_of_piece(text: str, start: int, room: int) -> int:
    """Return where a piece that begins at ``start`` ends, if there is room for so many cells."""
    end = min(start + room, len(text))
    if not text[start:end].isascii():
        widths = accumulate(cell_len(letter) for letter in text[start:end])
        end = start + sum(width <= room for width in widths)
    if end >= len(text):
        return end
    space = text.rfind(" ", start + (end - start) // 2, end)
    return space + 1 if space >= 0 else max(end, start + 1)


def cut(line: Line, start: int, end: int, indent: int = 0) -> Line:
    """Return what stands between two characters of a line, indented."""
    piece = [(" " * indent, "")] if indent else []
    for text, style in line:
        if start < len(text) and end > 0 and (part := text[max(start, 0) : end]):
            piece.append((part, style))
        start, end = start - len(text), end - len(text)
    return tuple(piece)


def fit(line: Line, width: int) -> Line:
    """Cut a line to so many cells; what was cut ends in ``…``."""
    text = "".join(part for part, _ in line)
    if cell_len(text) <= width:
        return line
    widths = accumulate(cell_len(letter) for letter in text[: max(width, 0)])
    return (*cut(line, 0, sum(each < width for each in widths)), ("…", "dim"))
