"""Lines of styled text, made without Textual: what the detail pane and the tables draw.

A line is a tuple of ``(text, style name)``; the widgets know the colours. Every text in it is already harmless.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate

from rich.cells import cell_len

from inspector.protocol import timestamp
from inspector.protocol.frame import MessageType
from inspector.protocol.json_places import Token, tokens
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow, FrameRow, Session

Line = tuple[tuple[str, str], ...]

MOST_SHOWN = 100_000
"""Characters of a frame that the detail pane shows."""

DEEPEST_INDENT = 16
"""Levels of JSON that are indented; what is deeper stands below the last of them."""

SIGNS = {"error": "✖", "warning": "⚠", "info": "·"}
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


def document(
    frame: FrameRow,
    findings: Sequence[FindingRow],
    pair: FrameRow | None,
    pair_findings: Sequence[FindingRow],
    width: int,
    *,
    waiting: bool = False,
) -> list[Line]:
    """Lay out a frame, its findings at their places, and the frame it is paired with.

    ``waiting`` says that the session is open, so that an answer may still come.
    """
    lines = [*_frame_lines(frame, findings, width), ()]
    if pair is not None:
        lines.append(rule(_pair_title(frame, pair), width))
        lines += _frame_lines(pair, pair_findings, width)
    elif frame.type is MessageType.CALL:
        lines.append(rule("no answer yet" if waiting else "no answer", width))
    return lines


def _pair_title(frame: FrameRow, pair: FrameRow) -> str:
    later = pair if frame.type is MessageType.CALL else frame
    name = "answer" if frame.type is MessageType.CALL else "call"
    return f"{name} · {_milliseconds(later)}"


def _milliseconds(frame: FrameRow) -> str:
    return "" if frame.latency_ns is None else f"{frame.latency_ns / 1e6:.1f} ms"


def rule(title: str, width: int) -> Line:
    """Draw a line across, with a title in it."""
    return ((f"── {title} ".ljust(max(width, 8), "─"), "dim"),)


def _frame_lines(frame: FrameRow, findings: Sequence[FindingRow], width: int) -> Iterator[Line]:
    arrow = "station ▶ CSMS" if frame.sender == "station" else "CSMS ▶ station"
    name = visible(frame.action or "", 60)
    yield from wrap(
        (
            (f"{arrow}  ", frame.sender),
            (f"{frame.type.name} {name}  ", "strong"),
            (clock(frame.time_ns), "dim"),
        ),
        width,
    )
    notes = [f"{frame.masked} secret value(s) masked"] if frame.masked else []
    if frame.origin != "wire":
        notes.append(frame.origin)
    if len(frame.raw) > MOST_SHOWN:
        notes.append(f"the first {MOST_SHOWN:,} of {len(frame.raw):,} characters")
    if notes:
        yield ((", ".join(notes), "dim"),)
    if isinstance(frame.raw, str) and frame.type is not MessageType.INVALID and len(frame.raw) <= MOST_SHOWN:
        yield from _json_lines(frame.raw, findings, width)
    else:
        yield from _raw_lines(frame, findings, width)


def _json_lines(text: str, findings: Sequence[FindingRow], width: int) -> Iterator[Line]:
    """Pretty-print JSON by its lexemes, so that each value stays as it was written; findings under their values."""
    rows, places = pretty(text)
    at: dict[int, list[FindingRow]] = {}
    for finding in findings:
        at.setdefault(_line_of(finding.pointer, places), []).append(finding)
    for finding in at.get(-1, []):
        yield from finding_lines(finding, 0, width)
    for number, row in enumerate(rows):
        marked = at.get(number, [])
        yield from wrap(_marked(row, marked[0].severity) if marked else row, width)
        indent = len(row[0][0]) if row and not row[0][0].strip() else 0
        for finding in marked:
            yield from finding_lines(finding, indent, width)


def _marked(row: Line, severity: str) -> Line:
    """Underline a line in the colour of its worst finding."""
    return tuple((text, f"marked-{severity}" if text.strip() else style) for text, style in row)


def _line_of(pointer: str, places: dict[str, int]) -> int:
    """Find the line of a value; of the nearest value around it, if that one is not there; -1 for the frame itself."""
    while pointer:
        if pointer in places:
            return places[pointer]
        pointer = pointer.rpartition("/")[0]
    return -1


def pretty(text: str) -> tuple[list[Line], dict[str, int]]:
    """Break JSON text into indented lines; return them and the line number of each value by its pointer."""
    rows: list[list[tuple[str, str]]] = [[]]
    places: dict[str, int] = {}
    depth = 0
    lexemes = list(tokens(text))
    for index, token in enumerate(lexemes):
        before = lexemes[index - 1].kind if index else ""
        after = lexemes[index + 1].kind if index + 1 < len(lexemes) else ""
        if token.kind in "}]":
            depth -= 1
            if before not in "{[" and not (depth == 0 and rows[-1]):
                _new_row(rows, max(depth - 1, 0))
        rows[-1].append(
            (
                visible(text[token.start : token.end]) + (" " if token.kind == ":" else ""),
                _STYLES.get(token.kind, ""),
            )
        )
        if token.kind in "{[" or token.kind in _SCALARS:
            places.setdefault(token.pointer, len(rows) - 1)
        if token.kind == "key":
            places[token.pointer] = len(rows) - 1
        depth += token.kind in "{["
        if _breaks(token, after, depth):
            _new_row(rows, max(depth - 1, 0))
        elif token.kind == ",":
            rows[-1].append((" ", ""))
    return [tuple(row) for row in rows if row], places


_SCALARS = frozenset({"string", "number", "literal"})
_STYLES = {"key": "key", "string": "string", "number": "number", "literal": "literal"}


def _breaks(token: Token, after: str, depth: int) -> bool:
    """Tell whether a new line begins after a lexeme. The frame's own array keeps its scalars on one line."""
    if token.kind in "{[":
        return after not in "}]" and depth > 1
    return token.kind == "," and depth > 1


def _new_row(rows: list[list[tuple[str, str]]], depth: int) -> None:
    rows.append([("  " * min(depth, DEEPEST_INDENT), "")] if depth else [])


def _raw_lines(frame: FrameRow, findings: Sequence[FindingRow], width: int) -> Iterator[Line]:
    """Show raw text as it came, a mark in front of the byte where it stops being JSON."""
    for finding in findings:
        yield from finding_lines(finding, 0, width)
    data = frame.raw.encode("utf-8", "surrogatepass") if isinstance(frame.raw, str) else frame.raw
    data = data[:MOST_SHOWN]
    faults = [finding for finding in findings if finding.offset is not None and 0 <= finding.offset <= len(data)]
    cut = min((finding.offset or 0 for finding in faults), default=len(data))
    line: Line = ((visible(data[:cut].decode("utf-8", "backslashreplace")), ""),)
    if faults:
        line += (
            ("▼", faults[0].severity),
            (visible(data[cut:].decode("utf-8", "backslashreplace")), f"marked-{faults[0].severity}"),
        )
    yield from wrap(line, width)


def finding_lines(finding: FindingRow, indent: int, width: int) -> Iterator[Line]:
    """Show a finding: sign, code, words, and the hint behind an arrow."""
    offset = f" at byte {finding.offset}" if finding.offset is not None else ""
    hint = f"  → {visible(finding.hint)}" if finding.hint else ""
    pad = " " * indent
    head = f"{pad}{SIGNS[finding.severity]} {finding.code} "
    yield from wrap(
        ((head, finding.severity), (f"{visible(finding.message)}{offset}", finding.severity), (hint, "hint")),
        width,
    )


def wrap(line: Line, width: int) -> Iterator[Line]:
    """Break a line into pieces of at most ``width`` cells, at a space if there is one near.

    The pieces after the first are indented two more than the line.
    """
    width = max(width, 12)
    text = "".join(part for part, _ in line)
    indent = min(len(text) - len(text.lstrip(" ")) + 2, width // 2)
    start, room, parts = 0, width, deque(line)
    while start < len(text) or not start:
        end = _end_of_piece(text, start, room)
        yield _piece(parts, end - start, indent if start else 0)
        if end >= len(text):
            return
        start, room = end, width - indent


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


def _piece(parts: deque[tuple[str, str]], length: int, indent: int) -> Line:
    """Take so many characters off the front of a line, their styles with them."""
    piece = [(" " * indent, "")] if indent else []
    while parts and length >= 0:
        text, style = parts.popleft()
        if len(text) > length:
            parts.appendleft((text[length:], style))
            text = text[:length]
        length -= len(text)
        if text:
            piece.append((text, style))
        if not length:
            break
    return tuple(piece)
