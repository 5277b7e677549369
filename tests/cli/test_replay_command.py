"""``replay`` from the outside; how it plays, see ``tests/replay``."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import BOOT, CSMS, make_capture
from tests.peers import csms


async def replaying(capture: Path, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    import asyncio

    command = [sys.executable, "-m", "inspector", "replay", str(capture), "--session", "1", "--to", url, *options]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)


async def test_a_difference_is_shown_and_exits_1(tmp_path: Path) -> None:
    """The echo CSMS answers a BootNotification with nothing."""
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms() as url:
        ran = await replaying(capture, url)
    assert ran.returncode == 1
    first, *differences = ran.stdout.splitlines()
    assert first.split()[:4] == ["≠", "1", "▶", "BootNotification"]
    assert "/2/status: recorded Accepted, now (absent)" in differences[0]
    assert ran.stderr == f"1 steps: 1 different; recorded as session 2 of {capture}\n"


async def test_json_is_one_object_a_step(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    async with csms() as url:
        ran = await replaying(capture, url, "--json")
    record = json.loads(ran.stdout)
    assert (record["frame"], record["action"], record["verdict"]) == (1, "BootNotification", "different")
    assert {"pointer": "/2/interval", "recorded": "300", "got": "(absent)"} in record["differences"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--session", "1", "--to", "http://x"], "not a WebSocket URL"),
        (["--session", "9", "--to", "ws://127.0.0.1:1"], "no session 9"),
        (["--session", "1", "--to", "ws://127.0.0.1:1"], "no connection: "),
        (["--session", "2", "--to", "ws://127.0.0.1:1"], "session 2 has no CALL to send"),
        (["--to", "ws://127.0.0.1:1"], "Missing option '--session'"),
    ],
)
def test_what_cannot_be_replayed_is_one_line(
    tmp_path: Path, run: Callable[..., Any], options: list[str], words: str
) -> None:
    ran = run("replay", make_capture(tmp_path / "a.db", BOOT, [(CSMS, '[3,"x",{}]')]), *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err
