"""``import``; what comes in, see ``tests/formats``."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.cli import import_command
from tests.factories import BOOT, make_capture

TABLE = 'time,sender,raw\n2025-01-01T00:00:00Z,station,"[2,""a"",""Heartbeat"",{}]"\n'


def test_several_files_go_into_one_capture(tmp_path: Path, run: Callable[..., Any]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(run("export", make_capture(tmp_path / f"{name}.db", BOOT)).out)
    ran = run("import", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'c.db'}\n")
    assert ran.err.count("1 session, 2 frames") == 2
    assert len(run("frames", tmp_path / "c.db", "--json").out.splitlines()) == 4


def test_a_bad_line_is_said_and_left_out(tmp_path: Path, run: Callable[..., Any]) -> None:
    text = run("export", make_capture(tmp_path / "a.db", BOOT)).out
    (tmp_path / "a.jsonl").write_text(text + "oops\n")
    ran = run("import", tmp_path / "a.jsonl", "--capture", tmp_path / "c.db")
    assert ran.code == 2
    assert "a.jsonl, line 5: Expecting value" in ran.err
    assert len(run("frames", tmp_path / "c.db", "--json").out.splitlines()) == 2


@pytest.mark.parametrize("content", ["hello\n", '{"format":"other"}\n', ""])
def test_a_file_of_another_kind_is_one_line(tmp_path: Path, run: Callable[..., Any], content: str) -> None:
    (tmp_path / "x.txt").write_text(content)
    ran = run("import", tmp_path / "x.txt", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "x.txt, line 1: not an export of OCPP Inspector" in ran.err
    assert not (tmp_path / "c.db").exists()


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("import", tmp_path / "none", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "No such file or directory" in ran.err
    assert not (tmp_path / "c.db").exists()


def test_a_standard_input_that_is_closed_is_one_line(tmp_path: Path) -> None:
    command = f"{sys.executable} -m inspector import - --capture {tmp_path / 'c.db'} <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "standard input is closed" in done.stderr
    assert not (tmp_path / "c.db").exists()


def test_a_folder_is_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("import", tmp_path, "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert not (tmp_path / "c.db").exists()


def test_a_call_may_wait_as_long_as_while_it_was_recorded(tmp_path: Path, run: Callable[..., Any]) -> None:
    """Unless another patience is given."""
    text = run("export", make_capture(tmp_path / "a.db", BOOT)).out.replace('"patience": 30.0', '"patience": 2.0')
    (tmp_path / "a.jsonl").write_text(text)
    for name, options, seconds in (("c", [], 2.0), ("d", ["--patience", "7"], 7.0)):
        run("import", tmp_path / "a.jsonl", "--capture", tmp_path / f"{name}.db", *options)
        assert json.loads(run("sessions", tmp_path / f"{name}.db", "--json").out)["patience"] == seconds


def test_standard_input_is_read_too(tmp_path: Path, run: Callable[..., Any]) -> None:
    """As in ``ssh box ocpp-inspector export lab.db | ocpp-inspector import -``."""
    text = run("export", make_capture(tmp_path / "a.db", BOOT)).out
    command = [sys.executable, "-m", "inspector", "import", "-", "--capture", str(tmp_path / "c.db")]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'c.db'}\n")


@pytest.mark.parametrize("kind", ["jsonl", "trace", "frames"])
def test_the_format_is_told_by_the_first_bytes(tmp_path: Path, run: Callable[..., Any], kind: str) -> None:
    file = tmp_path / "lab-7.txt"
    run("export", make_capture(tmp_path / "a.db", BOOT), "--format", kind, "--output", file)
    ran = run("import", file, "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err) == (0, f"{file}: 1 session, 2 frames\n")
    session = json.loads(run("sessions", tmp_path / "c.db", "--json").out)
    assert (session["station"], session["frames"]) == ("lab-7" if kind == "frames" else "CP-1", 2)


def test_an_edited_session_becomes_a_draft(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture, file = make_capture(tmp_path / "a.db", BOOT), tmp_path / "s.jsonl"
    run("export", capture, "--output", file)
    file.write_text(file.read_text().replace("Acme", "Other"))
    ran = run("import", file, "--as-draft", "--name", "another vendor", "--capture", capture)
    assert (ran.code, ran.out) == (0, f"{capture}\n")
    assert "draft 2: another vendor" in ran.err
    assert "Other" in run("frames", capture, "--session", "2").out


def test_bare_frames_may_be_said_to_be_of_a_station(tmp_path: Path, run: Callable[..., Any]) -> None:
    (tmp_path / "x").write_text("nonsense\n")
    ran = run("import", tmp_path / "x", "--format", "frames", "--station", "CP-9", "--capture", tmp_path / "c.db")
    assert ran.code == 0
    assert json.loads(run("sessions", tmp_path / "c.db", "--json").out)["station"] == "CP-9"


@pytest.mark.parametrize("content", ['station> [2,"a","Heartbeat",{}]\n', '[[2,"a","Heartbeat",{}]]', TABLE])
@pytest.mark.parametrize("draft", [(), ("--as-draft",)])
def test_bare_frames_may_be_said_to_be_of_a_version(
    tmp_path: Path, run: Callable[..., Any], content: str, draft: tuple[str, ...]
) -> None:
    """A Heartbeat is the same in all of them. What a handshake would tell is told to whoever looks again or replays."""
    (tmp_path / "x").write_text(content)
    for version in ("1.6", "2.1"):
        capture = tmp_path / f"{version}.db"
        assert run("import", tmp_path / "x", "--ocpp-version", version, "--capture", capture, *draft).code == 0
        session = json.loads(run("sessions", capture, "--json").out)
        assert (session["ocpp_version"], session["subprotocol"]) == (version, f"ocpp{version}")


@pytest.mark.parametrize("kind", ["jsonl", "trace"])
def test_a_file_that_tells_its_version_is_not_told_another(tmp_path: Path, run: Callable[..., Any], kind: str) -> None:
    file = tmp_path / "lab.txt"
    run("export", make_capture(tmp_path / "a.db", BOOT), "--format", kind, "--output", file)
    ran = run("import", file, "--ocpp-version", "1.6", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"ocpp-inspector: {file}, it tells the OCPP version itself: leave out --ocpp-version\n"
    assert not (tmp_path / "c.db").exists()


def test_a_capture_is_no_export(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("import", make_capture(tmp_path / "a.db", BOOT), "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "a capture, and no export of one" in ran.err


def test_a_terminal_sees_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files that take their time; elsewhere nothing is drawn."""
    file = tmp_path / "a.txt"
    file.write_text('[2,"a","Heartbeat",{}]\n' * 20_000)
    monkeypatch.setattr(import_command, "LARGE", 1000)
    seen: list[int] = []
    monkeypatch.setattr(import_command.sys.stderr, "isatty", lambda: True)
    with file.open("rb") as opened, import_command._progress([opened]) as read:
        seen.append(read(100) or 1)
    monkeypatch.setattr(import_command.sys.stderr, "isatty", lambda: False)
    with file.open("rb") as opened, import_command._progress([opened]) as read:
        assert read(100) is None
    assert seen == [1]


def test_a_broken_array_is_one_line_and_no_capture(tmp_path: Path, run: Callable[..., Any]) -> None:
    (tmp_path / "x.json").write_text('[[2,"a"')
    ran = run("import", tmp_path / "x.json", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "x.json, no JSON array of frames" in ran.err
    assert not (tmp_path / "c.db").exists()
