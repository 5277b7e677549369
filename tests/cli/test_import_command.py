"""``import``; what comes in, see ``tests/formats``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories import BOOT, make_capture


def test_several_files_go_into_one_capture(tmp_path: Path, run: Callable[..., Any]) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(run("export", make_capture(tmp_path / f"{name}.db", BOOT)).out)
    ran = run("import", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'c.db'}\n")
    assert ran.err.count("1 sessions, 2 frames") == 2
    assert len(run("frames", tmp_path / "c.db", "--json").out.splitlines()) == 4


def test_a_bad_line_is_said_and_left_out(tmp_path: Path, run: Callable[..., Any]) -> None:
    text = run("export", make_capture(tmp_path / "a.db", BOOT)).out
    (tmp_path / "a.jsonl").write_text(text + "oops\n")
    ran = run("import", tmp_path / "a.jsonl", "--capture", tmp_path / "c.db")
    assert ran.code == 0
    assert "a.jsonl, line 5: JSONDecodeError" in ran.err


@pytest.mark.parametrize("content", ["hello\n", '{"format":"other"}\n', ""])
def test_a_file_of_another_kind_is_one_line(tmp_path: Path, run: Callable[..., Any], content: str) -> None:
    (tmp_path / "x.txt").write_text(content)
    ran = run("import", tmp_path / "x.txt", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "x.txt, line 1: not an export of OCPP Inspector" in ran.err
    assert not (tmp_path / "c.db").exists()


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("import", tmp_path / "none", "--capture", tmp_path / "c.db")
    assert (ran.code, ran.err) == (
        2,
        f"ocpp-inspector: {tmp_path / 'none'}: can't be read: No such file or directory\n",
    )
    assert not (tmp_path / "c.db").exists()
