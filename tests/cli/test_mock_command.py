"""``mock`` from the outside; how it stands in, see ``tests/replay/test_mock.py``."""

import asyncio
import json
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from inspector.cli.mock_command import LISTEN, SECTIONS, command
from tests.factories import BOOT, make_capture
from tests.peers import Program, say, station


async def test_it_prints_where_it_listens_and_stands_in_until_it_is_stopped(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    words = ("-m", "inspector", "mock", str(capture), "--as", "csms", "--listen", "127.0.0.1:0")
    program = Program(*words, "--mode", "replay-or-default")
    told = await asyncio.to_thread(program.line)
    async with station(f"{told['listening']}/CP-1") as here:
        assert json.loads(await say(here, str(BOOT[0][1])))[2]["interval"] == 300
        assert json.loads(await say(here, '[2,"z","Authorize",{"idTag":"A"}]'))[0] == 3
    code, said = await asyncio.to_thread(program.end, signal.SIGINT)
    assert code == 0
    assert said.splitlines() == ["CP-1 connected", "CP-1: Authorize: the capture has no answer", "CP-1 is gone"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--as", "station"], "--as station needs --to"),
        (["--session", "9"], "no session 9"),
        (["--as", "csms", "--listen", "0", "--mode", "record-missing"], "--mode record-missing and --upstream"),
        (["--as", "csms", "--listen", "0", "--session", "9"], "no session 9"),
    ],
)
def test_what_cannot_stand_in_is_one_line(
    tmp_path: Path, run: Callable[..., Any], options: list[str], words: str
) -> None:
    ran = run("mock", make_capture(tmp_path / "a.db", BOOT), *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err


def test_without_a_word_about_the_peer_it_is_the_csms_where_the_proxy_would_be(
    tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("proxy", "--help").out.count(LISTEN) == 1
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setattr("inspector.cli.mock_command.LISTEN", place)
        ran = run("mock", make_capture(tmp_path / "a.db", BOOT))
    assert ran.code == 2
    assert f"{place}: can't listen" in ran.err


def test_the_help_has_every_option_in_one_of_its_parts(run: Callable[..., Any]) -> None:
    text = run("mock", "--help").out
    text = text[text.index("\nWhat:\n") :]
    for param in command.params:
        if isinstance(param, click.Option):
            assert len(re.findall(rf"^  {param.opts[0]}\b(?!-)", text, re.MULTILINE)) == 1
    assert all(f"\n{title}:\n" in text for title in SECTIONS)
