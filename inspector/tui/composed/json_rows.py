"""JSON text as indented lines with its findings below their places; composed line by line when it is asked for.

A frame of a megabyte has 70 000 lines: only where each begins is kept.
"""

from array import array
from collections import deque
from collections.abc import Iterator, Sequence

from inspector.protocol.json_places import LONGEST_POINTER, lexemes, short_pointer, unquote
from inspector.protocol.json_places import pointer as written
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.composed.fault_places import fault_places
from inspector.tui.composed.json_pieces import PUNCTUATION, pieces
from inspector.tui.composed.lines import Line, breaks, cut, finding_lines
from inspector.tui.composed.pages import Spot

DEEPEST_INDENT = 16
"""Levels that are indented; what is deeper stands below the last of them."""

MOST_BESIDE = 8
"""Elements of the frame's own array that stand on one line."""

CLOSING = -1
"""Instead of its number in what is around it: the line begins with a bracket that closes."""

_BLANK = "  "


class JsonLines:
    """Where the lines of JSON text begin and end, how deep they are indented, and which member each is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts, self._ends = array("i"), array("i")
        self._depths, self._members = array("i"), array("i")
        for start, end, depth, member in _lines(text):
            self._starts.append(start)
            self._ends.append(end)
            self._depths.append(depth)
            self._members.append(member)

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._starts)

    def span(self, line: int) -> tuple[int, int]:
        """Return the characters of the text that a line shows."""
        return self._starts[line], self._ends[line]

    def indent(self, line: int) -> str:
        """Return the blanks before a line."""
        return _BLANK * min(self._depths[line], DEEPEST_INDENT)

    def pointer(self, line: int) -> str:
        """Return the pointer of the value that a line begins with or, for the first one, that begins on it."""
        if self._members[line] == CLOSING:
            line = self._back(line, self._depths[line] + 1)
        steps = [self._step(line)]
        while self._depths[line]:
            line = self._back(line, self._depths[line])
            steps.append(self._step(line))
        return short_pointer([written([step]) for step in reversed(steps)]) if len(steps) < LONGEST_POINTER else ""

    def _back(self, line: int, depth: int) -> int:
        """Find the last line before one that is less deep, and no closing bracket."""
        while line:
            line -= 1
            if self._depths[line] < depth and self._members[line] != CLOSING:
                break
        return line

    def _step(self, line: int) -> str | int:
        start, end = self.span(line)
        kind, first, last = next(pieces(self.text, start, end), (PUNCTUATION, start, start))
        return unquote(self.text[first:last]) if kind == "key" else self._members[line]


def _lines(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Break JSON text into lines. The frame's own array keeps its elements on one line, if they are few."""
    inside: list[int] = []  # the number of the member at hand in each container around
    begin, before, end = -1, "", 0
    depth = member = 0
    for kind, start, stop in lexemes(text):
        if kind in "}]":
            inside.pop()
        breaks_here = _breaks(before, kind, inside)
        if breaks_here and begin >= 0:
            yield begin, end, depth, member
        if breaks_here or begin < 0:
            begin, depth = start, max(len(inside) - 1, 0)
            member = CLOSING if kind in "}]" else inside[-1] if inside else 0
        if kind in "{[":
            if len(inside) == 1:
                member = inside[0]
            inside.append(0)
        elif kind == "," and inside:
            inside[-1] += 1
        before, end = kind, stop
    if begin >= 0:
        yield begin, end, depth, member


def _breaks(before: str, kind: str, inside: list[int]) -> bool:
    """Tell whether a new line begins between two lexemes; ``inside`` is around the second."""
    if kind in "}]":
        return before not in {"{", "["} and bool(inside)
    if before in {"{", "["}:
        return len(inside) > 1
    return before == "," and (len(inside) > 1 or inside[-1] % MOST_BESIDE == 0)


class JsonRows:
    """The lines of a frame's JSON text, wrapped, with findings below theirs."""

    def __init__(self, frame: FrameRow, text: str, findings: Sequence[FindingRow], width: int) -> None:
        self._frame, self._text = frame, text
        self._lines = JsonLines(text)
        self._marks: dict[int, list[tuple[int, int, FindingRow]]] = {}
        self._notes: list[tuple[Line, FindingRow, int]] = []
        self._rows, self._froms, self._tos = array("i"), array("i"), array("i")
        self._indents: dict[int, int] = {}  # of the pieces of lines that are wrapped
        self._last: tuple[int, Line] = (-1, ())
        self._lay_out(findings, width)

    def _lay_out(self, findings: Sequence[FindingRow], width: int) -> None:
        placed = [each for each in findings if each.pointer or each.offset is not None]
        for finding in findings:
            if finding not in placed:
                self._note(finding, 0, width, 0)
        places = fault_places(self._text, [(each.pointer, each.offset, each.severity) for each in placed])
        waiting = deque(sorted(zip(places, placed, strict=True), key=lambda pair: pair[0][0]))
        for line in range(len(self._lines)):
            start, end = self._lines.span(line)
            here = []
            while waiting and (waiting[0][0][0] < end or line == len(self._lines) - 1):
                (first, last, _), finding = waiting.popleft()
                here.append((first, last, finding))
            if here:
                self._marks[line] = here
            indent = len(self._lines.indent(line))
            if _surely_fits(self._text[start:end], width - indent):
                self._row(line, 0, 0)
            else:
                self._wrap(line, width)
            for _, _, finding in here:
                self._note(finding, indent, width, line)

    def _wrap(self, line: int, width: int) -> None:
        self._indents[line], spans = breaks("".join(text for text, _ in self._compose(line)), width)
        for start, end in spans:
            self._row(line, start, end)

    def _row(self, line: int, start: int, end: int) -> None:
        self._rows.append(line)
        self._froms.append(start)
        self._tos.append(end)

    def _note(self, finding: FindingRow, indent: int, width: int, line: int) -> None:
        for text in finding_lines(finding, indent, width):
            self._row(-1 - len(self._notes), 0, 0)
            self._notes.append((text, finding, line))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)

    def line(self, row: int) -> Line:
        """Compose a row."""
        line, start, end = self._rows[row], self._froms[row], self._tos[row]
        if line < 0:
            return self._notes[-1 - line][0]
        whole = self._compose(line)
        if not end:
            return whole
        return cut(whole, start, end, self._indents[line] if start else 0)

    def spot(self, row: int) -> Spot:
        """Tell which value a row shows, and the first finding about it."""
        line = self._rows[row]
        if line < 0:
            _, finding, line = self._notes[-1 - line]
            return Spot(self._frame, self._lines.pointer(line) if len(self._lines) else "", finding)
        marks = self._marks.get(line)
        return Spot(self._frame, self._lines.pointer(line), marks[0][2] if marks else None)

    def row_of(self, finding: FindingRow) -> int | None:
        """Find the row below which a finding stands, or its own if it stands by itself."""
        note = next((number for number, (_, each, _) in enumerate(self._notes) if each == finding), None)
        return None if note is None else self._rows.index(-1 - note)

    def _compose(self, line: int) -> Line:
        """Compose a line as if it were not wrapped; the last one is kept, for it may have a thousand rows."""
        if self._last[0] != line:
            start, end = self._lines.span(line)
            indent = self._lines.indent(line)
            parts = [(indent, "")] if indent else []
            parts += _parts(self._text, start, end, self._marks.get(line, ()))
            self._last = line, tuple(parts)
        return self._last[1]


def pretty(text: str) -> list[str]:
    """Return JSON text in lines as they are shown, none of them wrapped."""
    lines = JsonLines(text)
    return [
        lines.indent(line) + "".join(piece for piece, _ in _parts(text, *lines.span(line), ()))
        for line in range(len(lines))
    ]


def _parts(text: str, start: int, end: int, marks: Sequence[tuple[int, int, FindingRow]]) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a line with their styles, each as it is written, and one blank where there is any."""
    for kind, first, last in pieces(text, start, end):
        mark = next((finding for begin, stop, finding in marks if begin < last and first < stop), None)
        style = "" if kind == PUNCTUATION else kind
        piece = visible(text[first:last])
        blank = " " if piece == ":" or (piece == "," and last < end) else ""
        if mark is not None and piece != ",":
            yield piece, f"marked-{mark.severity}"
            piece = ""
        yield piece + blank, style


def _surely_fits(text: str, room: int) -> bool:
    """Tell whether a line fits, even with a blank after each of its marks."""
    return len(text) + text.count(",") + text.count(":") <= room and text.isascii() and text.isprintable()
