"""Today's rules over a capture again: the findings are those of live traffic, and nothing is written."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.context import Station, Stations
from inspector.protocol.event import Closed, Control, Controlled, Event, Noted, Opened, Received, Ticked
from inspector.protocol.finding import Finding
from inspector.protocol.inspection import Inspection
from inspector.store.entries import EventEntry
from inspector.store.frames import PAGE
from inspector.store.judge import SILENCE, UNSEEN
from inspector.store.lint import Found, Lint
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.rows import FindingRow
from inspector.store.writer import Rotation, Writer
from tests.factories import BOOT, BROKEN, CSMS, START_NS, STATION, make_capture, opened, record
from tests.protocol.rules.fixtures import FIXTURES

SECOND = 1_000_000_000
Told = tuple[int, int, str, str, str, str]


def lint(path: Path, **options: object) -> list[Found]:
    """Lint a capture."""
    with Reader(path) as reader:
        return list(Lint(reader, **options).findings())  # type: ignore[arg-type]


def told(path: Path) -> list[Told]:
    """Return the findings that lint makes, in one order; frame 0 stands for the session."""
    return _told((found.session.id, found.finding) for found in lint(path))


def stored(path: Path) -> list[Told]:
    """Return the findings that are in a capture, in one order."""
    with Reader(path) as reader:
        return _told((found.session, found) for found in reader.findings())


def _told(found: Iterable[tuple[int, Finding | FindingRow]]) -> list[Told]:
    return sorted((session, x.frame or 0, x.code, str(x.blame), x.pointer, x.message) for session, x in found)


class Day:
    """Sessions of several stations as a recorder sees them: in the order of time, a tick each half second."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time_ns = START_NS
        self._writer = Writer(path)
        self._stations = Stations()
        self._live: dict[str, Recording] = {}

    def open(self, station: str, **fields: object) -> None:
        """Begin a session."""
        event = opened(time_ns=self.time_ns, station=station, **fields)  # type: ignore[arg-type]
        self._live[station] = Recording(self._writer, event, station=self._stations.of(station))

    def say(self, station: str, *said: tuple[object, str | bytes]) -> None:
        """Let frames come, a tenth of a second apart."""
        for sender, raw in said:
            self.wait(0.1)
            self._live[station].feed(Received(self.time_ns, sender, raw))  # type: ignore[arg-type]

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        end_ns = self.time_ns + int(seconds * SECOND)
        while self.time_ns + SECOND // 2 < end_ns:
            self.time_ns += SECOND // 2
            for recording in self._live.values():
                recording.feed(Ticked(self.time_ns))
        self.time_ns = end_ns

    def close(self, station: str, code: int | None = 1000, by: str = "station") -> None:
        """End a session."""
        self.wait(0.05)
        self._live.pop(station).feed(Closed(self.time_ns, code, "", by))

    def end(self) -> Path:
        """Finish the file; what is open stays open."""
        self._writer.close()
        return self.path


SECRET = '[2,"k%d","ChangeConfiguration",{"key":"AuthorizationKey","value":12345678}]'


def eventful(path: Path) -> Path:
    """Record a day on which much goes wrong, in sessions that overlap."""
    day = Day(path)
    day.open("CP-1")
    day.open("CP-2", subprotocol=None)
    day.say("CP-1", *BOOT, *BROKEN, (STATION, '[2,"x","Heartbeat",{]'), (STATION, b"\xff"))
    day.say("CP-2", *BOOT, (STATION, '[2,"h","Heartbeat",{}]'), (CSMS, '[3,"nobody",{}]'))
    day.say("CP-1", (CSMS, SECRET % 1), (STATION, '[3,"k1",{"status":"Accepted"}]'))
    day.wait(40)
    day.close("CP-1", 1006, "network")
    for number in range(4):
        day.open("CP-1")
        day.say("CP-1", (STATION, f'[2,"{number}","StartTransaction",{{"connectorId":1}}]'))
        day.say("CP-1", (CSMS, f'[4,"{number}","FormationViolation","",{{}}]'))
        day.close("CP-1", 1002, "csms")
        day.wait(1)
    day.open("CP-3", http_status=401)
    day.close("CP-3", None, "csms")
    day.say("CP-2", (CSMS, '[3,"h",{"currentTime":"2026-09-21T14:13:59Z"}]'))
    day.close("CP-2")
    return day.end()


def test_it_finds_what_was_found_live(tmp_path: Path) -> None:
    """In sessions that overlap, of stations that are remembered, with secrets that are masked by now."""
    path = eventful(tmp_path / "a.db")
    found = stored(path)
    assert told(path) == found
    assert {"S104", "F001", "R001", "R002", "H001"} <= {code for _, _, code, *_ in found}
    assert not any("12345678" in message for *_, message in found)


@pytest.mark.parametrize("code", [code for code, fixture in FIXTURES.items() if fixture.schema is None])
def test_each_rule_says_of_a_capture_what_it_says_live(tmp_path: Path, code: str) -> None:
    """Of what raises it, with a tick after each event; but for what a capture does not keep.

    Words may tell how long it took until the next tick, which a capture does not keep either.
    """
    version = FIXTURES[code].version
    path = tmp_path / "a.db"
    writer, station = Writer(path), Station()
    live: dict[int, Recording] = {}
    ended: set[int] = set()
    for number, event in in_time(FIXTURES[code].raises):
        if number not in live:
            first = event if isinstance(event, Opened) else Opened(event.time_ns, "CP-1", subprotocol=f"ocpp{version}")
            live[number] = Recording(writer, replace(first, station="CP-1"), station=station)
        if not isinstance(event, Opened):
            live[number].feed(event)
        live[number].feed(Ticked(event.time_ns))
        if isinstance(event, Closed):
            ended.add(number)
    for number in live.keys() - ended:
        live[number].feed(Closed(event.time_ns + 1, 1000, "", "station"))
    writer.close()
    with Reader(path) as reader:
        unseen = UNSEEN - SILENCE if any(session.hears_pings for session in reader.sessions()) else UNSEEN
    found = [each[:5] for each in stored(path) if each[2] not in unseen]
    assert [each[:5] for each in told(path)] == found
    assert code in unseen or code in {each[2] for each in found}


def in_time(events: Iterable[Event]) -> list[tuple[int, Event]]:
    """Return events with the number of their session, as a recorder would have seen them."""
    numbers = accumulate(isinstance(event, Opened) for event in list(events)[1:])
    numbered = zip((0, *numbers), events, strict=True)
    return sorted(numbered, key=lambda each: each[1].time_ns)


def test_a_session_alone_is_judged_as_it_is_among_the_others(tmp_path: Path) -> None:
    """Its station is remembered, though only its own findings are told."""
    path = eventful(tmp_path / "a.db")
    everything = lint(path)
    for session in range(1, 8):
        mine = [(f.finding, f.frame_id) for f in everything if f.session.id == session]
        assert [(f.finding, f.frame_id) for f in lint(path, session=session)] == mine


def test_the_capture_is_not_touched(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    path.chmod(0o400)
    before = path.read_bytes()
    assert lint(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]


def test_each_finding_knows_its_frame(tmp_path: Path) -> None:
    """By number and id, with the frame's own time, also if the fault showed only later."""
    writer = Writer(tmp_path / "a.db")
    record(writer)
    record(writer, said=[(STATION, '[2,"h","Heartbeat",{}]'), *BOOT], station="CP-2", gap_ns=20 * SECOND)
    writer.close()
    (found,) = lint(tmp_path / "a.db", codes=["R001"])
    assert (found.session.station, found.finding.frame, found.frame_id) == ("CP-2", 1, 3)
    assert found.time_ns == START_NS + 20 * SECOND


def test_a_finding_about_a_session_has_no_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from inspector.protocol.finding import Fault
    from inspector.protocol.rules.handshake import Handshake

    monkeypatch.setattr(Handshake, "opened", lambda *_: [Fault("H001", "odd")])
    found = lint(make_capture(tmp_path / "a.db", BOOT), codes=["H001"])
    assert [(f.finding.frame, f.frame_id, f.time_ns) for f in found] == [(None, None, START_NS)]


def test_a_call_waits_as_long_as_it_might_while_it_was_recorded(tmp_path: Path) -> None:
    """Each session has its own patience, unless another one is given."""
    writer = Writer(tmp_path / "a.db")
    said = [(STATION, '[2,"h","Heartbeat",{}]'), *BOOT]
    for station, patience_ns in (("CP-1", 2 * SECOND), ("CP-2", 30 * SECOND)):
        recording = Recording(writer, opened(station=station), patience_ns=patience_ns)
        for number, (sender, raw) in enumerate(said, 1):
            recording.feed(Received(START_NS + 3 * number * SECOND, sender, raw))
            recording.feed(Ticked(START_NS + 3 * number * SECOND + 5 * SECOND // 2))
        recording.feed(Closed(START_NS + 12 * SECOND, 1000, "", "station"))
    writer.close()
    assert told(tmp_path / "a.db") == stored(tmp_path / "a.db")
    codes = {(found.session.id, found.finding.code) for found in lint(tmp_path / "a.db")}
    assert (1, "R001") in codes
    assert not {(1, "R003"), (1, "R009"), (2, "R001")} & codes
    assert {f.session.id for f in lint(tmp_path / "a.db", codes=["R001"], patience_ns=2 * SECOND)} == {1, 2}
    assert not lint(tmp_path / "a.db", codes=["R001"], patience_ns=30 * SECOND)


def test_only_the_chosen_codes_are_told(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", (*BROKEN, (STATION, "x")))
    assert {found.finding.code for found in lint(path, codes=["F001"])} == {"F001"}


def test_it_counts_what_it_judged(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer)
    record(writer, station="CP-2", end=False)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        whole, one = Lint(reader), Lint(reader, session=1)
        assert not [*whole.findings(), *one.findings()]
    assert (whole.sessions, whole.frames, whole.closed, whole.still_open) == (2, 4, [1], [2])
    assert (one.sessions, one.frames, one.closed, one.still_open) == (1, 2, [1], [])


def test_a_session_that_is_open_hears_the_latest_time_of_the_capture(tmp_path: Path) -> None:
    """It waits since then for its answer, as far as the capture knows."""
    writer = Writer(tmp_path / "a.db")
    record(writer, said=[(STATION, '[2,"h","Heartbeat",{}]')], end=False)
    writer.flush()
    assert not lint(tmp_path / "a.db", codes=["R001"])
    record(writer, station="CP-2", gap_ns=60 * SECOND)
    writer.close()
    assert 1 in [f.session.id for f in lint(tmp_path / "a.db", codes=["R001"])]


def test_frames_keep_their_order_when_the_clock_was_set_back(tmp_path: Path) -> None:
    """A box without a battery learns the time late; what came first came first."""
    said = [(time_ns, sender, raw) for time_ns, (sender, raw) in zip((50, 60, 10, 20), (*BOOT, *BROKEN), strict=True)]
    writer = Writer(tmp_path / "a.db")
    for station in ("CP-1", "CP-2"):
        recording = Recording(writer, opened(station=station))
        for seconds, sender, raw in said:
            recording.feed(Received(START_NS + seconds * SECOND, sender, raw))
        recording.feed(Closed(START_NS + 30 * SECOND, 1000, "", "station"))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        moments = [item for item in Lint(reader)._items() if hasattr(item, "event")]
    for session in (1, 2):
        assert [item.number for item in moments if item.session == session] == [1, 2, 3, 4]
    assert told(tmp_path / "a.db") == stored(tmp_path / "a.db")


def test_frames_that_were_lost_leave_their_numbers_free(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db", (*BOOT, *BROKEN))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM frame WHERE number = 2")
        connection.commit()
    assert [(f.finding.frame, f.frame_id) for f in lint(path, codes=["S104"])] == [(3, 3)]


def test_frames_of_one_time_are_read_by_the_page(tmp_path: Path) -> None:
    """However many there are, each once, in their order."""
    writer = Writer(tmp_path / "a.db")
    record(writer, said=BOOT * PAGE, gap_ns=0)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert [moment.id for moment in reader.moments(last=reader.last_id())] == reader.ids()
        assert [moment.id for moment in reader.moments(last=PAGE)] == list(range(1, PAGE + 1))


def test_what_fails_in_the_inspection_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_capture(tmp_path / "a.db", BOOT)
    monkeypatch.setattr(Inspection, "_received", lambda *_: 1 / 0)
    with Reader(path) as reader:
        found = Lint(reader)
        assert list(found.findings()) == []
        assert (found.failures, type(found.trouble), found.frames) == (2, ZeroDivisionError, 2)


def test_a_session_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match="no session 9"):
        lint(make_capture(tmp_path / "a.db"), session=9)


def test_the_handshake_comes_back_as_it_was(tmp_path: Path) -> None:
    """All that the recorder saw, but for credentials."""
    from inspector.protocol.event import Tls
    from inspector.store.lint import closing as closed_again
    from inspector.store.lint import opening

    event = Opened(
        START_NS,
        "CP-1",
        path="/CP-1",
        peer="127.0.0.1:1",
        upstream="wss://x",
        offered=("ocpp1.6", "ocpp2.0.1"),
        subprotocol="ocpp1.6",
        headers=(("request", "Host", "x"),),
        tls=(Tls(CSMS, "TLSv1.3", "TLS_AES_128_GCM_SHA256", START_NS, "csms.example", "CN=csms", "CN=CP-1"),),
        hears_pings=True,
        times=(("connected", START_NS - 5), ("asked", START_NS)),
    )
    end = Closed(START_NS + SECOND, 1002, "why", "csms")
    writer = Writer(tmp_path / "a.db")
    Recording(writer, event).feed(end)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert (opening(reader.session(1)), closed_again(reader.session(1))) == (event, end)


def test_pings_are_judged_again_where_they_were_heard(tmp_path: Path) -> None:
    """By their times, among the frames; the same pings of a session that did not hear all tell nothing."""
    for hears in (True, False):
        writer = Writer(tmp_path / f"{hears}.db")
        recording = Recording(writer, replace(opened(), hears_pings=hears))
        for seconds, event in ((1, Control.PING), (2, Control.PONG), (40, Control.PING), (90, Control.PONG)):
            sender = CSMS if event is Control.PING else STATION
            recording.feed(Controlled(START_NS + seconds * SECOND, sender, event))
        recording.feed(Closed(START_NS + 95 * SECOND, 1000, "", "station"))
        writer.close()
    assert [(f.finding.code, f.time_ns) for f in lint(tmp_path / "True.db")] == [("H105", START_NS + 90 * SECOND)]
    assert told(tmp_path / "True.db") == stored(tmp_path / "True.db")
    assert lint(tmp_path / "False.db") == []


def test_a_session_that_goes_on_in_another_file_is_not_judged_by_what_that_has(tmp_path: Path) -> None:
    """A false alarm costs more than a miss: neither is the CALL unanswered here nor the answer unasked there."""
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = Recording(writer, opened())
    for number, (sender, raw) in enumerate((*BOOT, *BROKEN)):
        recording.feed(Received(START_NS + number * SECOND, sender, raw))
        assert writer.flush()
    recording.feed(Closed(START_NS + 9 * SECOND, 1000, "", "station"))
    writer.close()
    paths = [tmp_path / name for name in ("a.db", "a-2.db", "a-3.db", "a-4.db")]
    assert [[f.finding.code for f in lint(path)] for path in paths] == [[], [], ["S104"], []]
    with Reader(paths[1]) as reader:
        judged = Lint(reader)
        assert [*judged.findings()] == []
        assert (judged.cut, judged.closed) == ([1], [])


def test_a_session_whose_recorder_was_killed_does_not_wait_for_ever(tmp_path: Path) -> None:
    """What it missed after its last word was nobody's fault, and its findings may be replaced."""
    writer = Writer(tmp_path / "a.db")
    record(writer, said=[(STATION, '[2,"h","Heartbeat",{}]')], end=False)
    record(writer, said=(), station="CP-2", gap_ns=60 * SECOND)
    writer.close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("UPDATE session SET writer = 'another-boot 1 2 3'")
        connection.commit()
    with Reader(tmp_path / "a.db") as reader:
        judged = Lint(reader)
        assert [f.finding.code for f in judged.findings()] == []
        assert (sorted(judged.closed), judged.still_open) == ([1, 2], [])


LATE = 40 * SECOND
CALL, ANSWER = '[2,"%s","Heartbeat",{}]', '[3,"%s",{"currentTime":"2026-09-21T14:14:00Z"}]'


@pytest.mark.parametrize("gap_ns", [None, 3 * SECOND, 4 * SECOND, LATE + 2 * SECOND], ids=str)
def test_nobody_is_accused_of_what_is_in_a_gap(tmp_path: Path, gap_ns: int | None) -> None:
    """Neither live nor again, wherever the gap is told: with the next frame, with the end, after it, or not at all.

    The first CALL's answer is in the gap, and the second answer's CALL.
    """
    frames = {2: (STATION, CALL % "a"), 3: (CSMS, ANSWER % "a"), 4: (STATION, CALL % "b"), LATE: (CSMS, ANSWER % "b")}
    live, path = Writer(tmp_path / "live.db"), tmp_path / "a.db"
    recording = Recording(live, opened())
    recording.feed(Received(START_NS + 2 * SECOND, *frames[2]))
    recording.feed(Noted(START_NS + 4 * SECOND, "gap", "2 frames are missing", 2))
    recording.feed(Ticked(START_NS + 39 * SECOND))
    recording.feed(Received(START_NS + LATE, *frames[LATE]))
    recording.feed(Closed(START_NS + LATE + SECOND, 1000, "", "station"))
    live.close()
    assert (stored(tmp_path / "live.db"), lint(tmp_path / "live.db")) == ([], [])
    writer = Writer(path)
    recording = Recording(writer, opened())
    for at, (sender, raw) in frames.items():
        recording.feed(Received(START_NS + (at if at == LATE else at * SECOND), sender, raw))
    recording.feed(Closed(START_NS + LATE + SECOND, 1000, "", "station"))
    if gap_ns is not None:
        writer.append([EventEntry(recording.row, Noted(START_NS + gap_ns, "gap", "2 frames are missing", 2))])
    writer.close()
    _lose(path, 2, 3)
    assert lint(path) == []


@pytest.mark.parametrize("gap_ns", [4 * SECOND, 5 * SECOND, 6 * SECOND], ids=str)
def test_a_gap_before_the_end_is_heard_before_it(tmp_path: Path, gap_ns: int) -> None:
    """Though it is told with the end or after it: what the CALL waits for may have come."""
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, said=(*BOOT, (STATION, CALL % "a"), (CSMS, ANSWER % "a")), gap_ns=SECOND)
    writer.append([EventEntry(recording.row, Noted(START_NS + gap_ns, "gap", "1 frame is missing", 1))])
    writer.close()
    _lose(tmp_path / "a.db", 4)
    assert lint(tmp_path / "a.db") == []
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("DELETE FROM event")
        connection.commit()
    assert [f.finding.code for f in lint(tmp_path / "a.db")] == ["R003"], "without the gap it is unanswered"


def _lose(path: Path, *numbers: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("DELETE FROM frame WHERE number = ?", [(number,) for number in numbers])
        connection.commit()
