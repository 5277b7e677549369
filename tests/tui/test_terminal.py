"""The real program in a real terminal: it draws, it leaves everything as it was, and nothing slips through."""

import asyncio
import io
import os
import re
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from inspector.store.reader import Reader
from tests.peers import csms, process_below, say, station
from tests.tui.conftest import UNSAFE

SECONDS = 20
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
OURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[=>]|P[^\x1b]*\x1b\\|\]22;[a-z]*\x07)|\r\n")
"""What Textual itself writes: control sequences, keypad modes, questions to the terminal, the mouse pointer's shape."""

SHOWN = {
    "1g": r"all sessions · 12",
    "2g": r"detail \W+ frame 1\D",
    "3.": r"\[Raw\]",
    "..": r"\[Call\]",
    "z": r"\[Call\]",
    "v": "payload: ",
    "4": "transactions",
    "5": "findings",
    "6": "overview",
}
"""Keys, and what stands on the screen then."""

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Start = Callable[..., "pexpect.spawn[bytes]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Return what runs ``inspector tui FILE``, or else, at 80x24; ``logfile_read`` keeps all that it wrote."""
    programs: list[pexpect.spawn[bytes]] = []

    def started(path: Path, *command: str) -> "pexpect.spawn[bytes]":
        environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        program = pexpect.spawn(
            sys.executable,
            ["-m", "inspector", *(command or ("tui", str(path)))],
            env=environment,
            dimensions=(24, 80),
            timeout=SECONDS,
        )
        program.logfile_read = io.BytesIO()
        programs.append(program)
        return program

    yield started
    for program in programs:
        program.close(force=True)


def end(program: "pexpect.spawn[bytes]") -> tuple[int | None, bytes]:
    """Wait until it has ended; return its exit code and all that it wrote."""
    program.expect(pexpect.EOF)
    program.wait()
    return program.exitstatus, program.logfile_read.getvalue()


def test_it_draws_and_leaves_the_terminal_as_it_was(start: Start, lab: Path) -> None:
    program = start(lab)
    program.expect_exact("frame 40")
    program.send("q")
    code, written = end(program)
    assert code == 0
    assert written.count(ENTER) == written.count(LEAVE) == 1
    assert written.index(ENTER) < written.index(LEAVE)
    assert written.rindex(b"\x1b[?25l") < written.rindex(b"\x1b[?25h")
    assert UNSAFE.findall(OURS.sub("", written.decode())) == []


def test_it_ends_with_its_terminal_as_with_q(start: Start, lab: Path) -> None:
    program = start(lab)
    program.expect_exact("frame 40")
    program.kill(signal.SIGHUP)
    program.kill(signal.SIGCONT)
    code, written = end(program)
    assert code == 0
    assert written.count(ENTER) == written.count(LEAVE) == 1


def test_nothing_of_a_hostile_capture_reaches_the_terminal(start: Start, hostile: Path) -> None:
    """No sequence that a station sent, no bell, no C1: only Textual's own."""
    program = start(hostile)
    program.expect_exact("2 frames")
    program.send("g")
    for frame in range(1, 13):
        program.expect(rf"detail \W+ frame {frame}\D".encode())
        program.send("j")
    program.send("1")
    program.expect_exact("1 sessions")
    for session in range(1, 4):
        program.send("j")
        program.expect_exact(f"session {session} ".encode())
    for keys, shown in SHOWN.items():
        program.send(keys)
        program.expect(shown.encode())
    program.send("q")
    program.expect("1-3 browse")
    program.send("q")
    code, written = end(program)
    assert code == 0
    assert written.count("␛]0;PWNED␇".encode()) > 3
    for raw in (b"\x1b]0;", b"PWNED\x07", b"\x1b[2JGOTCHA"):
        assert raw not in written
    assert UNSAFE.findall(OURS.sub("", written.decode())) == []


async def test_trouble_of_the_record_stands_below_the_title_until_it_is_over(start: Start, tmp_path: Path) -> None:
    """As on a full disk; and at last the proxy is killed. The station meets nothing of the first."""
    path = tmp_path / "a.db"
    async with csms() as upstream:
        program = start(
            path, "proxy", "--upstream", upstream, "--listen", "127.0.0.1:0", "--capture", str(path), "--tui"
        )

        async def shows(words: str) -> None:
            await asyncio.to_thread(program.expect, words)

        await shows(r"ws://127\.0\.0\.1:\d+")
        assert isinstance(program.match, re.Match)
        url = program.match.group().decode()
        scribe = process_below(program.pid, "scribe_process")
        async with station(f"{url}/CP-1") as connection:
            await say(connection, '[2,"1","Heartbeat",{}]')
            await shows("Heartbeat")
            _, hard = resource.prlimit(scribe, resource.RLIMIT_FSIZE, (1, -1))
            await say(connection, '[2,"2","Heartbeat",{}]')
            await shows(r"the record is in trouble since \d\d:\d\d:\d\d UTC:.* disk ")
            assert await say(connection, '[2,"3","Heartbeat",{}]') == '[3, "3", {}]'
            resource.prlimit(scribe, resource.RLIMIT_FSIZE, (hard, hard))
            await shows(r"recording again since \d\d:\d\d:\d\d UTC")
        os.kill(process_below(program.pid, "--stop-at-eof"), signal.SIGKILL)
        await shows(r"the proxy ended at \d\d:\d\d:\d\d UTC")
        await shows("signal 9")
        program.send("q")
        code, written = await asyncio.to_thread(end, program)
    assert code == 0
    assert written.count(ENTER) == written.count(LEAVE) == 1
    with Reader(path) as reader:
        assert len(reader.ids()) == 6


@pytest.mark.parametrize("kind", ["missing", "text", "another database"])
def test_what_is_no_capture_is_told_in_one_line(start: Start, tmp_path: Path, kind: str) -> None:
    """With exit code 2, and without a flicker of the interface."""
    path = tmp_path / "file.db"
    if kind == "text":
        path.write_text("not a database at all\n" * 1000, "utf-8")
    elif kind == "another database":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE frame(id)")
    code, written = end(start(path))
    assert code == 2
    assert written.startswith(f"ocpp-inspector: {path}: ".encode())
    assert written.count(b"\n") == 1
    assert b"\x1b" not in written
