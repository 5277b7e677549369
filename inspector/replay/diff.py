"""Compares two recorded sessions: the same talk with another firmware, another CSMS, or on another day."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from inspector.protocol.event import UNHEARD
from inspector.protocol.frame import MessageType
from inspector.protocol.printable import visible_raw
from inspector.protocol.version import Party
from inspector.replay.alignment import Pair, aligned
from inspector.replay.compare import Difference, differences
from inspector.replay.findings import Found, changes
from inspector.replay.pattern import Pattern
from inspector.replay.rebind import Binding, Rebinder
from inspector.replay.report import LONGEST_GOT, Item, Report, Side
from inspector.replay.steps import Verdict
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow, Session


class Subject(NamedTuple):
    """A session to compare, and who reads its capture."""

    reader: Reader
    session: Session

    @property
    def side(self) -> Side:
        """As a report names it."""
        return Side(str(self.reader.path), (self.session.id,), self.session.station, self.session.name)


PAGE = 128
"""Pairs whose frames are read at once."""


def diff(then: Subject, now: Subject, ignored: Sequence[Pattern] = ()) -> Report:
    """Compare two sessions: frames by sender and action, each answer with its CALL's, and findings.

    Raw texts are read a page at a time: memory grows with the number of frames, not with their size.
    """
    first, second = _Talk(then), _Talk(now)
    pairs = aligned(first.keys, second.keys)
    items = _Items(then, now, ignored)
    for some in _pages(pairs):
        items.add(first, second, some)
    items.end()
    found = changes(*(Found(each.reader, [each.session.id]) for each in (then, now)))
    return Report(
        then.side,
        now.side,
        began_ns=now.session.opened_ns,
        ended_ns=now.session.closed_ns or now.session.last_ns,
        items=tuple(items.items),
        bindings=items.bindings,
        findings=found,
    )


def _pages(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    rest = iter(pairs)
    while page := list(islice(rest, PAGE)):
        yield page


Key = tuple[Party, MessageType, str]


class _Talk:
    """What opens an exchange, or stands alone, in the order of a session; and the answers.

    ``keys`` are what is aligned, ``frames`` the ids of those frames; ``answers`` is the id of the answer to each, 0 for
    none.
    """

    def __init__(self, subject: Subject) -> None:
        self.keys: list[Key] = []
        self.frames = array("q")
        self.answers = array("q")
        place: dict[int, int] = {}
        known: dict[Key, Key] = {}
        for frame in subject.reader.pages(session=subject.session.id):
            call = place.pop(frame.answers, None) if frame.answers is not None else None
            if call is not None:
                self.answers[call] = frame.id
                continue
            if frame.type is MessageType.CALL:
                place[frame.id] = len(self.keys)
            key = (frame.sender, frame.type, frame.action or "")
            self.keys.append(known.setdefault(key, key))
            self.frames.append(frame.id)
            self.answers.append(0)


class _Items:
    """The items of a report, as they come; identifiers that either side handed out are followed on the way."""

    def __init__(self, then: Subject, now: Subject, ignored: Sequence[Pattern]) -> None:
        self._subjects = then, now
        self._ignored = ignored
        self._rebinders = [Rebinder(now.session.version, role) for role in Party]
        self.items: list[Item] = []

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """Return the identifiers that are not what they were."""
        return tuple(binding for rebinder in self._rebinders for binding in rebinder.bindings)

    def add(self, first: _Talk, second: _Talk, pairs: Sequence[Pair]) -> None:
        """Compare some pairs."""
        then_frames = _frames(self._subjects[0].reader, first, (pair.then for pair in pairs))
        now_frames = _frames(self._subjects[1].reader, second, (pair.now for pair in pairs))
        for pair in pairs:
            then = now = then_answer = now_answer = None
            if pair.then is not None:
                then, then_answer = (then_frames.get(ids[pair.then]) for ids in (first.frames, first.answers))
            if pair.now is not None:
                now, now_answer = (now_frames.get(ids[pair.now]) for ids in (second.frames, second.answers))
            self._compare(then, now, moved=pair.moved)
            if then and now:
                self._compare(then_answer, now_answer)

    def _compare(self, then: FrameRow | None, now: FrameRow | None, *, moved: bool = False) -> None:
        if then is not None and now is not None:
            found = tuple(self._differences(then, now))
            verdict = Verdict.DIFFERENT if found else Verdict.OUT_OF_ORDER if moved else Verdict.SAME
            words = "out of order" if moved and found else ""
            self._item(verdict, then, now, found, words)
        elif then is not None:
            self._item(Verdict.MISSING, then, None)
        elif now is not None:
            self._item(Verdict.EXTRA, None, now)

    def _differences(self, then: FrameRow, now: FrameRow) -> Iterable[Difference]:
        action, raw = then.action or "", then.raw
        for rebinder in self._rebinders:
            if rebinder.giver is then.sender:
                rebinder.incoming(then.raw, now.raw, action)
            raw = rebinder.expected(raw, action)
        return differences(raw, now.raw, action=action, ignored=self._ignored)

    def _item(
        self,
        verdict: Verdict,
        then: FrameRow | None,
        now: FrameRow | None,
        found: tuple[Difference, ...] = (),
        words: str = "",
    ) -> None:
        frame = then or now
        assert frame is not None
        self.items.append(
            Item(
                len(self.items) + 1,
                self._subjects[0].session.id,
                then.id if then else None,
                frame.sender,
                frame.type.name,
                frame.action or "",
                frame.message_id or "",
                verdict,
                found,
                "" if now is None or verdict is Verdict.SAME else visible_raw(now.raw, LONGEST_GOT),
                words,
                now.latency_ns if now else None,
                None,
                now.id if now else None,
            )
        )

    def end(self) -> None:
        """Compare how the sessions ended."""
        then, now = (_ending(subject.session) for subject in self._subjects)
        names = (name for name in then if name in now and then[name] != now[name])
        found = tuple(Difference(f"/{name}", then[name], now[name]) for name in names)
        session = self._subjects[0].session
        verdict = Verdict.DIFFERENT if found else Verdict.SAME
        by = Party.CSMS if session.closed_by == "csms" else Party.STATION
        self.items.append(Item(len(self.items) + 1, session.id, None, by, "END", "", "", verdict, found))


def _frames(reader: Reader, talk: _Talk, places: Iterable[int | None]) -> dict[int, FrameRow]:
    """Return frames and their answers by id."""
    ids = [ids[place] for place in places if place is not None for ids in (talk.frames, talk.answers)]
    return {frame.id: frame for frame in reader.frames([number for number in ids if number])}


def _ending(session: Session) -> dict[str, str]:
    """Tell how a session began and ended, in words that can be compared; of a log or a draft what it tells."""
    told = {
        "subprotocol": session.subprotocol,
        "http_status": session.http_status,
        "closed_by": session.closed_by,
        "close_code": session.close_code,
    }
    otherwise = {name: "open" if name == "closed_by" else "none" for name in told}
    known = (
        told if session.origin not in UNHEARD else {name: value for name, value in told.items() if value is not None}
    )
    return {name: str(value or otherwise[name]) for name, value in known.items()}
