"""The pipe: one session from its events to its rows, whatever the inspection does."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.protocol.event import Closed, Control, Controlled, Noted, Ticked, Violated
from inspector.protocol.finding import Fault
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules.handshake import Handshake
from inspector.protocol.secrets import blot
from inspector.store import recording as module
from inspector.store.judge import LARGEST_CHECKED
from inspector.store.reader import Reader
from inspector.store.recording import Recording, session_row
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, START_NS, STATION, opened, received, record

SECRET = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"0123456789abcdef"}]'


def test_a_tick_makes_a_silent_call_unanswered(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened(), patience_ns=5_000_000_000)
    recording.feed(received(raw=str(BOOT[0][1])))
    assert not recording.feed(Ticked(START_NS + 4_000_000_000)).findings
    assert [f.code for f in recording.feed(Ticked(START_NS + 6_000_000_000)).findings] == ["R001"]
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert [(f.code, f.frame, f.blame) for f in reader.findings()] == [("R001", 1, "csms")]


def test_an_inspection_that_raises_keeps_the_raw_frames_unchecked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing reaches the caller, it is said once, and later frames are inspected again."""
    good = Inspection._received
    monkeypatch.setattr(Inspection, "_received", lambda *_: 1 / 0)
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, said=BOOT * 3, end=False)
    monkeypatch.setattr(Inspection, "_received", good)
    for sender, raw in BOOT:
        recording.feed(received(raw=raw, sender=sender))
    writer.close()
    assert recording.failures == 6
    assert caplog.text.count("the inspection failed") == 1
    with Reader(tmp_path / "a.db") as reader:
        frames = reader.page()
        assert [frame.number for frame in frames] == list(range(1, 9))
        assert [frame.raw for frame in frames] == [raw for _, raw in BOOT * 4]
        assert [frame.type.name for frame in frames] == ["CALL", "CALLRESULT"] * 4
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        notes = connection.execute("SELECT what FROM event WHERE kind = 'trouble'").fetchall()
    assert notes == [("not all is checked: ZeroDivisionError: division by zero",)]


def test_failures_of_a_kind_are_logged_once_whatever_their_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The words may quote the wire: what was told must not grow with it."""
    told: set[str] = set()
    writer = Writer(tmp_path / "a.db")
    monkeypatch.setattr(Inspection, "_received", lambda _, event: int(event.raw))
    for number in range(3):
        Recording(writer, opened(), told=told).feed(received(raw=f"x{number}"))
    assert caplog.text.count("the inspection failed") == 1
    monkeypatch.setattr(Inspection, "_received", lambda *_: 1 / 0)
    for _ in range(2):
        Recording(writer, opened(), told=told).feed(received(raw="x"))
    assert caplog.text.count("the inspection failed") == 2
    assert told == {"ValueError", "ZeroDivisionError"}
    writer.close()


@pytest.mark.parametrize("keep", [False, True])
def test_frames_that_are_too_large_are_kept_unread_and_that_is_noted_once(tmp_path: Path, keep: bool) -> None:
    large = f'[2,"1","DataTransfer",{{"data":"{"x" * LARGEST_CHECKED}"}}]'
    secret = large.replace("data", "password")
    blotted = blot(secret)[0]
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened(), keep_secrets=keep)
    for raw in (large, secret, secret.encode()):
        recording.feed(received(raw=raw))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        frames = reader.page()
        session = reader.session(1)
        notes = [event.what for event in reader.events(session=1) if event.kind == "trouble"]
    assert [frame.action for frame in frames] == ["DataTransfer"] * 3
    hidden = [secret, secret.encode()] if keep else [blotted, str(blotted).encode()]
    assert blotted != secret
    assert [frame.raw for frame in frames] == [large, *hidden]
    assert [frame.masked for frame in frames] == [0, not keep, not keep]
    assert session.errors == 0
    assert [note.partition(";")[0] for note in notes] == [
        "not all is checked: a frame has more than 1048576 characters"
    ]


@pytest.mark.parametrize("keep", [False, True])
def test_secrets_rest_masked_unless_they_are_to_be_kept(tmp_path: Path, keep: bool) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened(), keep_secrets=keep)
    recording.feed(received(raw=SECRET))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        frame = reader.page()[0]
    assert (("0123456789abcdef" in str(frame.raw)), frame.masked) == (keep, 0 if keep else 1)
    assert len(frame.raw) == len(SECRET)


def test_a_masking_that_fails_is_said_and_keeps_the_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "mask", lambda frame: 1 / 0)
    writer = Writer(tmp_path / "a.db")
    record(writer)
    writer.close()
    assert "could not be searched for secrets" in caplog.text
    with Reader(tmp_path / "a.db") as reader:
        assert len(reader.page()) == 2


def test_the_guessed_version_reaches_the_session(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer, subprotocol=None)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        session = reader.session(1)
        assert (session.subprotocol, session.version) == (None, "1.6")
        assert "H001" in [f.code for f in reader.findings()]


def test_a_refused_handshake_is_a_session_without_frames(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    Recording(writer, opened(http_status=401)).feed(Closed(START_NS, None, "Unauthorized", "csms"))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        session = reader.session(1)
        assert (session.http_status, session.frames, session.close_reason) == (401, 0, "Unauthorized")


def test_a_session_that_was_announced_keeps_its_place(tmp_path: Path) -> None:
    """An import opens sessions in the order of time, and keeps the order of its lines."""
    writer = Writer(tmp_path / "a.db")
    rows = [session_row(opened(station=station)) for station in ("CP-1", "CP-2")]
    writer.append(rows)
    for row in reversed(rows):
        Recording(writer, row.opened, row=row).feed(received(raw="x"))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert [session.station for session in reader.sessions()] == ["CP-1", "CP-2"]
        assert [frame.session for frame in reader.page()] == [2, 1]
        assert {finding.session for finding in reader.findings() if finding.code == "F001"} == {1, 2}


@pytest.mark.parametrize("origin", ["live", "import"])
def test_an_import_is_not_judged_by_what_a_file_does_not_keep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setattr(Handshake, "opened", lambda *_: [Fault("H105", "odd")])
    writer = Writer(tmp_path / "a.db")
    Recording(writer, opened(origin=origin))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert ("H105" in [finding.code for finding in reader.findings()]) is (origin == "live")


def test_what_happens_beside_frames_is_kept_and_counted(tmp_path: Path) -> None:
    """The silence before the end begins with the last frame, ping or pong; a close frame is the end itself."""
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    events = (
        Controlled(START_NS + 1, STATION, Control.PING, b"hi"),
        Controlled(START_NS + 2, CSMS, Control.PONG, b"hi"),
        Violated(START_NS + 3, STATION, "a reserved\nopcode", b"\x83" * 70_000),
        Noted(START_NS + 4, "gap", "3 frames are missing", 3),
        Controlled(START_NS + 5, CSMS, Control.CLOSE, b"\x03\xe8"),
    )
    for event in events:
        recording.feed(event)
    recording.feed(Closed(START_NS + 9, 1000, "", "csms"))
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        session = reader.session(1)
        assert (session.frames, session.pings, session.violations, session.lost) == (0, 1, 1, 3)
        assert session.silence_ns == 7
        kept = [(e.time_ns, e.sender, e.kind, e.what, e.raw) for e in reader.events(session=1)]
        assert kept == [
            (START_NS + 1, "station", "ping", "", b"hi"),
            (START_NS + 2, "csms", "pong", "", b"hi"),
            (START_NS + 3, "station", "violation", "a reserved␊opcode", b"\x83" * 65_536),
            (START_NS + 4, None, "gap", "3 frames are missing", b""),
            (START_NS + 5, "csms", "close", "", b"\x03\xe8"),
        ]
        assert list(reader.events(session=2)) == []
