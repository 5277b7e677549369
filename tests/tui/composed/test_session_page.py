"""The page about a session: all that is known, and nothing that is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.protocol.event import STEPS, Closed, Control, Controlled, Noted, Opened, Received, Tls, Violated
from inspector.store.entries import EventEntry
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from inspector.tui.composed.lines import Line
from inspector.tui.composed.session_page import About, capture_page, read_about, session_page
from tests.factories import record
from tests.tui.conftest import CSMS, HOSTILE, NOON, SECOND, STATION, UNSAFE, make_finding, make_session

DAY = 86_400 * SECOND
MILLISECOND = SECOND // 1000

TIMES = tuple((step, NOON + at * MILLISECOND) for step, at in zip(STEPS, (0, 31, 33, 54, 120, 1740), strict=True))
OPENED = Opened(
    NOON + 2 * SECOND,
    "CP-7",
    path="/ocpp/CP-7",
    peer="192.0.2.17:50123",
    upstream="wss://csms.example:443/ocpp/CP-7",
    offered=("ocpp2.0.1", "ocpp1.6"),
    subprotocol="ocpp1.6",
    headers=(("request", "Sec-WebSocket-Extensions", "permessage-deflate"), ("request", "Host", "x")),
    tls=(
        Tls(STATION, "TLSv1.3", "TLS_AES", NOON + 400 * DAY, "csms.local", "CN=csms.local", "CN=CP-7"),
        Tls(CSMS, "TLSv1.2", "ECDHE", NOON + 12 * DAY, "csms.example", "CN=csms.example"),
    ),
    hears_pings=True,
    times=TIMES,
)


def text_of(lines: list[Line]) -> list[str]:
    """Return lines without their styles."""
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def style_of(lines: list[Line], words: str) -> str:
    """Return the style of the first piece with these words."""
    return next(style for line in lines for text, style in line if words in text)


def page_of(path: Path, session: int = 1, width: int = 120) -> list[Line]:
    """Lay out a session as the capture has it."""
    with Reader(path) as reader:
        found = reader.session(session)
        return session_page(found, read_about(reader, found), width)


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Return a capture of one session of which all is known."""
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, OPENED)
    recording.feed(Received(NOON + 4 * SECOND, STATION, '[2,"1","Heartbeat",{}]'))
    recording.feed(Received(NOON + 5 * SECOND, CSMS, '[3,"1",{"currentTime":"2026-03-01T12:00:05Z"}]'))
    for at in (10, 40, 70):
        recording.feed(Controlled(NOON + at * SECOND, STATION, Control.PING))
        recording.feed(Controlled(NOON + at * SECOND, CSMS, Control.PONG))
    recording.feed(Noted(NOON + 75 * SECOND, "gap", "37 frames are missing", 37))
    recording.feed(Noted(NOON + 76 * SECOND, "trouble", "not checked from here on"))
    recording.feed(Violated(NOON + 80 * SECOND, STATION, "a reserved opcode", b"\x83\x00"))
    recording.feed(Controlled(NOON + 100 * SECOND, CSMS, Control.CLOSE, b"\x03\xf0no \x1b"))
    recording.feed(Controlled(NOON + 101 * SECOND, STATION, Control.CLOSE, b"\x03\xf0"))
    recording.feed(Closed(NOON + 102 * SECOND, 1008, "no", "csms"))
    writer.append([EventEntry(None, Noted(NOON, "gap", "a.db: it was deleted"))])
    writer.close()
    return writer.path


def test_the_page_tells_how_it_came_to_be_and_how_it_ended(told: Path) -> None:
    lines = [line for line in text_of(page_of(told, width=400)) if line[:1] not in {"✖", "⚠", "·"}]
    assert lines[0].startswith("── session 1 ──")
    assert lines[1:] == [
        "end           by csms 1008 no · a policy was broken",
        "at            12:01:42.000 after 100.0 s, the last 32.0 s silent",
        "close frames  CSMS 12:01:40.000 1008 no ␛, station 12:01:41.000 1008",
        "",
        "station       CP-7 from 192.0.2.17:50123",
        "path          /ocpp/CP-7",
        "CSMS          wss://csms.example:443/ocpp/CP-7",
        "began         2026-03-01 12:00:02.000",
        "steps         connected → 31 ms TLS → 2 ms asked → 21 ms CSMS connected → 66 ms CSMS TLS → 1.6 s answered"
        " → 2.3 s first frame",
        "subprotocol   ocpp1.6, offered: ocpp2.0.1, ocpp1.6",
        "extensions    none chosen, permessage-deflate offered",
        "TLS station   TLSv1.3 TLS_AES, asked for csms.local",
        "proxy shows   CN=csms.local until 2027-04-05",
        "station shows CN=CP-7",
        "TLS CSMS      TLSv1.2 ECDHE, asked for csms.example",
        "CSMS shows    CN=csms.example until 2026-03-13",
        "pings         3, the last by the station at 12:01:10, 30.0 s after the one before",
        "violations    ✖ 1",
        "missing       ⚠ 37 frames not in the record",
        "12:01:15      ⚠ gap: 37 frames are missing",
        "12:01:16      ⚠ trouble: not checked from here on",
        "12:01:20      ✖ violation of the station: a reserved opcode",
    ]


def test_what_a_reader_must_see_catches_the_eye(told: Path) -> None:
    """A slow step, a certificate that ends soon, what is missing; the rest is calm."""
    lines = page_of(told)
    assert [style_of(lines, words) for words in ("1.6 s ", "31 ms ")] == ["warning", "dim"]
    assert [style_of(lines, words) for words in ("until 2026-03-13", "until 2027-04-05")] == ["warning", "dim"]
    assert [style_of(lines, words) for words in ("37 frames not", "gap:", "violation of")] == [
        "warning",
        "warning",
        "error",
    ]


def test_findings_stand_below_the_end() -> None:
    """They say most about why: before how it began."""
    about = About([make_finding(message="odd \x1b", hint=""), make_finding(severity="info", message="x", hint="")])
    lines = text_of(session_page(make_session(closed_ns=NOON, closed_by="csms"), about, 60))
    assert (
        lines.index("✖ S101 odd ␛") + 1
        == lines.index("· S101 x")
        < lines.index("began         2026-03-01 12:00:00.000")
    )


def test_without_steps_the_first_frame_is_counted_from_the_beginning() -> None:
    lines = text_of(session_page(make_session(), About(first_ns=NOON + 50 * MILLISECOND), 60))
    assert "steps         began → 50 ms first frame" in lines


def test_only_what_is_there_is_told() -> None:
    lines = text_of(session_page(make_session(frames=2, path="", last_ns=NOON + SECOND), About(), 60))
    assert lines[1:] == [
        "now           open · last frame at 12:00:01.000",
        "",
        "station       CP-1 from 192.0.2.17:50123",
        "began         2026-03-01 12:00:00.000",
        "subprotocol   ocpp1.6",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"closed_by": "station", "close_code": 1000}, "end           by station 1000 · a normal end"),
        ({"closed_by": "network", "close_code": 1006}, "end           by network 1006 · no close frame came"),
        ({"closed_by": "csms", "close_code": 4001}, "end           by csms 4001 · a code of its own"),
        ({"closed_by": "csms", "http_status": 401}, "end           refused: HTTP 401"),
        (
            {"closed_by": "station", "http_status": None, "station": "", "close_reason": "no trust " * 7},
            "station       no id from 192.0.2.17:50123",
        ),
        ({"closed_by": "csms", "close_reason": "r" * 99, "close_code": 1000}, f"by csms 1000 {'r' * 99}"),
        ({"closed_ns": None, "abandoned": True}, "end           end not recorded: the recorder stopped or was killed"),
        ({"subprotocol": None}, "subprotocol   none chosen, ocpp1.6 offered"),
        ({"subprotocol": None, "offered": ()}, "subprotocol   none chosen, nothing offered"),
        ({"hears_pings": True}, "pings         none"),
        ({"headers": (("response", "SEC-WEBSOCKET-EXTENSIONS", "x"),)}, "extensions    x, offered: nothing"),
        ({"tls": (Tls(CSMS, "TLSv1.2", certificate_ends_ns=NOON - 1),)}, "CSMS shows     expired on 2026-03-01"),
    ],
)
def test_each_way_to_begin_and_to_end(fields: dict[str, object], words: str) -> None:
    lines = session_page(make_session(**{"closed_ns": NOON, **fields}), About(), 160)
    assert words in "\n".join(text_of(lines))


def test_a_session_of_several_files_names_those_beside(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = record(writer, end=False)
    assert writer.flush()
    recording.feed(Received(NOON, STATION, "x"))
    assert writer.flush()
    writer.close()
    assert "goes on in a-2.db, session 1" in "\n".join(text_of(page_of(tmp_path / "a.db")))
    assert "goes on from  a.db, session 1" in "\n".join(text_of(page_of(tmp_path / "a-2.db")))


def test_of_many_oddities_the_newest_are_told(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, OPENED)
    for number in range(9):
        recording.feed(Noted(NOON + number * SECOND, "gap", f"gap {number}", 1))
    writer.close()
    lines = text_of(page_of(writer.path))
    assert lines[-6:] == [
        *(f"12:00:0{number}      ⚠ gap: gap {number}" for number in range(4, 9)),
        " " * 14 + "and earlier ones",
    ]


def test_the_page_of_the_capture_tells_the_oddities_of_all(told: Path) -> None:
    """Whose each is; and without any, there is no such page."""
    with Reader(told) as reader:
        lines = text_of(capture_page(reader.last_oddities(6), 80))
    assert lines[0].startswith("── capture ──")
    assert "12:01:15      ⚠ gap: session 1: 37 frames are missing" in lines
    assert lines[-1] == "12:00:00      ⚠ gap: a.db: it was deleted", "as they came into the file"
    writer = Writer(told.with_name("b.db"))
    record(writer)
    writer.close()
    with Reader(writer.path) as reader:
        assert capture_page(reader.last_oddities(6), 80) == []


@pytest.mark.parametrize("width", [12, 40, 160])
def test_what_peers_say_is_harmless(width: int) -> None:
    hostile = replace(OPENED.tls[0], sni=HOSTILE, certificate=HOSTILE, client_certificate=HOSTILE, cipher=HOSTILE)
    session = make_session(
        **dict.fromkeys(("station", "path", "peer", "upstream", "subprotocol", "close_reason"), HOSTILE),
        offered=(HOSTILE, HOSTILE),
        headers=(("request", "Sec-WebSocket-Extensions", HOSTILE),),
        tls=(hostile,),
        times=((HOSTILE, NOON), (HOSTILE, NOON)),
        closed_ns=NOON,
        closed_by="csms",
    )
    assert not UNSAFE.search("".join(text_of(session_page(session, About(), width))))
