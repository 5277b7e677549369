"""``demo`` without a terminal: the summary, and what an interrupt leaves behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inspector.store.reader import Reader


def children() -> set[str]:
    """Return the processes of any demo that run now."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"inspector.demo.field" in command or b"--stop-at-eof" in command:
                found.add(entry.name)
    return found


def test_it_reports_the_three_planted_faults_and_no_other(tmp_path: Path) -> None:
    """In a folder of its own, with nothing on the command line, it makes its capture below ``captures/``."""
    before = children()
    command = [sys.executable, "-m", "inspector", "demo", "--no-tui", "--seconds", "9"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    rows = re.findall(r"^([A-Z]\d{3}) +(\w+) +(\d+)", done.stdout, re.MULTILINE)
    assert sorted(rows) == [("C001", "warning", "1"), ("R001", "error", "1"), ("S104", "error", "1")]
    assert re.search(r"^2 sessions, \d+ frames, 3 findings$", done.stdout, re.MULTILINE)
    (capture,) = (tmp_path / "captures").iterdir()
    assert f"ocpp-inspector tui captures/{capture.name}" in done.stdout
    lint = subprocess.run(
        [sys.executable, "-m", "inspector", "lint", capture, "--json"], capture_output=True, text=True
    )
    assert sorted(json.loads(line)["code"] for line in lint.stdout.splitlines()) == ["C001", "R001", "S104"]
    with Reader(capture) as reader:
        assert {s.version: s.close_code for s in reader.sessions()} == {"1.6": 1000, "2.0.1": 1000}
        actions = {frame.action for frame in reader.pages()}
        assert {frame.errors + frame.warnings for frame in reader.pages()} == {0, 1}
    assert actions == {
        "BootNotification", "Heartbeat", "StatusNotification", "Authorize", "StartTransaction", "MeterValues",
        "StopTransaction", "RemoteStartTransaction", "TransactionEvent", "RequestStartTransaction", "DataTransfer",
    }  # fmt: skip
    assert children() <= before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupt_stops_everything(tmp_path: Path, number: signal.Signals) -> None:
    """No orphan process; and a capture that opens, each session with its end where there was time to write it."""
    before = children()
    command = [sys.executable, "-m", "inspector", "demo", "--no-tui", "--seconds", "60"]
    process = subprocess.Popen(command, cwd=tmp_path, start_new_session=True, stderr=subprocess.DEVNULL)
    folder = tmp_path / "captures"
    deadline = time.monotonic() + 30
    while not (folder.exists() and any(_frames(file) > 10 for file in folder.glob("*.db"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, number)
    code = process.wait(20)
    assert code == (-9 if number is signal.SIGKILL else 130)
    deadline = time.monotonic() + 15
    while not children() <= before:
        assert time.monotonic() < deadline, "an orphan"
        time.sleep(0.05)
    (capture,) = folder.glob("*.db")
    with Reader(capture) as reader:
        assert [session.live for session in reader.sessions()] == [False, False]


def _frames(capture: Path) -> int:
    try:
        with Reader(capture) as reader:
            return len(reader.ids())
    except Exception:  # not there yet
        return 0
