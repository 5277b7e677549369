"""JSON Lines: out, in again, and files that are not what they should be."""

import json
from pathlib import Path
from typing import Any

import pytest

from inspector.errors import InspectorError
from inspector.formats.jsonl import Imported, check_head, export_lines, import_lines
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, STATION, make_capture

ODD = ((STATION, b"\xff\xfe"), (STATION, '[2,"é","Heartbeat",{"n":1.0,"e":1e3}]'), (STATION, "not json"))
PATIENCE_NS = 30_000_000_000


def exported(path: Path, session: int | None = None) -> list[str]:
    """Export a capture."""
    with Reader(path) as reader:
        return list(export_lines(reader, session))


def imported(lines: list[str], path: Path, patience_ns: int = PATIENCE_NS) -> Imported:
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


FRAME = {"kind": "frame", "session": 1, "raw": "x", "time": "2026-01-01T00:00:00Z", "sender": "csms", "origin": "wire"}


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


SAMPLES = sorted((Path(__file__).parent.parent.parent / "captures").glob("*.jsonl"))


def test_the_samples_are_there() -> None:
    assert len(SAMPLES) == 2


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_imports_with_the_findings_it_was_recorded_with(tmp_path: Path, sample: Path) -> None:
    lines = sample.read_text("utf-8").splitlines()
    result = imported(lines, tmp_path / "b.db", patience_ns=2_000_000_000)
    assert (result.sessions, result.faults) == (1, [])
    recorded = [finding["code"] for line in lines for finding in json.loads(line).get("findings", [])]
    with Reader(tmp_path / "b.db") as reader:
        assert sorted(finding.code for finding in reader.findings()) == sorted(recorded)
    assert recorded, "each sample shows a planted fault"
