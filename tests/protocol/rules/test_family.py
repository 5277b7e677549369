"""What a family hears, and when."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import pytest

from inspector.protocol import rules
from inspector.protocol.context import PATIENCE_NS, Context, Station
from inspector.protocol.event import Closed, Control, Controlled, Event, Opened, Received, Ticked
from inspector.protocol.finding import Blame, Fault
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.version import Version
from tests.protocol.rules.made import NOW
from tests.protocol.wire import CSMS, STATION, call, error, heard, named_result, opened, result

heard_of: list[str] = []


class Deaf(Family):
    """A family that asks for nothing."""


class Listening(Family):
    """A family that writes down all it hears, and wants to know the time at 50 and, once told, at 80."""

    def opened(self, event: Opened) -> Iterable[Fault]:
        heard_of.append("opened")
        self.context.wake_at(50)
        return ()

    def received(self, seen: Seen) -> Iterable[Fault]:
        heard_of.append(f"received {seen.frame.type.name}")
        return ()

    def controlled(self, event: Controlled) -> Iterable[Fault]:
        heard_of.append(f"controlled {event.kind}")
        return (Fault("F001", "a ping"),)

    def ticked(self, now_ns: int) -> Iterable[Fault]:
        heard_of.append(f"ticked {now_ns}")
        if now_ns < 80:
            self.context.wake_at(80)
        return (Fault("F001", "too late"),)

    def closed(self, event: Closed) -> Iterable[Fault]:
        heard_of.append("closed")
        return (Fault("F001", "the end", frame=1, blame=Blame.CSMS),)

    def asked(self, seen: Seen) -> Iterable[Fault]:
        heard_of.append(f"asked {seen.action}")
        yield Fault("F001", "a request", "/3")

    def answered(self, seen: Seen) -> Iterable[Fault]:
        heard_of.append(f"answered {seen.action}")
        return ()

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        ("Heartbeat", REQUEST): asked,
        ("Heartbeat", RESPONSE): answered,
    }


@pytest.fixture(name="inspection")
def _inspection(monkeypatch: pytest.MonkeyPatch) -> Inspection:
    """Return an inspection with these two families only."""
    heard_of.clear()
    families = (Deaf, Listening)
    monkeypatch.setattr(rules, "FAMILIES", families)
    monkeypatch.setattr(rules, "LISTENERS", rules.listeners(families))
    table = {part: {} for part in (REQUEST, RESPONSE)}
    for (action, part), handler in Listening.HEARS.items():
        table[part][action] = [(1, handler)]
    monkeypatch.setattr(rules, "HEARD", table)
    return Inspection(Version.V16)


def test_a_family_hears_nothing_unless_it_says_so() -> None:
    family = Deaf(Context.new(Version.V16, PATIENCE_NS, Station()))
    assert [*family.opened(opened()), *family.controlled(Controlled(1, STATION, Control.PING))] == []
    assert [*family.ticked(1), *family.closed(Closed(1))] == []
    assert Deaf.HEARS == {}


def test_a_family_hears_a_session_in_order(inspection: Inspection) -> None:
    """The time when it asked for it, before what comes then; a later wish must be said again."""
    events: list[Event] = [
        opened(time_ns=1),
        heard(raw=call(), time_ns=2),
        heard(raw=result(payload=NOW), sender=CSMS, time_ns=3),
        Controlled(4, STATION, Control.PING),
        Ticked(49),
        heard(raw="nonsense", time_ns=60),
        Ticked(79),
        Ticked(90),
        Ticked(1000),
        Closed(1001),
    ]
    for event in events:
        inspection.observe(event)
    assert heard_of == [
        "opened",
        "received CALL",
        "asked Heartbeat",
        "received CALLRESULT",
        "answered Heartbeat",
        "controlled ping",
        "ticked 60",
        "received INVALID",
        "ticked 90",
        "closed",
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (call(), ["asked Heartbeat"]),
        (call(kind=6), ["asked Heartbeat"]),
        (call(action="Authorize"), []),
        ('[2,"1","Heartbeat",null]', []),
        ('[2,"1","Heartbeat",[]]', []),
        ('[2,"1","Heartbeat",{"any":["thing",{}]}]', ["asked Heartbeat"]),
        (named_result(action="Heartbeat"), ["answered Heartbeat"]),
        (error(), []),
        (result(), []),
    ],
)
def test_a_payload_is_heard_if_it_is_an_object(inspection: Inspection, raw: str, expected: list[str]) -> None:
    """Whatever is in it; an error has none, and an orphan's is nobody's."""
    inspection.observe(heard(raw=raw))
    assert heard_of[1:] == expected


def test_a_fault_is_about_the_frame_at_hand_or_the_one_it_names(inspection: Inspection) -> None:
    (asked,) = inspection.observe(heard(raw=call(), sender=CSMS)).findings
    assert (asked.frame, asked.blame, asked.pointer) == (1, Blame.CSMS, "/3")
    (ping,) = inspection.observe(Controlled(1, STATION, Control.PING)).findings
    assert (ping.frame, ping.blame) == (None, Blame.NETWORK)
    (end,) = inspection.observe(Closed(1)).findings
    assert (end.frame, end.blame) == (1, Blame.CSMS)


def test_what_comes_of_the_time_is_told_with_the_frame_that_brought_it(inspection: Inspection) -> None:
    """And is about the session."""
    inspection.observe(opened(time_ns=1))
    late, _ = inspection.observe(Received(60, STATION, call())).findings
    assert (late.message, late.frame) == ("too late", None)


def test_every_family_of_the_table_listens_to_what_exists() -> None:
    """The methods it names are its own."""
    for family in rules.FAMILIES:
        for (action, part), handler in family.HEARS.items():
            assert part in (REQUEST, RESPONSE)
            assert action
            assert getattr(family, handler.__name__, None) is handler
