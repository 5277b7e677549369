"""Many stations from the command line."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pexpect
import pytest

from inspector.cli import load
from inspector.cli.load import confirm, is_loopback
from inspector.errors import InspectorError
from tests.factories import BOOT, make_capture
from tests.replay.runs import BOOTED, answering, csms_beside


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *((name, True) for name in ("127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST.")),
        *((name, False) for name in ("10.0.0.1", "csms.example", "localhost.example", "0.0.0.0")),
    ],
)
def test_only_loopback_is_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) is here


def test_a_target_elsewhere_takes_its_name_or_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    confirm("ws://127.0.0.1:9000")
    with pytest.raises(InspectorError, match="say --yes"):
        confirm("wss://csms.example/ocpp")
    monkeypatch.setattr(load.sys.stdin, "isatty", lambda: True)  # type: ignore[attr-defined]
    for typed, fine in (("csms.example", True), ("yes", False)):
        monkeypatch.setattr(click, "prompt", lambda *_, typed=typed, **__: typed)
        if fine:
            confirm("wss://csms.example/ocpp")
        else:
            with pytest.raises(InspectorError, match="not confirmed"):
                confirm("wss://csms.example/ocpp")


def test_the_question_is_asked_on_the_terminal(tmp_path: Path) -> None:
    """Who does not answer it leaves a whole line behind."""
    words = ["replay", str(make_capture(tmp_path / "a.db", BOOT)), "--session", "1", "--stations", "2"]
    child = pexpect.spawn(sys.executable, ["-m", "inspector", *words, "--to", "ws://192.0.2.1:9"], timeout=20)
    child.expect_exact("Type its name if its owner agrees: ")
    child.sendcontrol("c")
    child.expect(pexpect.EOF)
    assert child.before.endswith(b"\r\n")
    child.close()
    assert child.exitstatus == 130


def test_the_sum_is_told_and_differences_exit_1(tmp_path: Path, run: Callable[..., Any]) -> None:
    words = ("replay", make_capture(tmp_path / "a.db", BOOT), "--session", 1, "--stations", 3, "--station-id", "S{n}")
    with csms_beside(answering(BOOTED)) as url:
        ran = run(*words, "--to", url)
        told = run(*words, "--to", url, "--json")
    assert ran.code == told.code == 0
    assert ran.err == f"This is a load generator: 3 stations as S1 ... S3 will connect to {url}\n"
    assert ran.out.splitlines()[1].split()[:2] == ["BootNotification", "3"]
    assert "at most 3 stations at once, 0 errors" in ran.out
    action, whole = (json.loads(line) for line in told.out.splitlines())
    assert (action["action"], action["exchanges"], whole["exchanges"], whole["errors"]) == ("BootNotification", 3, 3, 0)
    with csms_beside() as url:
        ran = run(*words, "--to", url)
    assert ran.code == 1
    assert "3 different" in ran.out


class Slow:
    """Stands for a load that goes on for a while."""

    def __init__(self) -> None:
        from inspector.replay.load import LoadOptions, Tally
        from inspector.replay.options import RunOptions

        self.tally: Any = Tally()
        self.options = LoadOptions(run=RunOptions(capture=Path("x")), stations=7)


async def test_progress_is_told_line_by_line_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(load, "PROGRESS_SECONDS", 0.01)
    slow = Slow()
    telling = asyncio.create_task(load._progress(slow))  # type: ignore[arg-type]
    said = ""
    async with asyncio.timeout(5):
        while not said:
            await asyncio.sleep(0.01)
            said = capsys.readouterr().err
    telling.cancel()
    assert "0 connected, 0 of 7 done, 0 exchanges/s, 0 errors\n" in said
