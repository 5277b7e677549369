"""The command as a whole: help, versions, exit codes."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import click
import pytest

import inspector.cli
from inspector import __version__
from inspector.cli import COMMANDS, main


def test_the_help_lists_every_command(run: Callable[..., Any]) -> None:
    ran = run("--help")
    assert ran.code == 0
    for name, text in COMMANDS.items():
        assert f"  {name} " in ran.out
        assert text in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(run: Callable[..., Any], name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: ocpp-inspector {name} ")


def test_the_version_is_told(run: Callable[..., Any]) -> None:
    assert run("--version").out == f"ocpp-inspector, version {__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["sessions"], ["sessions", "/nowhere.db"], ["--nonsense"]])
def test_bad_usage_is_one_line_and_exits_2(run: Callable[..., Any], arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("ocpp-inspector: ")


def test_a_bug_is_one_line_too(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback reaches a user who did not ask for it."""

    @click.command()
    def broken() -> None:
        raise RuntimeError("boom\x1b[2J")

    monkeypatch.setattr(inspector.cli.Commands, "get_command", lambda *_: broken)
    ran = run("sessions")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "a bug in the inspector: RuntimeError: boom␛[2J" in ran.err


def test_an_interrupt_exits_130(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "main", interrupted)
    assert run("sessions").code == 130


def test_a_reader_that_goes_away_is_no_error() -> None:
    """``... | head -1`` ends quietly."""
    script = f"set -o pipefail; {sys.executable} -m inspector schema | head -1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout[:6], done.stderr) == (0, "ACTION", "")


def test_a_full_disk_is_one_line() -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m inspector rule > /dev/full"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (2, "ocpp-inspector: standard output: No space left on device\n")


def test_alone_it_shows_its_help(run: Callable[..., Any]) -> None:
    ran = run()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: ocpp-inspector")
