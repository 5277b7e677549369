"""What a file tells beside its events: marks, what a draft is a copy of, reports. It is written after the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from inspector.protocol.finding import Finding
from inspector.store.amend import amending
from inspector.store.entries import SessionRow


class FrameRemark(NamedTuple):
    """What is kept of a frame beside it.

    ``copy_of`` is the number of the frame it is a copy of, ``masked`` how many secrets were overwritten in it, if
    any. ``findings`` are those that only a recorder could make.
    """

    marked: bool = False
    copy_of: int | None = None
    masked: int | None = None
    findings: tuple[Finding, ...] = ()

    def findings_of(self, number: int) -> Iterator[Finding]:
        """Yield its findings, about the frame of this number."""
        return (replace(finding, frame=number) for finding in self.findings)


class SessionRemark(NamedTuple):
    """What is kept of a session beside it.

    ``source`` is the session it was made from, by its number in the file; ``taken_out`` are numbers of that one's
    frames that a draft has no more. ``lost`` counts frames that no file has.
    """

    source: int | None = None
    taken_out: tuple[int, ...] = ()
    lost: int = 0
    silence_ns: int | None = None


@dataclass(slots=True)
class Additions:
    """Gathers remarks while sessions come in. ``rows`` are the sessions by their numbers in the file."""

    rows: Mapping[int, SessionRow]
    frames: list[tuple[SessionRow, int, FrameRemark]] = field(default_factory=list)
    sessions: list[tuple[int, SessionRemark]] = field(default_factory=list)
    reports: list[tuple[int, str]] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write all that was gathered. Raises :class:`InspectorError` if the capture can't be changed."""
        if not (self.frames or self.sessions or self.reports):
            return
        with amending(path) as connection:
            connection.executemany(_MARK, self._marks())
            connection.executemany(_COPIED, self._copies())
            connection.executemany(_MASKED, self._masked())
            connection.executemany(_SESSION, self._sessions())
            connection.executemany(_REPORT, ((self.rows[number].id, text) for number, text in self.reports))

    def _marks(self) -> Iterable[tuple[int | None, int]]:
        return ((row.id, number) for row, number, remark in self.frames if remark.marked)

    def _copies(self) -> Iterator[tuple[int | None, int, int]]:
        for row, number, remark in self.frames:
            if remark.copy_of is not None:
                yield row.id, number, remark.copy_of
        for session, about in self.sessions:
            yield from ((self.rows[session].id, -source, source) for source in about.taken_out)

    def _masked(self) -> Iterable[tuple[int, int | None, int]]:
        return ((r.masked, row.id, number) for row, number, r in self.frames if r.masked is not None)

    def _sessions(self) -> Iterator[tuple[object, ...]]:
        for number, remark in self.sessions:
            source = None if remark.source is None else self.rows.get(remark.source)
            yield source and source.id, remark.lost, remark.silence_ns, self.rows[number].id


_MARK = "INSERT OR IGNORE INTO mark SELECT id FROM frame WHERE session = ? AND number = ?"
_COPIED = "INSERT OR REPLACE INTO copied(session, number, source) VALUES (?, ?, ?)"
_MASKED = "UPDATE frame SET masked = max(masked, ?) WHERE session = ? AND number = ?"
_SESSION = "UPDATE session SET source = ?, lost = max(lost, ?), silence_ns = ifnull(?, silence_ns) WHERE id = ?"
_REPORT = "INSERT OR REPLACE INTO report(session, content) VALUES (?, ?)"
