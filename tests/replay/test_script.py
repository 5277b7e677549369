"""From recordings to steps: by role, with faults and reconnects."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.script import of_station, script
from inspector.replay.steps import Await, Break, Fault, Send
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, STATION, Said, make_capture, record
from tests.replay.runs import CHARGE, broken_off


@pytest.fixture
def charge(tmp_path: Path) -> Reader:
    """A capture with one transaction."""
    return Reader(make_capture(tmp_path / "a.db", CHARGE))


@pytest.mark.parametrize("role", Party)
def test_one_side_s_calls_are_sent_and_the_other_s_awaited(charge: Reader, role: Party) -> None:
    made = script(charge, [1], role)
    own, other = (Send, Await) if role is Party.STATION else (Await, Send)
    assert [type(step) for step in made.steps] == [own, own, own, own, other]
    assert [step.action for step in made.steps][-2:] == ["StopTransaction", "RemoteStartTransaction"]
    assert [step.number for step in made.steps] == [1, 2, 3, 4, 5]
    answers = [step.answer for step in made.steps if isinstance(step, Send | Await)]
    assert answers == [2, 4, 6, 8, 10]
    charge.close()


def test_how_long_an_answer_took_is_kept(charge: Reader) -> None:
    last = script(charge, [1], Party.STATION).steps[-1]
    assert isinstance(last, Await)
    assert last.answered_ns == 10_000_000
    charge.close()


def test_what_can_be_no_step_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    said: list[Said] = [
        (STATION, "nonsense"),
        (STATION, '[3,"x",{}]'),
        (STATION, b'[2,"y","Heartbeat",{}]'),
        (CSMS, '[2,"r","Reset",{"type":"Soft"}]'),
        *BOOT,
        (CSMS, BOOT[1][1]),
    ]
    with Reader(make_capture(tmp_path / "a.db", said)) as reader:
        steps = script(reader, [1], Party.STATION).steps
    assert [(step.what, step.sender.value) for step in steps if isinstance(step, Fault)] == [
        ("not a frame of OCPP", "station"),
        ("CALLRESULT that answers no CALL", "station"),
        ("CALL that is binary", "station"),
        ("CALLRESULT that answers no CALL", "csms"),
        ("Reset was not answered", "station"),
    ]


def test_calls_in_flight_at_once_overlap(tmp_path: Path) -> None:
    said = [
        (STATION, '[2,"1","Heartbeat",{}]'),
        (STATION, '[2,"2","Heartbeat",{}]'),
        (CSMS, '[3,"1",{}]'),
        (CSMS, '[3,"2",{}]'),
        (STATION, '[2,"3","Heartbeat",{}]'),
    ]
    with Reader(make_capture(tmp_path / "a.db", said)) as reader:
        steps = script(reader, [1], Party.STATION).steps
    assert [step.overlaps for step in steps if isinstance(step, Send)] == [True, False, False]


def test_the_frames_of_2_1_without_an_answer_are_steps(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    said = [
        (STATION, '[6,"e1","NotifyPeriodicEventStream",{}]'),
        (CSMS, '[2,"g1","GetVariables",{}]'),
        (STATION, '[3,"g1",{}]'),
        (CSMS, '[5,"g1","FormatViolation","",{}]'),
    ]
    record(writer, said=said, subprotocol="ocpp2.1")
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        steps = script(reader, [1], Party.STATION).steps
    assert [(type(step), step.type.name) for step in steps] == [
        (Send, "SEND"),
        (Await, "CALL"),
        (Await, "CALLRESULTERROR"),
    ]


def test_the_sessions_of_a_station_are_one_script_with_its_breaks(tmp_path: Path) -> None:
    """A handshake that was refused is no session to play."""
    with Reader(broken_off(tmp_path / "a.db")) as reader:
        numbers = of_station(reader, "CP-1")
        made = script(reader, numbers, Party.STATION)
    assert numbers == [1, 2, 3]
    assert [type(step) for step in made.steps] == [Send, Break, Send, Break]
    assert [session.id for session in made.refused] == [2]
    first, last = (step for step in made.steps if isinstance(step, Break))
    assert (first.following, first.is_abrupt, first.sender) == (3, True, Party.STATION)
    assert (last.following, last.is_abrupt) == (None, True)


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", BOOT, [])) as reader:
        for words, make in (
            ("no session 9", lambda: script(reader, [9], Party.STATION)),
            ("session 2 has no frame to play", lambda: script(reader, [2], Party.STATION)),
            ("no recorded session of CP-9", lambda: of_station(reader, "CP-9")),
        ):
            with pytest.raises(InspectorError, match=words):
                make()
