"""JSON Lines: out, in again, and files that are not what they should be."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inspector.errors import InspectorError
from inspector.formats.intake import MOST_TOLD, Imported
from inspector.formats.jsonl import export_lines
from inspector.formats.jsonl_reading import check_head, import_lines
from inspector.protocol.context import Station, Stations
from inspector.protocol.event import Closed, Control, Controlled, Event, Noted, Violated
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.inspection import Inspection, Observation
from inspector.store.entries import EventEntry, FindingEntry
from inspector.store.lint import Lint
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from tests.factories import BOOT, BROKEN, CSMS, START_NS, STATION, make_capture, opened, received, record

ODD = ((STATION, b"\xff\xfe"), (STATION, '[2,"é","Heartbeat",{"n":1.0,"e":1e3}]'), (STATION, "not json"))
PATIENCE_NS = 30_000_000_000
SECOND = 1_000_000_000


def exported(path: Path, session: int | None = None) -> list[str]:
    """Export a capture."""
    with Reader(path) as reader:
        return list(export_lines(reader, session))


def imported(lines: list[str], path: Path, patience_ns: int | None = None) -> Imported:
    """Import lines into a capture."""
    writer = Writer(path)
    try:
        check_head(lines[0])
        return import_lines(lines[1:], writer, patience_ns=patience_ns)
    finally:
        writer.close()


def told(lines: list[str]) -> list[dict[str, Any]]:
    """Return what lines say, without the origin, which an import changes."""
    return [{key: value for key, value in json.loads(line).items() if key != "origin"} for line in lines]


def test_a_round_trip_is_equal(tmp_path: Path) -> None:
    """Ids, times, raw text and bytes, pairs and findings come back as they were."""
    first = exported(make_capture(tmp_path / "a.db", (*BOOT, *BROKEN), ODD))
    result = imported(first, tmp_path / "b.db")
    assert (result.sessions, result.frames, result.faults) == (2, 7, [])
    assert told(exported(tmp_path / "b.db")) == told(first)


def test_one_session_can_be_exported(tmp_path: Path) -> None:
    lines = exported(make_capture(tmp_path / "a.db"), session=2)
    records = [json.loads(line) for line in lines]
    assert records[0]["tool"].startswith("ocpp-inspector ")
    assert [record["kind"] for record in records[1:]] == ["session"] + ["frame"] * 4


def test_what_happened_beside_frames_comes_back(tmp_path: Path) -> None:
    """In its place among them; of older exports nothing is missed."""
    writer = Writer(tmp_path / "a.db")
    steps = (("connected", START_NS - 9000), ("asked", START_NS))
    recording = Recording(writer, replace(opened(), hears_pings=True, times=steps))
    for event in (
        Controlled(START_NS + SECOND, STATION, Control.PING, b"\x00hi"),
        Controlled(START_NS + 2 * SECOND, CSMS, Control.PONG, b"\x00hi"),
        received(raw=str(BOOT[0][1]), time_ns=START_NS + 3 * SECOND),
        Violated(START_NS + 4 * SECOND, STATION, "a reserved opcode", b"\x83\x00", opaque=True),
        Noted(START_NS + 5 * SECOND, "trouble", "it was not checked"),
        Closed(START_NS + 9 * SECOND, 1002, "", "csms"),
    ):
        recording.feed(event)
    writer.close()
    lines = exported(tmp_path / "a.db")
    assert [json.loads(line)["kind"] for line in lines[2:]] == ["event", "event", "frame", "event", "event"]
    result = imported(lines, tmp_path / "b.db")
    assert (result.frames, result.events, result.faults) == (1, 4, [])
    assert told(exported(tmp_path / "b.db")) == told(lines)
    session = json.loads(lines[1])
    assert (session["pings"], session["violations"], session["silence_ms"]) == (1, 1, 6000.0)
    assert session["times"] == {"connected": "2026-09-21T14:13:19.999991Z", "asked": "2026-09-21T14:13:20.000000Z"}


def with_tls(path: Path, **leg: Any) -> list[str]:
    """Export a capture whose session has TLS on the CSMS's leg."""
    head, session, *frames = exported(make_capture(path, BOOT))
    return [head, json.dumps(json.loads(session) | {"tls": [{"leg": "csms", "version": "TLSv1.3"} | leg]}), *frames]


@pytest.mark.parametrize("ends", [None, "2027-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.000000Z"])
def test_how_a_leg_is_encrypted_comes_back(tmp_path: Path, ends: str | None) -> None:
    """A certificate may end when SQLite can't count nanoseconds any more."""
    shown = {"sni": "csms.example", "certificate": "CN=csms.example", "client_certificate": "CN=CP-1"}
    lines = with_tls(tmp_path / "a.db", cipher="TLS_AES_256_GCM_SHA384", certificate_ends=ends, **shown)
    assert imported(lines, tmp_path / "b.db").faults == []
    assert told(exported(tmp_path / "b.db"))[1]["tls"] == json.loads(lines[1])["tls"]


@pytest.mark.parametrize(("leg", "words"), [({"leg": "nobody"}, "Party"), ({"version": None}, "version is not a")])
def test_a_leg_that_is_none_is_named(tmp_path: Path, leg: dict[str, Any], words: str) -> None:
    (first, *_) = imported(with_tls(tmp_path / "a.db", **leg), tmp_path / "b.db").faults
    assert first.startswith("line 2: ")
    assert words in first


@pytest.mark.parametrize(
    ("kept", "given_ns", "patience_ns"),
    [
        ({}, None, 30 * SECOND),
        ({"patience": None}, None, 30 * SECOND),
        ({"patience": 2.5}, None, 5 * SECOND // 2),
        ({"patience": 2}, 7 * SECOND, 7 * SECOND),
    ],
)
def test_a_call_may_wait_as_long_as_the_file_says(
    tmp_path: Path, kept: dict[str, Any], given_ns: int | None, patience_ns: int
) -> None:
    """Unless the user says it; exports of earlier versions do not."""
    head, session, *frames = exported(make_capture(tmp_path / "a.db", BOOT))
    facts = {name: value for name, value in json.loads(session).items() if name != "patience"} | kept
    assert imported([head, json.dumps(facts), *frames], tmp_path / "b.db", given_ns).faults == []
    with Reader(tmp_path / "b.db") as reader:
        assert reader.session(1).patience_ns == patience_ns
    assert json.loads(exported(tmp_path / "b.db")[1])["patience"] == patience_ns / SECOND


@pytest.mark.parametrize(
    ("patience", "words"),
    [("2", "not a number"), (True, "not a number"), (0, "out of range"), (1e11, "out of range"), (10**400, "out of")],
)
def test_a_patience_that_is_none_is_named(tmp_path: Path, patience: Any, words: str) -> None:
    head, session, *frames = exported(make_capture(tmp_path / "a.db", BOOT))
    result = imported([head, json.dumps(json.loads(session) | {"patience": patience}), *frames], tmp_path / "b.db")
    assert result.faults[0].startswith("line 2: patience is ")
    assert words in result.faults[0]
    assert result.sessions == 0


FRAME = {"kind": "frame", "session": 1, "raw": "x", "time": "2026-01-01T00:00:00Z", "sender": "csms", "origin": "wire"}
EVENT = {"kind": "event", "session": 1, "event": "ping", "time": "2026-01-01T00:00:00Z", "sender": "csms"}
SESSION = {
    "kind": "session",
    "id": 2,
    "opened": "2026-01-01T00:00:00Z",
    **dict.fromkeys(("station", "path", "peer", "upstream"), ""),
    "subprotocols_offered": [],
}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{broken", "Expecting property name"),
        ("[]", "not an object"),
        (json.dumps(FRAME | {"session": 99}), "there is no session 99 above it"),
        (json.dumps(FRAME | {"session": None}), "session is not a number"),
        (json.dumps(FRAME | {"time": "yesterday"}), "not an RFC 3339 timestamp: yesterday"),
        (json.dumps(FRAME | {"time": "9926-01-01T00:00:00Z"}), "time is out of range"),
        (json.dumps(FRAME | {"raw": 5}), "raw is not a string"),
        (json.dumps(FRAME | {"sender": "nobody"}), "'nobody' is not a valid Party"),
        (json.dumps({key: FRAME[key] for key in FRAME if key != "raw"} | {"raw_base64": "*"}), "base64"),
        ('{"kind":"session","id":2,"opened":"2026-01-01T00:00:00Z","station":5}', "station is not a string"),
        (json.dumps(SESSION | {"headers": [["request", "Host"]]}), "a header is not a list of its side"),
        (json.dumps(EVENT | {"session": 7}), "there is no session 7 above it"),
        (json.dumps(EVENT | {"event": "sneeze"}), "'sneeze' is no kind of event"),
        (json.dumps(EVENT | {"sender": None}), "'ping' is no kind of event of the recorder"),
        (json.dumps(EVENT | {"sender": "nobody"}), "'nobody' is not a valid Party"),
        (json.dumps(SESSION | {"times": []}), "times is not an object"),
        (json.dumps(SESSION | {"headers": [], "times": {"asked": 5}}), "asked is not a string"),
        (json.dumps(SESSION | {"headers": [5]}), "a header is not a list of its side"),
        ("[" * 100_000, ""),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_kept(tmp_path: Path, line: str, words: str) -> None:
    lines = exported(make_capture(tmp_path / "a.db", BOOT))
    result = imported([*lines[:3], line, *lines[3:]], tmp_path / "b.db")
    assert (result.sessions, result.frames) == (1, 2)
    assert len(result.faults) == 1
    assert result.faults[0].startswith("line 4: ")
    assert words in result.faults[0]


@pytest.mark.parametrize(
    "head", ['{"format":"something"}', "[1]", '{"format":"ocpp-inspector-jsonl","version":99}', "3"]
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(InspectorError, match="line 1: "):
        imported([head], tmp_path / "b.db")


def test_sessions_are_checked_in_the_order_of_time(tmp_path: Path) -> None:
    """What spans sessions needs it; ids come in the order of the lines, and frames as they stand."""
    order: list[str] = []
    writer = Writer(tmp_path / "a.db")
    for number, start in enumerate((50, 0, 20), 1):
        time_ns = START_NS + start * SECOND
        recording = Recording(writer, opened(time_ns=time_ns, station=f"CP-{number}"))
        recording.feed(received(raw=str(BOOT[0][1]), time_ns=time_ns + SECOND))
        recording.feed(Closed(time_ns + 25 * SECOND, 1000, "", "station"))
    writer.close()
    lines = exported(tmp_path / "a.db")
    with pytest.MonkeyPatch.context() as patch:
        observe = Inspection.observe

        def spy(self: Inspection, event: Event) -> Observation:
            order.append(f"{type(event).__name__} {(event.time_ns - START_NS) // SECOND}")
            return observe(self, event)

        patch.setattr(Inspection, "observe", spy)
        assert imported(lines, tmp_path / "b.db").faults == []
    # A frame's line of a later session stands above those of the earlier ones: all that is before it has begun.
    assert [word for word in order if word.startswith("Opened")] == ["Opened 0", "Opened 20", "Opened 50"]
    assert order.index("Opened 50") < order.index("Received 51")
    assert order[-3:] == ["Closed 25", "Closed 45", "Closed 75"]
    with Reader(tmp_path / "b.db") as reader:
        assert [session.station for session in reader.sessions()] == ["CP-1", "CP-2", "CP-3"]


def test_a_session_ends_before_the_next_of_its_station_begins(tmp_path: Path) -> None:
    """As it did; live sessions that overlap would be another matter."""
    order: list[str] = []
    writer = Writer(tmp_path / "a.db")
    for number in range(3):
        recording = Recording(writer, opened(time_ns=START_NS + number * SECOND))
        recording.feed(received(raw=str(BOOT[0][1]), time_ns=START_NS + number * SECOND + 5))
        recording.feed(Closed(START_NS + number * SECOND + 9, 1000, "", "station"))
    writer.close()
    lines = exported(tmp_path / "a.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Inspection, "observe", lambda _, event: order.append(type(event).__name__) or Observation())
        imported(lines, tmp_path / "b.db")
    assert order == ["Opened", "Received", "Closed"] * 3


def test_a_station_is_remembered_from_session_to_session(tmp_path: Path) -> None:
    stations: list[Station] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "inspector.store.judge.Inspection", lambda *given: stations.append(given[2]) or Inspection(*given)
        )
        lines = exported(make_capture(tmp_path / "a.db", BOOT, BOOT))
        stations.clear()
        together = Stations()
        writer = Writer(tmp_path / "b.db")
        for _ in range(2):
            import_lines(lines[1:], writer, patience_ns=PATIENCE_NS, stations=together)
        writer.close()
    one, two, one_again, two_again = stations
    assert (one_again, two_again) == (one, two)
    assert one is not two


def test_a_frame_beyond_the_number_and_the_end_of_its_session_is_named(tmp_path: Path) -> None:
    lines = exported(make_capture(tmp_path / "a.db", BOOT))
    late = json.dumps(json.loads(lines[-1]) | {"time": "2027-01-01T00:00:00Z"})
    result = imported([*lines, late], tmp_path / "b.db")
    assert (result.frames, result.faults) == (
        2,
        ["line 5: its session had ended, with as many frames as it says it has"],
    )


def test_frames_may_be_added_to_a_session_by_hand(tmp_path: Path) -> None:
    """Within its time, or where it does not say how many it has."""
    lines = exported(make_capture(tmp_path / "a.db", BOOT))
    assert imported([*lines[:4], lines[2], lines[3]], tmp_path / "b.db").frames == 4
    session = {name: value for name, value in json.loads(lines[1]).items() if name != "frames"}
    late = json.dumps(json.loads(lines[2]) | {"time": "2027-01-01T00:00:00Z"})
    result = imported([lines[0], json.dumps(session), *lines[2:], late], tmp_path / "c.db")
    assert (result.frames, result.faults) == (3, [])


def test_exports_one_behind_the_other_are_told_apart(tmp_path: Path) -> None:
    """An id that comes again stands for the later session."""
    first, second = (exported(make_capture(tmp_path / f"{name}.db", BOOT)) for name in "ab")
    result = imported([*first, *second[1:]], tmp_path / "c.db")
    assert (result.sessions, result.frames, result.faults) == (2, 4, [])
    with Reader(tmp_path / "c.db") as reader:
        assert [session.frames for session in reader.sessions()] == [2, 2]


def test_findings_about_a_session_are_exported_with_it(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = record(writer)
    odd = Finding("H001", Severity.WARNING, Blame.CSMS, "odd")
    writer.append([FindingEntry(recording.row, odd)])
    writer.close()
    session = json.loads(exported(tmp_path / "a.db")[1])
    assert [finding["code"] for finding in session["findings"]] == ["H001"]


def test_a_part_of_a_recording_that_was_cut_stays_one(tmp_path: Path) -> None:
    """Known by where it goes on, and nothing is found in it that was not: neither is an end where it was cut."""
    writer = Writer(tmp_path / "a.db", rotation=Rotation(most_bytes=1))
    recording = Recording(writer, opened())
    said = (*BOOT, (STATION, '[2,"h","Heartbeat",{}]'), (CSMS, '[3,"h",{"currentTime":"2026-09-21T14:14:00Z"}]'))
    for number, (sender, raw) in enumerate(said, 1):
        recording.feed(received(raw=raw, sender=sender, time_ns=START_NS + number * SECOND))
        assert writer.flush()
    recording.feed(Closed(START_NS + 9 * SECOND, 1000, "", "station"))
    writer.close()
    for name in ("a.db", "a-2.db", "a-3.db", "a-4.db"):
        lines = exported(tmp_path / name)
        assert imported(lines, tmp_path / f"in-{name}").faults == []
        session, frame = told(exported(tmp_path / f"in-{name}"))[1:]
        before, frame_before = told(lines)[1:]
        assert session == before
        assert (frame["findings"], frame["raw"]) == ([], frame_before["raw"])
        with Reader(tmp_path / f"in-{name}") as reader:
            assert list(Lint(reader).findings()) == []


@pytest.mark.parametrize(
    ("place", "codes"), [(None, {"S104", "R002"}), ({"capture": "z.db", "session": 7}, {"S104"})], ids=["whole", "cut"]
)
def test_of_a_session_that_goes_on_each_frame_is_judged_by_itself(tmp_path: Path, place: Any, codes: set[str]) -> None:
    """What it takes to know the past is in another file."""
    orphan = (CSMS, '[3,"earlier",{}]')
    head, session, *frames = exported(make_capture(tmp_path / "a.db", (*BOOT, *BROKEN, orphan)))
    imported([head, json.dumps(json.loads(session) | {"continues": place}), *frames], tmp_path / "b.db")
    with Reader(tmp_path / "b.db") as reader:
        assert reader.codes() == codes
        assert {found.finding.code for found in Lint(reader).findings()} == codes


@pytest.mark.parametrize("place", [5, {"capture": "a.db"}, {"capture": 5, "session": 1}])
def test_a_place_that_is_none_is_named(tmp_path: Path, place: Any) -> None:
    head, session, *frames = exported(make_capture(tmp_path / "a.db", BOOT))
    result = imported([head, json.dumps(json.loads(session) | {"continues": place}), *frames], tmp_path / "b.db")
    assert result.faults[0].startswith("line 2: ")
    assert result.sessions == 0


@pytest.mark.parametrize("seconds", [8, 9, 10])
def test_a_gap_that_is_told_with_the_end_or_after_it_comes_back(tmp_path: Path, seconds: int) -> None:
    writer = Writer(tmp_path / "a.db")
    recording = Recording(writer, opened())
    recording.feed(Closed(START_NS + 9 * SECOND, 1000, "", "station"))
    gap = Noted(START_NS + seconds * SECOND, "gap", "3 frames are missing")
    writer.append([EventEntry(recording.row, gap)])
    writer.close()
    lines = exported(tmp_path / "a.db")
    result = imported(lines, tmp_path / "b.db")
    assert (result.faults, result.events) == ([], 1)
    assert told(exported(tmp_path / "b.db")) == told(lines)


SAMPLES = sorted((Path(__file__).parent.parent.parent / "captures").glob("*.jsonl"))


def test_the_samples_are_there() -> None:
    assert len(SAMPLES) == 2


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_imports_with_the_findings_it_was_recorded_with(tmp_path: Path, sample: Path) -> None:
    lines = sample.read_text("utf-8").splitlines()
    result = imported(lines, tmp_path / "b.db")
    assert (result.sessions, result.faults) == (1, [])
    recorded = [finding["code"] for line in lines for finding in json.loads(line).get("findings", [])]
    with Reader(tmp_path / "b.db") as reader:
        assert sorted(finding.code for finding in reader.findings()) == sorted(recorded)
    assert recorded, "each sample shows a planted fault"


def test_of_many_lines_that_are_left_out_the_first_are_named(tmp_path: Path) -> None:
    """A file of nothing else doesn't fill the memory."""
    head, *_ = exported(make_capture(tmp_path / "a.db", BOOT))
    result = imported([head, *["nonsense"] * (MOST_TOLD + 5)], tmp_path / "b.db")
    assert (result.left_out, len(result.faults)) == (MOST_TOLD + 5, MOST_TOLD)
