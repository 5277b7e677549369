"""``lint``; what it finds, see ``tests/store/test_lint.py``."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from sarif import loader

from inspector.cli.codes import by_family
from inspector.formats.jsonl_reading import import_lines
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules import TABLE
from inspector.store.entries import FindingEntry
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, BROKEN, STATION, make_capture, record

SAMPLES = sorted((Path(__file__).parent.parent.parent / "captures").glob("*.jsonl"))
CODES = [rule.code for rule in by_family()]
SAID = (*BOOT, *BROKEN, (STATION, "x"), *BROKEN)


def found(out: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON output."""
    return [json.loads(line) for line in out.splitlines()]


def stored(path: Path) -> list[tuple[int, int | None, str]]:
    """Return the findings that are in a capture."""
    with Reader(path) as reader:
        return [(finding.session, finding.frame, finding.code) for finding in reader.findings()]


def outdated(path: Path, *, end: bool = True) -> Path:
    """Make a capture with findings that today's rules don't make: one of a rule, one of a rule that is gone."""
    writer = Writer(path)
    recording = record(writer, said=SAID, end=end)
    for code in ("R002", "R999"):
        odd = Finding(code, Severity.ERROR, Blame.STATION, "odd", frame=1)
        writer.append([FindingEntry(recording.row, odd)])
    writer.close()
    return path


def test_the_summary_has_a_code_a_line_worst_and_most_frequent_first(tmp_path: Path, run: Callable[..., Any]) -> None:
    """With its number, and its first finding: where, when, and what."""
    ran = run("lint", make_capture(tmp_path / "a.db", BOOT, SAID), "--select", "S,F")
    head, *lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (1, "")
    assert head.split() == ["CODE", "SEVERITY", "COUNT", "NAME", "BLAMES", "FIRST", "SEEN", "(UTC)"]
    assert lines[0].split()[:5] == ["S104", "error", "2", "not-in-list", "station"]
    assert lines[0].endswith("2026-09-21 14:13:20.030, session 2 (CP-2), frame 3 (id 5)")
    assert lines[1].startswith('      /3/errorCode: errorCode is "Error"')
    assert "allowed: ConnectorLockFailure, " in lines[1]
    assert lines[2].split()[:4] == ["F001", "error", "1", "not-json"]
    assert lines[-1] == "2 sessions, 9 frames: 3 errors"


def test_verbose_lists_every_finding_above_it(tmp_path: Path, run: Callable[..., Any]) -> None:
    out = run("lint", make_capture(tmp_path / "a.db", SAID), "-v", "--select", "S,F").out
    lines = out.partition("\n\n")[0].splitlines()
    assert [line.split()[:2] for line in lines] == [["error", "S104"], ["error", "F001"], ["error", "S104"]]
    assert " session 1 (CP-1), frame 3 (id 3) /3/errorCode: " in lines[0]


def test_a_clean_capture_exits_0(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("lint", make_capture(tmp_path / "a.db", BOOT))
    assert (ran.code, ran.out, ran.err) == (0, "1 session, 2 frames: no findings\n", "")


def test_warnings_alone_exit_0(tmp_path: Path, run: Callable[..., Any]) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer, subprotocol=None)
    writer.close()
    ran = run("lint", tmp_path / "a.db", "--select", "H001")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 session, 2 frames: 1 warning")


@pytest.mark.parametrize("options", [["--json"], ["--format", "json"]])
def test_json_is_a_finding_a_line(tmp_path: Path, run: Callable[..., Any], options: list[str]) -> None:
    ran = run("lint", make_capture(tmp_path / "a.db", BOOT, SAID), "--select", "S104", *options)
    assert ran.code == 1
    first, second = found(ran.out)
    words = {name: first.pop(name) for name in ("message", "hint")}
    assert all(words.values())
    assert first == {
        "session": 2,
        "station": "CP-2",
        "frame": 3,
        "frame_id": 5,
        "time": "2026-09-21T14:13:20.030000Z",
        "code": "S104",
        "severity": "error",
        "blame": "station",
        "pointer": "/3/errorCode",
        "offset": None,
    }
    assert (second["frame"], second["frame_id"]) == (6, 8)


def test_sarif_is_read_back_by_its_own_tools(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("lint", make_capture(tmp_path / "a.db", BOOT, SAID), "--format", "sarif", "--select", "S,F")
    (tmp_path / "a.sarif").write_text(ran.out)
    read = loader.load_sarif_file(str(tmp_path / "a.sarif"))
    assert ran.code == 1
    assert read.get_distinct_tool_names() == ["OCPP Inspector"]
    assert read.get_report().get_issue_count_for_severity("error") == 3
    assert [record["Code"] for record in read.get_records()] == ["S104", "F001", "S104"]


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], {"S104", "F001"}),
        (["--select", "S"], {"S104"}),
        (["--select", "f001,R"], {"F001"}),
        (["--select", "F", "--select", "S104"], {"S104", "F001"}),
        (["--ignore", "S,F001"], set()),
        (["--select", "S,F", "--ignore", "S104"], {"F001"}),
    ],
)
def test_rules_are_selected_and_ignored(
    tmp_path: Path, run: Callable[..., Any], options: list[str], codes: set[str]
) -> None:
    ran = run("lint", make_capture(tmp_path / "a.db", SAID), "--json", *options)
    told = {finding["code"] for finding in found(ran.out)}
    assert told & {"S104", "F001"} == codes
    assert ran.code == bool(told)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--select", "R099"], "no rule R099; did you mean R0"),
        (["--ignore", "R,"], "no rule without a name"),
        (["--session", "9"], "no session 9"),
        (["--format", "xml"], "Invalid value for '--format'"),
        (["--patience", "nan"], "Invalid value for '--patience'"),
    ],
)
def test_bad_usage_is_one_line(tmp_path: Path, run: Callable[..., Any], options: list[str], words: str) -> None:
    ran = run("lint", make_capture(tmp_path / "a.db", BOOT), *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err


def test_one_session_and_another_patience(tmp_path: Path, run: Callable[..., Any]) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer, said=[(STATION, '[2,"1","Heartbeat",{}]'), *BOOT], gap_ns=5_000_000_000)
    record(writer, said=SAID, station="CP-2")
    writer.close()
    for options, codes in (([], set()), (["--patience", "2"], {"R001"})):
        ran = run("lint", tmp_path / "a.db", "--session", 1, "--select", "R001,S", "--json", *options)
        assert {(f["code"], f["session"]) for f in found(ran.out)} == {(code, 1) for code in codes}


def test_without_update_the_capture_stays_as_it_is(tmp_path: Path, run: Callable[..., Any]) -> None:
    path = outdated(tmp_path / "a.db")
    before = path.read_bytes()
    run("lint", path)
    assert path.read_bytes() == before


def test_update_replaces_what_was_found(tmp_path: Path, run: Callable[..., Any]) -> None:
    """Also what a rule had found that is gone; a second time it changes nothing."""
    path = outdated(tmp_path / "a.db")
    told = sorted((f["session"], f["frame"], f["code"]) for f in found(run("lint", path, "--json").out))
    ran = run("lint", path, "--update")
    assert ran.code == 1
    assert ran.err == f"updated 1 session: {len(told) + 2} findings went, {len(told)} came\n"
    assert sorted(stored(path)) == told
    with Reader(path) as reader:
        session = reader.session(1)
        assert session.errors == sum(frame.errors for frame in reader.page()) == 3
    assert f"{len(told)} findings went, {len(told)} came" in run("lint", path, "--update").err


def test_update_leaves_other_rules_alone(tmp_path: Path, run: Callable[..., Any]) -> None:
    path = outdated(tmp_path / "a.db")
    run("lint", path, "--update", "--select", "R")
    codes = {code for _, _, code in stored(path)}
    assert "R002" not in codes
    assert {"R999", "S104", "F001"} <= codes


def test_update_leaves_a_session_that_is_being_recorded_alone(tmp_path: Path, run: Callable[..., Any]) -> None:
    """It is named."""
    path = outdated(tmp_path / "a.db", end=False)
    before = stored(path)
    ran = run("lint", path, "--update")
    assert "session 1 is still being recorded: its findings are left as they are\n" in ran.err
    assert stored(path) == before


def test_a_bug_in_a_rule_is_said_and_nothing_is_updated(
    tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = outdated(tmp_path / "a.db")
    before = stored(path)
    monkeypatch.setattr(Inspection, "_received", lambda *_: 1 / 0)
    ran = run("lint", path, "--update")
    assert (ran.code, stored(path)) == (2, before)
    assert "left 7 events unchecked, the first because of ZeroDivisionError: " in ran.err
    assert ran.err.endswith("; nothing was updated\n")


def test_hostile_names_cannot_write_to_the_terminal(tmp_path: Path, run: Callable[..., Any]) -> None:
    writer = Writer(tmp_path / "a.db")
    record(writer, said=[(STATION, '[2,"1","\x1b[2J\u202e",{}]')], station="\x1b]0;PWNED\x07")
    writer.close()
    ran = run("lint", tmp_path / "a.db", "-v")
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)
    assert "␛]0;PWNED␇" in ran.out


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_told_what_it_was_told_when_it_came(tmp_path: Path, run: Callable[..., Any], sample: Path) -> None:
    """Also how long a CALL might wait then."""
    writer = Writer(tmp_path / "a.db")
    lines: Iterable[str] = sample.read_text("utf-8").splitlines()[1:]
    import_lines(lines, writer)
    writer.close()
    told = found(run("lint", tmp_path / "a.db", "--json").out)
    assert told
    assert {f["code"] for f in told} == ({"S104"} if "1.6" in sample.name else {"R001", "C001"})
    assert sorted((f["session"], f["frame"], f["code"]) for f in told) == sorted(stored(tmp_path / "a.db"))
    assert {f["code"] for f in told} <= set(TABLE)
