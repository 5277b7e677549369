"""R, whatever happens: who answers whom, that each CALL is accounted for, and that nothing grows."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.context import PATIENCE_NS, Station
from inspector.protocol.event import Closed, Event, Received
from inspector.protocol.finding import Finding
from inspector.protocol.inspection import Inspection, Observation
from inspector.protocol.knowledge.habits import MOST_FAILED, Habits
from inspector.protocol.ledger import LONGEST_KEPT, MOST_OPEN
from inspector.protocol.rules.exchanges import MOST_IDS, Exchanges
from inspector.protocol.version import Party, Version
from tests.protocol.documents import quick
from tests.protocol.wire import SECOND, call, error, heard, result

ACTIONS = {Party.STATION: ("Authorize", {"idTag": "A"}), Party.CSMS: ("UnlockConnector", {"connectorId": 1})}


@st.composite
def frames(draw: st.DrawFn) -> tuple[str, Party, str, float]:
    """Draw what is said (a CALL as often as any answer), by whom, under which of few ids, and how much later."""
    what = draw(st.sampled_from(["call", "call", "result", "error"]))
    return what, draw(st.sampled_from(Party)), draw(st.sampled_from("abc")), draw(st.sampled_from([0.5, 4, 12, 31]))


conversations = st.lists(frames(), max_size=40)


def events_of(conversation: Iterable[tuple[str, Party, str, float]]) -> list[Received]:
    events, now = [], 100.0
    for what, sender, message_id, later in conversation:
        now += later
        action, payload = ACTIONS[sender]
        raw = {
            "call": call(action=action, payload=payload, message_id=message_id),
            "result": result(message_id=message_id),
            "error": error(message_id=message_id),
        }[what]
        events.append(heard(raw=raw, sender=sender, time_ns=int(now * SECOND)))
    return events


@dataclass
class Told:
    """A conversation as a naive reader pairs it, and what was observed of it."""

    observed: list[Observation]
    found: list[Finding]
    answers: dict[int, int] = field(default_factory=dict)
    """The answer's number by that of its CALL."""
    calls: dict[int, tuple[Party, str, int]] = field(default_factory=dict)
    """Sender, id and time of each CALL by its number."""

    def superseded(self, number: int) -> bool:
        """Tell whether a later CALL took over the id while this one was open."""
        sender, message_id, _ = self.calls[number]
        until = self.answers.get(number, len(self.observed) + 1)
        return any(number < other < until and self.calls[other][:2] == (sender, message_id) for other in self.calls)

    def frames_of(self, code: str) -> list[int | None]:
        return [finding.frame for finding in self.found if finding.code == code]


def tell(conversation: Iterable[tuple[str, Party, str, float]], *, by: str = "network") -> Told:
    events = events_of(conversation)
    inspection = Inspection(Version.V16)
    observed = [inspection.observe(event) for event in events]
    last = events[-1].time_ns if events else 0
    found = [finding for one in observed for finding in one.findings]
    found += inspection.observe(Closed(last + SECOND, by=by)).findings
    told, waiting = Told(observed, found), {party: [] for party in Party}
    for number, (event, (what, sender, message_id, _)) in enumerate(zip(events, conversation, strict=True), 1):
        if what == "call":
            told.calls[number] = sender, message_id, event.time_ns
            waiting[sender].append((message_id, number))
            continue
        asked = [(each, its) for each, its in waiting[sender.peer] if each == message_id]
        if asked:
            waiting[sender.peer].remove(asked[-1])
            told.answers[asked[-1][1]] = number
    return told


@quick
@given(conversations)
def test_an_answer_belongs_to_the_latest_open_call_of_the_other_side(
    conversation: list[tuple[str, Party, str, float]],
) -> None:
    """With its id; each CALL has at most one."""
    told = tell(conversation)
    paired = {
        one.seen.call.number: one.seen.number
        for one in told.observed
        if one.seen is not None and one.seen.call is not None
    }
    assert paired == told.answers
    assert len(set(paired.values())) == len(paired)


@quick
@given(conversations)
def test_each_call_is_answered_or_told_or_taken_over(conversation: list[tuple[str, Party, str, float]]) -> None:
    """Told once: as unanswered when its time is over, as cut off at the end; a late answer may still come."""
    told = tell(conversation)
    unanswered, cut_off = told.frames_of("R001"), told.frames_of("R003")
    assert len({*unanswered, *cut_off}) == len(unanswered) + len(cut_off)
    for number in told.calls:
        open_to_the_end = number not in told.answers and not told.superseded(number)
        assert not (number in cut_off and number in told.answers)
        assert open_to_the_end <= (number in unanswered or number in cut_off)
        assert not (told.superseded(number) and number in cut_off and number not in told.answers)


@quick
@given(conversations)
def test_every_answer_is_paired_or_told(conversation: list[tuple[str, Party, str, float]]) -> None:
    """One that belongs to nothing is exactly one of: orphan, second answer, error to an answer."""
    told = tell(conversation)
    strays = [
        one.seen.number for one in told.observed if one.seen and one.seen.frame.type.is_answer and not one.seen.call
    ]
    assert sorted(told.frames_of("R002") + told.frames_of("R004") + told.frames_of("R010")) == strays


@quick
@given(conversations)
def test_only_what_waited_is_unanswered_or_late(conversation: list[tuple[str, Party, str, float]]) -> None:
    """Nobody is told to have waited in vain who was answered within the shortest patience there is."""
    told = tell(conversation)
    for number, answer in told.answers.items():
        waited = told.observed[answer - 1].seen.time_ns - told.calls[number][2]
        if waited <= 5 * SECOND:
            assert number not in told.frames_of("R001")
        if waited <= PATIENCE_NS and answer in told.frames_of("R005"):
            sender = told.calls[number][0]
            assert any(number < other < answer and told.calls[other][0] is sender for other in told.calls) or (
                number in told.frames_of("R001")
            )


@quick
@given(conversations)
def test_sides_are_told_of_once(conversation: list[tuple[str, Party, str, float]]) -> None:
    told = tell(conversation)
    for code in ("R006", "R009"):
        assert len(told.frames_of(code)) <= len(Party)


def hostile(count: int, seed: int) -> Iterator[Event]:
    """Say anything that keeps a reader of exchanges busy."""
    some = random.Random(seed)
    ids = ["-1", "", "a", "b", "é" * 5000, *(f"{number}" for number in range(2 * MOST_IDS))]
    for number in range(count):
        message_id = some.choice(ids) if some.random() < 0.4 else f"x{number}"
        payload = some.choice([{}, {"idTag": f"{some.randrange(500)}"}, {"idTag": "x" * some.choice([1, 70_000])}])
        raw = some.choice(
            [
                call(
                    action=some.choice(["Authorize", "ClearCache", "A" * 1000]), payload=payload, message_id=message_id
                ),
                call(kind=6, message_id=message_id),
                result(message_id=message_id),
                error(message_id=message_id),
                error(message_id=message_id, kind=5),
                "[2,",
            ]
        )
        time_ns = 0 if some.random() < 0.02 else int((1 + number * some.choice([0.01, 1, 31])) * SECOND)
        yield heard(raw=raw, sender=some.choice(list(Party)), time_ns=time_ns)


@pytest.mark.parametrize("seed", range(3))
def test_nothing_grows_whatever_comes(seed: int) -> None:
    """5000 hostile frames, then another session of the station: all that is kept is full, and no fuller."""
    station = Station()
    inspection = Inspection(Version.V16, station=station)
    events = list(hostile(5000, seed))
    for event in [*events, Closed(events[-1].time_ns, by="network")]:
        inspection.observe(event)
    for each in (inspection, Inspection(Version.V16, station=station)):
        (exchanges,) = (family for family in each._families if type(family) is Exchanges)
        assert {len(exchanges._ids[party]) for party in Party} == ({MOST_IDS} if each is inspection else {0})
        assert all(len(one) <= LONGEST_KEPT for ids in exchanges._ids.values() for one in ids)
        assert all(len(exchanges._ledger.open_calls(party)) <= MOST_OPEN for party in Party)
        assert len(exchanges._habits._failed) == MOST_FAILED
        assert all(len(failure.why) < LONGEST_KEPT for failure in exchanges._habits._failed.values())
        assert exchanges._said <= {(code, party) for code in ("R006", "R009") for party in Party}


def test_all_that_is_kept_is_measured_above() -> None:
    """Whoever keeps something else must say how much of it."""
    assert set(Exchanges.__slots__) == {"_behind", "_habits", "_ids", "_ledger", "_said", "_unclear"}
    assert set(Habits.__slots__) == {"_failed", "_retried_ns", "patience_ns"}
