"""``check``."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.cli.check_command import check
from inspector.protocol.version import Version

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


def test_clean_input_exits_0(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "frames.txt"
    file.write_text("\n".join(GOOD))
    ran = run("check", file, "--ocpp-version", "1.6")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["1", "✓", "CALL", "BootNotification", "1"],
        ["2", "✓", "CALLRESULT", "BootNotification", "1"],
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
        '[2,"2","Heartbeat",{}]',
    ]
    first, second = checked(lines, None)
    assert (first.version, [f.code for f in first.findings]) == (Version.V201, ["H001"])
    assert (second.version, second.findings) == (Version.V201, ())


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"\x00", b"[" * 20000, b"station>", b"station> csms> []", b"{}"])
def test_no_input_is_a_traceback(raw: bytes) -> None:
    found = list(check(io.BytesIO(raw), None))
    assert [c.seen.frame.type.name for c in found] == ["INVALID"]
    assert found[0].findings


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
