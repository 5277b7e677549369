"""Today's rules over a capture again: what its frames would be told if they came now."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import NamedTuple

from inspector.protocol.context import Station, Stations
from inspector.protocol.event import ALONE, Closed, Event, Noted, Opened, Received, Ticked
from inspector.protocol.finding import Finding
from inspector.protocol.rules import TABLE
from inspector.protocol.vendor import Vendors
from inspector.store.entries import SessionRow
from inspector.store.filter import EVERYTHING, Where
from inspector.store.judge import Judge
from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.timeline import Begin, Life, Moment, in_order


class Found(NamedTuple):
    """A finding where it belongs: ``time_ns`` and ``frame_id`` are its frame's, or when the session showed it."""

    session: Session
    finding: Finding
    time_ns: int
    frame_id: int | None


@dataclass(slots=True)
class _Watched:
    """A session that is judged; ``frames`` is the number of its last frame."""

    session: Session
    judge: Judge
    frames: int = 0


class Lint:
    """Judges a capture, or one session of it, in the order of time.

    ``sessions`` and ``frames`` count what was judged; ``closed`` are the sessions that were judged to their end,
    ``still_open`` those that were being recorded, ``cut`` those that begin in an earlier file: of them only is told
    what each frame shows by itself. ``failures`` counts the events whose inspection raised, and
    ``trouble`` is what the first of them raised.

    Without ``patience_ns``, each session has the patience it was recorded with.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        session: int | None = None,
        codes: Collection[str] = TABLE,
        patience_ns: int | None = None,
        vendors: Vendors | None = None,
    ) -> None:
        self.sessions = self.frames = self.failures = 0
        self.closed: list[int] = []
        self.still_open: list[int] = []
        self.cut: list[int] = []
        self.trouble: Exception | None = None
        self._reader = reader
        self._only = session
        self._codes = frozenset(codes)
        self._patience_ns = patience_ns
        self._vendors = vendors
        self._stations = Stations()
        self._watched: dict[int, _Watched] = {}
        self._gapped = reader.gapped()
        self._latest_ns = 0

    def findings(self) -> Iterator[Found]:
        """Yield what the rules find, as they find it."""
        for item in in_order(self._items()):
            if isinstance(item, Begin):
                yield from self._begin(item.session)
            elif isinstance(item, Moment):
                yield from self._frame(item)
            else:
                yield from self._end(item.session)
                if item.session == self._only:
                    return
        for watched in list(self._watched.values()):
            yield from self._leave(watched)

    def _items(self) -> Iterator[Life | Moment]:
        """Yield the sessions there are, then their frames in the order of time. What is recorded meanwhile is not."""
        which = self._which()
        lives = {life.session: life for life in self._reader.lives(which)}
        yield from lives.values()
        expected = dict.fromkeys(lives, 1)
        frames = self._reader.moments(which, last=self._reader.last_id())
        controls = self._reader.controls(which, last=self._reader.last_event())
        for moment in merge(frames, controls, key=_time):
            if not isinstance(moment.event, Received):
                if moment.session in lives:
                    yield moment
                continue
            first = expected.get(moment.session)
            if first is None or moment.number < first:
                continue  # of a session that began meanwhile; or it came with a later frame of an earlier time
            if moment.number > first:  # the clock was set back: those before it come first all the same
                yield from self._reader.stretch(moment.session, first, moment.number)
            yield moment
            expected[moment.session] = moment.number + 1

    def _which(self) -> Where:
        """Choose the sessions to read: one is judged with all of its station, which may explain it."""
        if self._only is None:
            return EVERYTHING
        station = self._reader.session(self._only).station
        return Where("station = ?", (station,)) if station else Where("id = ?", (self._only,))

    def _begin(self, number: int) -> Iterator[Found]:
        session = self._reader.session(number)
        station = Station() if session.origin in ALONE else self._stations.of(session.station)
        patience_ns = self._patience_ns or session.patience_ns
        judge = Judge(None, patience_ns, station, from_file=True, vendors=self._vendors)
        watched = self._watched[number] = _Watched(session, judge)
        self.sessions += self._is_wanted(session)
        yield from self._judge(watched, opening(session))

    def _frame(self, moment: Moment) -> Iterator[Found]:
        watched = self._watched.get(moment.session)
        if watched is None:  # a pong that the clock put behind the end
            return
        if isinstance(moment.event, Received):
            self.frames += self._is_wanted(watched.session)
            if moment.number > watched.frames + 1:  # those between are missing, wherever their gap is told
                yield from self._judge(watched, _gap(moment.event.time_ns))
            watched.frames = moment.number
        yield from self._judge(watched, moment.event, moment)

    def _end(self, number: int) -> Iterator[Found]:
        watched = self._watched.pop(number)
        if self._is_wanted(watched.session):
            (self.cut if watched.session.continues else self.closed).append(number)
        if number in self._gapped:  # one that is told with the end, or after it, comes before it
            yield from self._judge(watched, _gap(watched.session.closed_ns or 0))
        ended = watched.session.continued_in is None
        yield from self._judge(watched, closing(watched.session) if ended else Ticked(watched.session.last_ns))

    def _leave(self, watched: _Watched) -> Iterator[Found]:
        """Tell a session that is still open the time as the capture knows it; one without an end, its own last time."""
        session = watched.session
        if self._is_wanted(session):
            (self.still_open if session.live else self.closed).append(session.id)
        yield from self._judge(watched, Ticked(self._latest_ns if session.live else session.last_ns))

    def _is_wanted(self, session: Session) -> bool:
        return self._only in {None, session.id}

    def _judge(self, watched: _Watched, event: Event, moment: Moment | None = None) -> Iterator[Found]:
        session, judge = watched.session, watched.judge
        self._latest_ns = max(self._latest_ns, event.time_ns)
        failures = judge.failures
        observation = judge.observe(event, moment.number if moment else 0)
        if judge.failures > failures:
            self.failures += 1
            self.trouble = self.trouble or judge.trouble
        for finding in observation.findings:
            if finding.code in self._codes and self._is_wanted(session) and can_be_known(session, finding.code):
                yield self._found(session, finding, event.time_ns, moment)

    def _found(self, session: Session, finding: Finding, time_ns: int, moment: Moment | None) -> Found:
        if finding.frame is None:
            return Found(session, finding, time_ns, None)
        if moment is not None and moment.number == finding.frame:
            return Found(session, finding, time_ns, moment.id)
        frame_id, seen_ns = self._reader.place(session.id, finding.frame) or (None, time_ns)
        return Found(session, finding, seen_ns, frame_id)


def can_be_known(session: Session | SessionRow, code: str) -> bool:
    """Tell whether a rule sees what it takes: what needs a session's past is in doubt where that is in another file."""
    return session.continues is None or code[0] in _OF_ONE_FRAME


_OF_ONE_FRAME = frozenset("FS")
"""Families of rules that look at each frame by itself, or with the CALL that it answers."""


def _gap(time_ns: int) -> Noted:
    return Noted(time_ns, "gap", "")


def _time(moment: Moment) -> int:
    return moment.event.time_ns


def opening(session: Session) -> Opened:
    """Return the handshake of a recorded session."""
    return Opened(
        session.opened_ns,
        session.station,
        path=session.path,
        peer=session.peer,
        upstream=session.upstream,
        offered=session.offered,
        subprotocol=session.subprotocol,
        http_status=session.http_status,
        origin=session.origin,
        source=session.source,
        headers=session.headers,
        tls=session.tls,
        hears_pings=session.hears_pings,
        times=session.times,
    )


def closing(session: Session) -> Closed:
    """Return the end of a recorded session that has one."""
    return Closed(session.closed_ns or 0, session.close_code, session.close_reason or "", session.closed_by or "")
