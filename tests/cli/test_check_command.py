"""``check``."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from inspector.cli.check_command import check
from inspector.protocol.finding import Fault
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party, Version
from tests.factories import BOOT, make_capture

GOOD = [
    '[2,"1","BootNotification",{"chargePointVendor":"A","chargePointModel":"B"}]',
    '[3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]',
]


def checked(lines: list[str], version: Version | None = Version.V16) -> list[Any]:
    """Check lines in this process."""
    return list(check(io.BytesIO("\n".join(lines).encode()), version))


def test_json_has_the_contract_s_fields(tmp_path: Path, run: Callable[..., Any]) -> None:
    file = tmp_path / "frames.txt"
    file.write_text("\n".join([GOOD[0], "", '[3,"1",{"status":"Accepted"}]']))
    ran = run("check", file, "--json", "--ocpp-version", "1.6")
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert ran.code == 1
    assert first == {
        "line": 1,
        "type": "CALL",
        "message_id": "1",
        "action": "BootNotification",
        "ocpp_version": "1.6",
        "findings": [],
    }
    assert (second["line"], second["action"]) == (3, "BootNotification")
    assert {(f["code"], f["pointer"], f["blame"]) for f in second["findings"]} == {("S101", "/2", "csms")}


def test_json_has_the_byte_of_a_fault(tmp_path: Path, run: Callable[..., Any]) -> None:
    """Null where a fault has none."""
    file = tmp_path / "frames.txt"
    file.write_text('[2,"1","Heartbeat",{]\n[2,"2","Heartbeat",{"a":1}]')
    first, second = (json.loads(line)["findings"] for line in run("check", file, "--json").out.splitlines())
    assert [(f["code"], f["offset"]) for f in first] == [("F001", 20)]
    assert {f["offset"] for f in second} == {None}


def test_a_capture_and_an_export_are_for_other_commands(tmp_path: Path, run: Callable[..., Any]) -> None:
    path = make_capture(tmp_path / "a.db", BOOT)
    ran = run("check", path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"ocpp-inspector: {path} is a capture: ocpp-inspector lint {path}\n"
    (tmp_path / "a.jsonl").write_text(run("export", path).out)
    ran = run("check", tmp_path / "a.jsonl")
    words = f"{tmp_path}/a.jsonl is an export: ocpp-inspector import {tmp_path}/a.jsonl --capture NEW"
    assert (ran.code, ran.out, ran.err) == (2, "", f"ocpp-inspector: {words}\n")


@pytest.mark.parametrize("line", ["{", '{"format":"other"}', '{"a":"ocpp-inspector-jsonl"}'])
def test_an_object_that_begins_no_export_is_a_frame(tmp_path: Path, run: Callable[..., Any], line: str) -> None:
    (tmp_path / "a.txt").write_text(line)
    assert run("check", tmp_path / "a.txt").code == 1


def test_a_standard_input_that_is_closed_is_one_line() -> None:
    done = subprocess.run(f"{sys.executable} -m inspector check <&-", shell=True, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "standard input is closed" in done.stderr


def test_what_another_command_reads_is_told_on_standard_input_too(tmp_path: Path, run: Callable[..., Any]) -> None:
    path = make_capture(tmp_path / "a.db", BOOT)
    command = [sys.executable, "-m", "inspector", "check"]
    for content, words in (
        (run("export", path).out.encode(), "is an export: ocpp-inspector import - --capture NEW"),
        (path.read_bytes(), "is a capture: ocpp-inspector lint FILE"),
    ):
        done = subprocess.run(command, input=content, capture_output=True)
        assert (done.returncode, done.stderr.decode()) == (2, f"ocpp-inspector: standard input {words}\n")


def test_clean_input_exits_0(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "frames.txt"
    file.write_text("\n".join(GOOD))
    ran = run("check", file, "--ocpp-version", "1.6")
    assert (ran.code, ran.err) == (0, "2 frames: no findings\n")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["1", "✓", "▶", "station", "CALL", "BootNotification", "1"],
        ["2", "✓", "◀", "csms", "CALLRESULT", "BootNotification", "1"],
    ]


def test_a_warning_alone_exits_0(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "frames.txt"
    file.write_text(
        '[2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","timestamp":"2026-01-01T00:00:00"}]'
    )
    ran = run("check", file, "--ocpp-version", "1.6")
    assert ran.code == 0
    assert "warning C001 /3/timestamp: the timestamp has no time zone" in ran.out


def test_standard_input_is_read_by_default() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inspector", "check", "--json"],
        input='[2,"1","Heartbeat",{"x":1}]',
        capture_output=True,
        text=True,
    )
    record = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert [(f["code"], f["pointer"]) for f in record["findings"]] == [("S102", "/3/x")]


def test_the_sender_is_told_by_prefix_or_action() -> None:
    lines = [
        'csms> [2,"1","DataTransfer",{"vendorId":"x"}]',
        '[3,"1",{"status":"Accepted"}]',
        '[2,"2","Reset",{"type":"Soft"}]',
        '[2,"3","Heartbeat",{}]',
    ]
    assert [c.seen.sender.value for c in checked(lines)] == ["csms", "station", "csms", "station"]


def test_the_version_is_guessed_and_said() -> None:
    lines = [
        '[2,"1","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"x","vendorName":"y"}}]',
        '[3,"1",{"status":"Accepted","currentTime":"2026-01-01T00:00:00Z","interval":300}]',
    ]
    first, second = checked(lines, None)
    assert (first.version, [f.code for f in first.findings]) == (Version.V201, ["H001"])
    assert (second.version, second.findings) == (Version.V201, ())


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"\x00", b"[" * 20000, b"station>", b"station> csms> []", b"{}"])
def test_no_input_is_a_traceback(raw: bytes) -> None:
    found = list(check(io.BytesIO(raw), None))
    assert [c.seen.frame.type.name for c in found] == ["INVALID"]
    assert found[0].findings


def test_the_sender_of_bare_lines_can_be_said() -> None:
    """It is no matter then who may send the action; an answer still comes from the other side of its CALL."""
    lines = ['[2,"1","DataTransfer",{"vendorId":"x"}]', '[3,"1",{"status":"Accepted"}]', '[3,"2",{}]', "x"]
    for sender in Party:
        found = [c.seen.sender for c in check(io.BytesIO("\n".join(lines).encode()), Version.V16, sender)]
        assert found == [sender, sender.peer, sender, sender]
    lines = ['station> [2,"1","Heartbeat",{}]', '[2,"2","Heartbeat",{}]']
    found = [c.seen.sender for c in check(io.BytesIO("\n".join(lines).encode()), Version.V16, Party.CSMS)]
    assert found == [Party.STATION, Party.CSMS]


def carets(out: str) -> list[tuple[str, str]]:
    """Return each finding with what the caret above it points at, to the end of the frame's line."""
    found, frame, pointed = [], "", ""
    for line in out.splitlines():
        if line.strip() == "^":
            cells = len(line) - 1
            pointed = next(frame[i:] for i in range(len(frame) + 1) if cell_len(frame[:i]) == cells)
        elif re.match(r" +(error|warning|info) [A-Z]\d", line):
            found.append((line.split()[1].rstrip(":"), pointed))
        else:
            frame, pointed = line, ""
    return found


CARETS = [
    ('[2,"1","Heartbeat",{"充電":"\u202e","x":1}]', [("S102", '"\\u202e"'), ("S102", "1}]")]),
    ('[2,"1","BootNotification",{"chargePointVendor":5}]', [("S101", '{"chargePointVendor"'), ("S103", "5}]")]),
    ('[2,"充","MeterValues",{"connectorId":1,"transactionId":,"meterValue":[]}]', [("F001", ',"meterValue"')]),
    ('{"充":"\x1b[2J"}', [("F001", "␛[2J")]),
    ('[9,"1"]', [("F005", "9,")]),
    ('[2,"1","Heartbeat"]', [("F004", "]")]),
    ('[3,"nobody",{}]', [("R002", '"nobody"')]),
    ("[]", [("F004", "]")]),
    (
        '[2,"1","Heartbeat",{"' + "a" * 90 + '":1,"' + "b" * 90 + '":2}]',
        [("S102", '1,"bb'), ("S102", "2}]")],
    ),
]


@pytest.mark.parametrize(("line", "places"), CARETS, ids=range(len(CARETS)))
def test_a_caret_points_at_each_fault(
    run: Callable[..., Any], tmp_path: Path, line: str, places: list[tuple[str, str]]
) -> None:
    """Under the very place: behind wide letters and escaped ones too, and where a long frame had to be cut."""
    file = tmp_path / "frames.txt"
    file.write_text(line)
    ran = run("check", file, "--ocpp-version", "1.6")
    found = [(code, pointed) for code, pointed in carets(ran.out) if code in dict(places)]
    assert [code for code, _ in found] == [code for code, _ in places], ran.out
    for (_, pointed), (_, begins) in zip(found, places, strict=True):
        assert pointed.startswith(begins), ran.out
    assert "\x1b" not in ran.out
    assert all(cell_len(line) <= 100 for line in ran.out.splitlines() if "[" in line and " error " not in line)


def test_findings_of_one_frame_share_its_line(run: Callable[..., Any], tmp_path: Path) -> None:
    """In the order of their places, each with its hint."""
    file = tmp_path / "frames.txt"
    file.write_text('[2,"1","StatusNotification",{"connectorId":"1","errorCode":"Error","status":"Available"}]')
    lines = run("check", file, "--ocpp-version", "1.6").out.splitlines()
    assert sum("StatusNotification" in line for line in lines) == 2
    assert [line.split()[1] for line in lines if line.strip()[:5] == "error"] == ["S103", "S104"]
    assert "allowed: ConnectorLockFailure, " in lines[-1]


def test_a_finding_about_an_earlier_frame_names_its_line(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No caret points into the wrong frame."""

    def late(self: object, seen: Seen) -> list[Fault]:
        return [Fault("R003", "odd", "/2", frame=1)] if seen.number == 2 else []

    monkeypatch.setattr("inspector.protocol.rules.exchanges.Exchanges.received", late)
    file = tmp_path / "frames.txt"
    file.write_text("\n\n" + "\n".join(GOOD))
    ran = run("check", file, "--ocpp-version", "1.6")
    assert ran.out.splitlines()[-1] == "         info R003 (line 3) /2: odd"
    assert "^" not in ran.out
    records = [json.loads(line) for line in run("check", file, "--ocpp-version", "1.6", "--json").out.splitlines()]
    assert [(f["code"], f["line"]) for f in records[1]["findings"]] == [("R003", 3)]


def test_what_waits_for_an_answer_is_forgotten_in_time() -> None:
    """An endless pipe fills no memory; the newest is known."""
    lines = [f'csms> [2,"{number}","DataTransfer",{{"vendorId":"x"}}]' for number in range(2000)]
    answers = ['[3,"1999",{"status":"Accepted"}]', '[3,"0",{"status":"Accepted"}]']
    found = checked(lines + answers)
    assert [c.seen.call is not None for c in found[-2:]] == [True, False]


def test_an_answer_alone_is_an_orphan() -> None:
    assert [f.code for f in checked(['[3,"1",{}]'])[0].findings] == ["R002"]


def test_a_file_that_is_not_there_is_one_line(run: Callable[..., Any]) -> None:
    ran = run("check", "/nowhere.txt")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "No such file" in ran.err


REMOTE_START = '[2,"1","%s",{"remoteStartId":1,"idToken":{"idToken":"a","type":"Central"}}]'


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (['[2,"1","Foo",{}]'], [["S001"]]),
        (
            ['[2,"1","StartTransactionRequest",{"remoteStartId":1,"idToken":{"idToken":"a","type":"Central"}}]'],
            [["H001", "F009"]],
        ),
        (
            ['[2,"1","StartTransaction",{"remoteStartId":1,"idToken":{"idToken":"a","type":"Central"}}]'],
            [["H001", "F009"]],
        ),
        (['[2,"1","Heartbeat",{}]', '[3,"1",{"foo":1}]'], [[], ["S101", "S102"]]),
        (['[2,"1","Heartbeat",{}]', '[3,"1",{"currentTime":"2026-01-01T00:00:00Z"}]'], [[], []]),
        (['\ufeff[2,"1","Heartbeat",{}]'], [[]]),
    ],
)
def test_without_a_version_wrong_is_what_no_version_takes(lines: list[str], codes: list[list[str]]) -> None:
    """A frame pasted from a ticket comes without its handshake."""
    assert [sorted(f.code for f in c.findings) for c in checked(lines, None)] == [sorted(each) for each in codes]
