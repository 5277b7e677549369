"""JSON text as a tree that is folded and unfolded; only what is open is looked into."""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from inspector.protocol.frame import SHAPES
from inspector.protocol.json_places import brackets, unquote
from inspector.protocol.json_places import pointer as written
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.composed.fault_places import around
from inspector.tui.composed.json_pieces import PUNCTUATION, next_piece
from inspector.tui.composed.json_rows import DEEPEST_INDENT
from inspector.tui.composed.lines import SIGNS, Line, fit
from inspector.tui.composed.pages import Spot

DEEPEST = 200
"""Levels that can be opened."""

MOST_MEMBERS = 1000
"""Members of one object or list that are shown."""

SMALL = 4096
"""Characters of a frame that is open altogether at first."""

OPEN_DEPTH = 2
"""Levels of a larger one that are open at first."""

OPEN, FOLDED = "▾ ", "▸ "
BRACKETS = frozenset({"{", "["})


class Branch(NamedTuple):
    """A value where it stands in the text, its key or number, and how deep it is. ``kind`` is that of its lexeme."""

    pointer: str
    label: str
    kind: str
    start: int
    end: int
    depth: int


class TreeRows:
    """The branches that are open. ``turned`` are the pointers that are not as they were at first."""

    def __init__(
        self, frame: FrameRow, text: str, findings: Sequence[FindingRow], width: int, turned: Container[str] = ()
    ) -> None:
        self._frame, self._text, self._width, self._turned = frame, text, width, turned
        self._ways = {each for finding in findings for each in around(finding.pointer)}
        self._ends = _ends(text)
        self._known: dict[int, list[Branch]] = {}
        self._rows = list(self._open_rows())
        self._at = {branch.pointer: row for row, branch in enumerate(self._rows)}
        self._found = {row: each for each in reversed(findings) if (row := self.row_of(each)) is not None}

    def _open_rows(self) -> Iterator[Branch]:
        waiting = list(reversed(self._elements()))
        while waiting:
            branch = waiting.pop()
            yield branch
            if self._is_open(branch):
                waiting += reversed(self._members(branch))

    def _elements(self) -> list[Branch]:
        """Return the elements of the frame, with their names in the standard."""
        whole = self._members(Branch("", "", "[", self._text.find("["), len(self._text), -1))
        names = SHAPES.get(self._frame.type, ())
        return [
            element._replace(label=name or element.label) for element, name in zip_longest(whole, names[: len(whole)])
        ]

    def _folds(self, branch: Branch) -> bool:
        return branch.kind in BRACKETS and branch.depth < DEEPEST and bool(self._members(branch))

    def _is_open(self, branch: Branch) -> bool:
        if not self._folds(branch):
            return False
        at_first = len(self._text) <= SMALL or branch.depth < OPEN_DEPTH or branch.pointer in self._ways
        return at_first != (branch.pointer in self._turned)

    def _members(self, branch: Branch) -> list[Branch]:
        if branch.start not in self._known:
            self._known[branch.start] = list(islice(_members(self._text, branch, self._ends), MOST_MEMBERS))
        return self._known[branch.start]

    def __len__(self) -> int:
        """Count the branches that are shown."""
        return len(self._rows)

    def line(self, row: int) -> Line:
        """Compose a branch."""
        branch, finding = self._rows[row], self._found.get(row)
        fold = (OPEN if self._is_open(branch) else FOLDED) if self._folds(branch) else "  "
        plain = "dim" if branch.kind in BRACKETS else branch.kind
        style = f"marked-{finding.severity}" if finding else plain
        note = ((f"  {SIGNS[finding.severity]} {finding.code}", finding.severity),) if finding else ()
        head = "  " * min(branch.depth, DEEPEST_INDENT) + fold
        line: Line = ((head, "dim"), (f"{visible(branch.label, 200)}: ", "key"), (self._value(branch), style), *note)
        return fit(line, self._width)

    def _value(self, branch: Branch) -> str:
        if branch.kind not in BRACKETS:
            return visible(self._text[branch.start : branch.end], 1000)
        if branch.depth >= DEEPEST:
            return "deeper: see the text"
        count = len(self._members(branch))
        many = str(count) if count < MOST_MEMBERS else f"{count} or more"
        return f"{{{many}}}" if branch.kind == "{" else f"[{many}]"

    def spot(self, row: int) -> Spot:
        """Tell which value a branch is, and the finding at it."""
        branch = self._rows[row]
        return Spot(self._frame, branch.pointer, self._found.get(row), self._folds(branch))

    def row_of(self, finding: FindingRow) -> int | None:
        """Find the branch at which a finding is shown: that of the value or, while that is folded, one around it."""
        return next((self._at[each] for each in around(finding.pointer) if each in self._at), None)


def _ends(text: str) -> dict[int, int]:
    """Map where each object and list begins to where it ends."""
    opened: list[int] = []
    ends = {}
    for depth, at in brackets(text):
        if depth > len(opened):
            opened.append(at)
        elif opened:
            ends[opened.pop()] = at + 1
    return ends


def _members(text: str, branch: Branch, ends: Mapping[int, int]) -> Iterator[Branch]:
    """Yield what an object or a list holds, in order, without looking into what that holds."""
    label: str | int = 0
    position = branch.start + 1
    while (piece := next_piece(text, position)) and piece[1] < branch.end - 1:
        kind, start, position = piece
        if kind == "key":
            label = unquote(text[start:position])
        elif kind != PUNCTUATION or text[start] in BRACKETS:
            kind = text[start] if kind == PUNCTUATION else kind
            position = ends.get(start, branch.end) if kind in BRACKETS else position
            pointer = branch.pointer + written([label])
            yield Branch(pointer, str(label), kind, start, position, branch.depth + 1)
            label = label + 1 if isinstance(label, int) else label
