"""``replay`` from the outside; how it plays, see ``tests/replay``."""

import asyncio
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from inspector.cli.replay_command import SECTIONS, command
from inspector.store.reader import Reader
from tests.factories import BOOT, CSMS, make_capture
from tests.peers import csms, say, station
from tests.replay.runs import BOOTED, CHARGE, answering, csms_beside


async def started(capture: Path, *options: str, stdin: int = subprocess.PIPE) -> asyncio.subprocess.Process:
    """Start the command in a process of its own."""
    words = ("-m", "inspector", "replay", str(capture), *options)
    pipe = subprocess.PIPE
    return await asyncio.create_subprocess_exec(sys.executable, *words, stdin=stdin, stdout=pipe, stderr=pipe)


def test_a_difference_is_shown_and_exits_1(tmp_path: Path, run: Callable[..., Any]) -> None:
    """The echo CSMS answers a BootNotification with nothing; what CI wants is in its files."""
    capture, xml, page = make_capture(tmp_path / "a.db", BOOT), tmp_path / "r.xml", tmp_path / "r.html"
    with csms_beside() as url:
        ran = run("replay", capture, "--session", 1, "--to", url, "--junit", xml, "--html", page)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].split()[:5] == ["≠", "1", "▶", "CALL", "BootNotification"]
    assert any("/2/status: Accepted → (absent)" in line for line in lines)
    assert lines[-1].startswith("≠ 1 step: 1 different")
    assert ran.err == f"recorded as session 2 of {capture}\n"
    assert "<failure" in xml.read_text()
    assert "BootNotification" in page.read_text()


def test_what_is_ignored_is_no_difference_and_json_is_an_object_a_step(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    with csms_beside(answering(BOOTED | {"interval": 60})) as url:
        words = ("replay", capture, "--session", 1, "--to", url, "--json")
        assert run(*words).code == 1
        ran = run(*words, "--ignore", "/2/interval", "--name", "again")
    step, report = map(json.loads, ran.out.splitlines())
    assert ran.code == 0
    assert (step["frame"], step["action"], step["verdict"]) == (1, "BootNotification", "same")
    assert (report["same"], report["other"]["name"]) == (True, "again")


async def test_ctrl_c_stops_and_the_report_is_written(tmp_path: Path) -> None:
    heard = asyncio.Event()

    async def mute(connection: ServerConnection) -> None:
        await connection.recv()
        heard.set()
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", CHARGE)
    async with csms(mute) as url:
        process = await started(capture, "--session", "1", "--to", url, "--junit", str(tmp_path / "r.xml"))
        await asyncio.wait_for(heard.wait(), 10)
        os.kill(process.pid, signal.SIGINT)
        out, _ = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 130
    assert "stopped" in out.decode().splitlines()
    assert "5 unsent" in out.decode()
    assert (tmp_path / "r.xml").is_file()
    with Reader(capture) as reader:
        assert reader.report(2) is not None


async def test_each_step_is_asked_for_and_a_signal_goes_on(tmp_path: Path) -> None:
    """Enter plays one step, SIGUSR1 resumes."""
    calls = 0
    came = asyncio.Event()

    async def count(connection: ServerConnection) -> None:
        nonlocal calls
        async for message in connection:
            calls += 1
            came.set()
            await connection.send(json.dumps([3, json.loads(message)[1], {}]))

    capture = make_capture(tmp_path / "a.db", CHARGE[:8])
    async with csms(count) as url:
        process = await started(capture, "--session", "1", "--to", url, "--step")
        assert process.stdin is not None
        for number in (1, 2):
            process.stdin.write(b"\n")
            await asyncio.wait_for(came.wait(), 10)
            assert calls == number
            came.clear()
        assert process.stderr is not None
        await asyncio.wait_for(process.stderr.readuntil(b"next: \xe2\x96\xb6 CALL StartTransaction"), 10)
        os.kill(process.pid, signal.SIGUSR1)
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.read(), 10)  # the end of its input would stop it
        await asyncio.wait_for(process.communicate(), 10)
    assert calls == 4


@pytest.mark.parametrize(("typed", "calls", "code"), [(b"", 0, 130), (b"\n\n", 2, 130), (b"\nr\n", 4, 0)])
async def test_what_is_typed_ahead_counts_and_nobody_to_ask_ends_the_run(
    tmp_path: Path, typed: bytes, calls: int, code: int
) -> None:
    capture = make_capture(tmp_path / "a.db", CHARGE[:8])
    answers = [json.loads(str(raw))[2] for _, raw in CHARGE[1:8:2]]
    async with csms(answering(*answers)) as url:
        process = await started(capture, "--session", "1", "--to", url, "--step")
        out, told = await asyncio.wait_for(process.communicate(typed), 20)
    assert process.returncode == code, (out, told)
    shown = [line for line in out.decode().splitlines() if line.startswith("✓ ") and " CALL " in line]
    assert len(shown) == calls
    assert told.count(b"next: ") <= 2, "what was typed ahead is not asked for, nor what is not sent any more"


async def test_a_terminal_that_goes_away_ends_the_run_as_the_end_of_the_input_does(tmp_path: Path) -> None:
    """A read of it fails then (EIO). Of a pair, it is the master that always fails so: the slave may tell an end."""
    terminal, other = pty.openpty()
    async with csms() as url:
        options = ("--session", "1", "--to", url, "--step")
        process = await started(make_capture(tmp_path / "a.db", BOOT), *options, stdin=terminal)
        os.close(terminal)
        assert process.stderr is not None
        await asyncio.wait_for(process.stderr.readuntil(b"next: "), 10)
        os.close(other)
        out, told = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 130, (out, told)
    assert b"1 step: 1 unsent" in out


def test_a_file_can_not_be_asked_for_steps(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    words = (
        sys.executable,
        "-m",
        "inspector",
        "replay",
        capture,
        "--session",
        "1",
        "--to",
        "ws://127.0.0.1:1",
        "--step",
    )
    ran = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr.count(b"\n")) == (2, b"", 1)
    assert b"a terminal or a pipe" in ran.stderr


async def test_the_csms_is_played_to_the_station_that_comes(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    process = await started(capture, "--session", "1", "--as", "csms", "--listen", "127.0.0.1:0")
    assert process.stderr is not None
    told = (await asyncio.wait_for(process.stderr.readline(), 10)).decode()
    async with station(f"{told.removeprefix('listening: ').strip()}/CP-1") as here:
        await say(here, str(BOOT[0][1]))
    out, _ = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0, out


def test_a_refusal_has_its_report_before_its_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    with csms_beside(refuse=401) as url:
        ran = run("replay", capture, "--session", 1, "--to", url)
    assert ran.code == 2
    assert "1 unsent" in ran.out
    assert "the CSMS refused it: HTTP 401" in ran.err


def test_a_draft_of_an_invalid_frame_alone_is_sent_as_it_is_by_a_faithful_replay(
    tmp_path: Path, run: Callable[..., Any]
) -> None:
    """Another one says that it was left out."""
    heard: list[str | bytes] = []

    async def listening(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in connection:
                heard.append(message)

    (tmp_path / "x").write_text("station> [2, oops\n")
    assert (
        run("import", tmp_path / "x", "--as-draft", "--ocpp-version", "1.6", "--capture", tmp_path / "a.db").code == 0
    )
    words = ("replay", tmp_path / "a.db", "--session", 1)
    with csms_beside(listening) as url:
        skipped, sent = run(*words, "--to", url), run(*words, "--to", url, "--faithful")
    assert (skipped.code, sent.code, heard) == (0, 0, ["[2, oops"])
    assert "skipped: frame 1: not a frame of OCPP" in skipped.out
    assert sent.out.splitlines()[-1].startswith("✓ 2 steps: 2 same"), "the frame, and the end"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--session", "1", "--to", "http://x"], "not a WebSocket URL"),
        (["--session", "9", "--to", "ws://127.0.0.1:1"], "no session 9"),
        (["--session", "3", "--to", "ws://127.0.0.1:1"], "session 3 has no frame to play"),
        (["--session", "x", "--to", "ws://127.0.0.1:1"], "'x' is not a valid integer"),
        (["--to", "ws://127.0.0.1:1"], "choose a session or a station"),
        (["--session", "1"], "who is the peer?"),
        (["--session", "1", "--as", "station"], "--as station needs --to"),
        (["--session", "1", "--as", "csms", "--to", "ws://h"], "--as csms needs --listen"),
        (["--session", "1", "--to", "ws://h", "--listen", "9000"], "--to goes with --as station"),
        (["--session", "1", "--to", "ws://h", "--junit", "/nowhere/x.xml"], "no such folder"),
        (["--session", "1", "--to", "ws://h", "--set", "idTag"], "no value"),
        (["--session", "1", "--to", "ws://h", "--speed", "fast"], "not a valid float"),
        (["--session", "1", "--to", "ws://h", "--speed", "2", "--pace", "answers"], "leave out --speed"),
        (["--session", "1", "--to", "ws://h", "--user", "me"], "--user needs a password"),
        (["--session", "1", "--to", "ws://h", "--station-id", "CP-{n}"], "give --stations"),
        (["--session", "1", "--to", "ws://h", "--stations", "2", "--step"], "are for one station"),
        (["--session", "1", "--to", "ws://h", "--repeat", "2"], "give --stations"),
    ],
)
def test_what_cannot_be_replayed_is_one_line(
    tmp_path: Path, run: Callable[..., Any], options: list[str], words: str
) -> None:
    ran = run("replay", make_capture(tmp_path / "a.db", BOOT, [(CSMS, '[3,"x",{}]')], []), *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err


def test_the_help_has_every_option_in_one_of_its_parts(run: Callable[..., Any]) -> None:
    text = run("replay", "--help").out
    for title in (*SECTIONS, "And"):
        assert f"\n{title}:\n" in text
    options = [param for param in command.params if isinstance(param, click.Option)]
    for option in options:
        assert len(re.findall(rf"^  {option.opts[0]}\b(?!-)", text, re.MULTILINE)) == 1
    assert {name for names in SECTIONS.values() for name in names} == {option.name for option in options}
    assert "\nExamples:\n" in text.replace("  Examples:", "Examples:")
