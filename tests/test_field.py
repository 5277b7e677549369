"""The page "In the field": its commands, its file and its frames are what the program takes."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from inspector.cli import _exit_code, main

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "field.md").read_text("utf-8")


def fenced(kind: str) -> list[str]:
    """Return the blocks of a kind, without their indent."""
    blocks = re.findall(r"^( *)```(\w*)\n(.*?)^ *```$", PAGE, re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, name, block in blocks if name == kind]


def commands() -> list[list[str]]:
    """Return the arguments of each command of ours: in blocks, and between back quotes."""
    inline = re.findall(r"`([^`]*ocpp-inspector [a-z][^`]*)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL))
    lines = [line for block in fenced("") for line in block.splitlines()] + [each.replace("\n", " ") for each in inline]
    found = []
    for line in lines:
        told = re.search(r"(?:^|[ /)])ocpp-inspector\)? ((?:proxy|doctor|tui|ca)\b[^>|]*)", line)
        if told:
            found.append(shlex.split(told[1]))
    return found


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_a_command_on_the_page_is_understood(arguments: list[str]) -> None:
    with click.Context(main) as parent:
        command = main.get_command(parent, arguments[0])
        assert command is not None
        looks_elsewhere = "--config" in arguments or "--config-example" in arguments
        command.make_context(arguments[0], list(arguments[1:]), parent, resilient_parsing=looks_elsewhere)


def test_every_kind_of_command_was_found() -> None:
    assert {arguments[0] for arguments in commands()} == {"proxy", "doctor", "tui", "ca"}
    assert len(commands()) >= 10


def test_the_frames_on_the_page_are_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (frames,) = fenced("json")
    file = tmp_path / "frames"
    file.write_text(frames, "utf-8")
    assert _exit_code(["check", "--ocpp-version", "2.0.1", str(file)]) == 0
    assert "3 frames: no findings" in capsys.readouterr().err


def test_the_file_on_the_page_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong upstream on the command line stops it when the file has been read and found good."""
    (text,) = fenced("toml")
    file = tmp_path / "inspector.toml"
    file.write_text(text, "utf-8")
    with click.Context(main) as parent:
        command = main.get_command(parent, "proxy")
        assert command is not None
        options = command.make_context("proxy", ["--config", str(file)], parent).params
    assert options["upstream"] == "wss://csms.example/ocpp"
    assert options["listen"] == ("0.0.0.0:8180", "wss://0.0.0.0:8443")
    assert options["route"] == ("TEST-*=ws://test-csms.example:9000/ocpp",)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """With a program that exists in place of the one in /opt."""
    unit = tmp_path / "ocpp-inspector.service"
    text = (DOCS / "ocpp-inspector.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/ocpp-inspector/bin/ocpp-inspector", "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
