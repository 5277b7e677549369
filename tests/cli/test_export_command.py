"""``export``; what is in it, see ``tests/formats``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import STATION, make_capture


def test_it_writes_json_lines_to_standard_output(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("export", make_capture(tmp_path / "a.db"), "--session", "2")
    kinds = [json.loads(line).get("kind", "head") for line in ran.out.splitlines()]
    assert (ran.code, kinds) == (0, ["head", "session", "frame", "frame", "frame", "frame"])


def test_a_session_that_is_not_there_is_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("export", make_capture(tmp_path / "a.db"), "--session", "7")
    assert (ran.code, ran.out) == (2, "")
    assert "no session 7" in ran.err


@pytest.mark.parametrize(
    ("kind", "words"),
    [("trace", '"schemaVersion": "1.1"'), ("frames", "station> [2,"), ("csv", "id,session,station"), ("jsonl", "kind")],
)
def test_each_format_is_written(tmp_path: Path, run: Callable[..., Any], kind: str, words: str) -> None:
    """To a file that only its owner may read, and that is not written over unless that is asked for."""
    capture, file = make_capture(tmp_path / "a.db"), tmp_path / "out"
    assert run("export", capture, "--format", kind, "--output", file).out == ""
    assert words in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    ran = run("export", capture, "--format", kind, "--output", file)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "--force" in ran.err
    file.write_text("old" * 100_000)
    assert run("export", capture, "--format", kind, "--output", file, "--force").code == 0
    assert "old" not in file.read_text()
    assert run("export", capture, "--format", kind).out == file.read_text()


def test_a_filter_chooses_frames(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture = make_capture(tmp_path / "a.db")
    ran = run("export", capture, "--format", "frames", "--filter", "action:StatusNotification", "--session", "2")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert run("export", capture, "--filter", "nonsense:1").code == 2


def test_what_a_format_has_no_place_for_is_said(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture = make_capture(tmp_path / "a.db", [(STATION, "nonsense")])
    ran = run("export", capture, "--format", "trace")
    assert (ran.code, ran.out, ran.err) == (0, "", "not in a trace: 1 frames without a record beside them\n")
    capture = make_capture(tmp_path / "b.db")
    assert "2 sessions" in run("export", capture, "--format", "frames").err
