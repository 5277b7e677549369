"""``sessions``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.protocol.event import Closed, Noted, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.entries import EventEntry, FindingEntry
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from inspector.tui.composed.lines import ending
from tests.factories import BROKEN, START_NS, STATION, make_capture, opened, received, record


def test_it_lists_one_line_a_session_in_aligned_columns(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("sessions", make_capture(tmp_path / "a.db"))
    head, first, second = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert head.split() == ["ID", "STATION", "OCPP", "PEER", "OPENED", "(UTC)", "FRAMES", "FINDINGS", "ENDED"]
    assert head.index("STATION") == first.index("CP-1") == second.index("CP-2")
    assert head.index("ENDED") == first.index("by station 1000") == second.index("by station 1000")
    assert "✖1" in second
    assert "\x1b" not in ran.out


def test_json_is_one_object_a_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("sessions", make_capture(tmp_path / "a.db"), "--json")
    assert [json.loads(line)["station"] for line in ran.out.splitlines()] == ["CP-1", "CP-2"]


ODD = Finding("H001", Severity.WARNING, Blame.STATION, "odd \x1b", hint="mend it")


def test_findings_about_a_session_stand_below_it(tmp_path: Path, run: Callable[..., Any]) -> None:
    """Those about its frames are only counted; in JSON a session has its own."""
    path = tmp_path / "a.db"
    writer = Writer(path)
    recording = record(writer, said=BROKEN)
    writer.append([FindingEntry(recording.row, ODD)])
    record(writer, station="CP-2")
    writer.close()
    _, first, finding, second = run("sessions", path).out.splitlines()
    assert "✖1 ⚠1" in first
    assert finding == "      warning H001: odd ␛ — mend it"
    assert "CP-2" in second
    one, two = (json.loads(line) for line in run("sessions", path, "--json").out.splitlines())
    assert [(f["code"], f["message"]) for f in one["findings"]] == [("H001", "odd ␛")]
    assert (two["findings"], one["frames"], one["errors"], one["warnings"]) == ([], 2, 1, 1)


def test_what_is_odd_or_missing_stands_below_its_session(tmp_path: Path, run: Callable[..., Any]) -> None:
    """The first few, after what was found; and what is of the capture as a whole, at the end."""
    writer = Writer(tmp_path / "a.db")
    recording = record(writer, end=False)
    recording.feed(Noted(START_NS, "gap", "3 frames are missing \x1b", 3))
    for _ in range(9):
        recording.feed(Violated(START_NS + 1, STATION, "a reserved opcode", b"\x83"))
    recording.feed(Closed(START_NS + 6_000_000_000, 1000, "", "csms"))
    writer.append([EventEntry(None, Noted(START_NS, "gap", "a.db: it was deleted"))])
    writer.close()
    _, _, finding, first, second, *_, more, last = run("sessions", tmp_path / "a.db").out.splitlines()
    assert finding == "      error F020: a reserved opcode; it begins with 83"
    assert first == "      gap 14:13:20: 3 frames are missing ␛"
    assert second == "      violation of the station 14:13:20: a reserved opcode"
    assert more == "      and 5 more like these"
    assert last == "gap 14:13:20: a.db: it was deleted"
    session, whole = map(json.loads, run("sessions", tmp_path / "a.db", "--json").out.splitlines())
    assert (session["lost"], session["violations"], session["silence_ms"], session["live"]) == (3, 9, 5980.0, False)
    assert session["times"] == {"first frame": "2026-09-21T14:13:20.010000Z"}
    told = [tuple(event[name] for name in ("event", "sender", "what", "raw_base64")) for event in session["events"]]
    violation = ("violation", "station", "a reserved opcode", "gw==")
    assert told == [("gap", None, "3 frames are missing ␛", ""), *[violation] * 9], "all of them"
    assert (whole["session"], [event["what"] for event in whole["events"]]) == (None, ["a.db: it was deleted"])


def test_an_empty_capture_says_so_on_stderr(tmp_path: Path, run: Callable[..., Any]) -> None:
    Writer(tmp_path / "a.db").close()
    ran = run("sessions", tmp_path / "a.db")
    assert (ran.code, ran.out) == (0, "")
    assert "no session yet" in ran.err


def test_what_is_odd_is_told_even_without_a_session(tmp_path: Path, run: Callable[..., Any]) -> None:
    writer = Writer(tmp_path / "a.db")
    writer.append([EventEntry(None, Noted(START_NS, "gap", "2 whole sessions"))])
    writer.close()
    ran = run("sessions", tmp_path / "a.db")
    assert (ran.out, "no session yet" in ran.err) == ("gap 14:13:20: 2 whole sessions\n", True)
    assert json.loads(run("sessions", tmp_path / "a.db", "--json").out)["events"][0]["what"] == "2 whole sessions"


def test_hostile_names_cannot_write_to_the_terminal(tmp_path: Path, run: Callable[..., Any]) -> None:
    writer = Writer(tmp_path / "a.db")
    Recording(writer, opened(station="\x1b]0;PWNED\x07\u202eCP")).feed(Closed(START_NS, 1000, "\x1b[2J\x9b", "csms"))
    writer.close()
    ran = run("sessions", tmp_path / "a.db")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.out)
    assert "␛]0;PWNED␇\\u202eCP" in ran.out


@pytest.mark.parametrize(
    ("status", "closed", "words"),
    [
        (101, None, "open"),
        (101, Closed(START_NS, 1000, "", "station"), "by station 1000"),
        (101, Closed(START_NS, 1008, "no", "csms"), "by csms 1008 no"),
        (401, Closed(START_NS, None, "Unauthorized", "csms"), "refused: HTTP 401 Unauthorized"),
        (None, Closed(START_NS, None, "Client disconnected.", "station"), "failed: Client disconnected."),
    ],
)
def test_the_ending_is_said_in_a_few_words(
    tmp_path: Path, status: int | None, closed: Closed | None, words: str
) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened(http_status=status))
    if closed is not None:
        recording.feed(closed)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert ending(reader.session(1))[0] == words


def test_a_session_that_goes_on_in_another_file_names_it(tmp_path: Path, run: Callable[..., Any]) -> None:
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = record(writer, end=False)
    assert writer.flush()
    recording.feed(received(raw="x"))
    assert writer.flush()
    writer.close()
    assert run("sessions", tmp_path / "a.db").out.splitlines()[1].endswith("goes on in a-2.db, session 1")
    first, second = (json.loads(run("sessions", tmp_path / name, "--json").out) for name in ("a.db", "a-2.db"))
    assert (first["continued_in"], first["live"]) == ({"capture": "a-2.db", "session": 1}, False)
    assert (second["continues"], second["live"]) == ({"capture": "a.db", "session": 1}, True)
