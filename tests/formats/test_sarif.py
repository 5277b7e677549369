"""SARIF 2.1.0, read back."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from sarif import loader

from inspector.formats.sarif import LEVELS, sarif_lines
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.rules import TABLE
from inspector.store.lint import Found, Lint
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, STATION, make_capture

NOTE = next(code for code, rule in TABLE.items() if rule.severity is Severity.INFO)


def log(path: Path, found: list[Found] | None = None) -> dict[str, Any]:
    """Return a capture's SARIF log."""
    with Reader(path) as reader:
        told = list(Lint(reader).findings()) if found is None else found
        log: dict[str, Any] = json.loads("\n".join(sarif_lines(path, told)))
    return log


def made(path: Path, **fields: Any) -> Found:
    """Make a finding about session 1."""
    values = {"code": "S104", "severity": Severity.ERROR, "blame": Blame.CSMS, "message": "odd", "frame": 2}
    with Reader(path) as reader:
        return Found(reader.session(1), Finding(**(values | fields)), reader.session(1).opened_ns, 7)


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return make_capture(tmp_path / "a.db", BOOT, (*BROKEN, (STATION, "x")))


def test_its_tools_read_it_back(path: Path, tmp_path: Path) -> None:
    """Tool, severities, codes and places."""
    with Reader(path) as reader:
        (tmp_path / "a.sarif").write_text("\n".join(sarif_lines(path, Lint(reader).findings())))
    read = loader.load_sarif_file(str(tmp_path / "a.sarif"))
    assert read.get_distinct_tool_names() == ["OCPP Inspector"]
    records = [record for record in read.get_records() if record["Code"] in {"S104", "F001"}]
    assert [(record["Code"], record["Severity"]) for record in records] == [("S104", "error"), ("F001", "error")]
    assert {record["Location"] for record in records} == {path.as_uri()}
    assert read.get_rules_by_id("S104")[0]["name"] == "not-in-list"


def test_every_rule_is_in_it_with_its_help(path: Path) -> None:
    (run,) = log(path)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(TABLE)
    for rule in rules:
        row = TABLE[rule["id"]]
        assert rule["defaultConfiguration"]["level"] == LEVELS[row.severity]
        help_text = rule["help"]["text"].replace("{{", "{").replace("}}", "}")
        assert all(part in help_text for part in (row.why, row.fix, row.spec))
        assert rule["shortDescription"]["text"].replace("{{", "{").replace("}}", "}") == row.summary


def test_a_result_names_rule_capture_session_and_frame(path: Path) -> None:
    (run,) = log(path)["runs"]
    assert run["artifacts"][0]["location"]["uri"] == path.as_uri()
    result = next(result for result in run["results"] if result["ruleId"] == "S104")
    assert list(TABLE)[result["ruleIndex"]] == "S104"
    assert result["message"]["text"].startswith('session 2, frame 1: errorCode is "Error"')
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": path.as_uri(), "index": 0}
    assert [place["fullyQualifiedName"] for place in location["logicalLocations"]] == ["session 2/frame 1"]
    assert result["properties"]["pointer"] == "/3/errorCode"


@pytest.mark.parametrize("severity", Severity)
def test_each_severity_has_its_level(path: Path, severity: Severity) -> None:
    (result,) = log(path, [made(path, severity=severity)])["runs"][0]["results"]
    assert result["level"] == {"error": "error", "warning": "warning", "info": "note"}[severity]


def test_a_finding_about_a_session_has_no_frame(path: Path) -> None:
    (result,) = log(path, [made(path, code=NOTE, frame=None)])["runs"][0]["results"]
    places = result["locations"][0]["logicalLocations"]
    assert [(place["fullyQualifiedName"], place["kind"]) for place in places] == [("session 1", "session")]


def test_braces_are_no_placeholders(path: Path) -> None:
    """Section 3.11.5: they stand twice."""
    (result,) = log(path, [made(path, message="send {}", hint="or {0}")])["runs"][0]["results"]
    assert result["message"]["text"] == "session 1, frame 2: send {{}} (or {{0}})"


def test_hostile_text_stays_text(path: Path) -> None:
    found = [made(path, message="\x1b[2J\ud800\u202e\u2028")]
    lines = list(sarif_lines(path, found))
    assert all(re.fullmatch("[ -~]*", line) for line in lines)
    assert json.loads("\n".join(lines))["runs"][0]["results"]


def test_a_fingerprint_tells_the_place_and_not_the_words(path: Path) -> None:
    """The same finding has it in the next run; another has another."""

    def mark(**fields: Any) -> str:
        (result,) = log(path, [made(path, **fields)])["runs"][0]["results"]
        (fingerprint,) = result["partialFingerprints"].values()
        return str(fingerprint)

    assert mark() == mark(message="other words", hint="and more")
    others = [mark(), mark(frame=3), mark(code="S103"), mark(pointer="/3/x"), mark(offset=5)]
    assert len(set(others)) == len(others)


def test_a_capture_without_findings_is_a_log_without_results(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a b.db", BOOT)
    (run,) = log(path)["runs"]
    assert run["results"] == []
    assert run["artifacts"][0]["location"]["uri"].endswith("/a%20b.db")


def test_a_relative_path_stays_relative(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert log(Path("a.db"))["runs"][0]["artifacts"][0]["location"]["uri"] == "a.db"
