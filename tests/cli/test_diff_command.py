"""``diff`` from the outside; how sessions are compared, see ``tests/replay``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.factories import BOOT, BROKEN, make_capture


def test_sessions_that_are_the_same_exit_0(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("diff", make_capture(tmp_path / "a.db", BOOT, BOOT), 1, 2)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "✓ 3 frames: 3 same")


def test_what_differs_is_shown_and_exits_1(tmp_path: Path, run: Callable[..., Any]) -> None:
    """Also of two captures, in text, JSON, XML and HTML."""
    first, second = make_capture(tmp_path / "a.db", BOOT), make_capture(tmp_path / "b.db", [*BOOT, *BROKEN])
    ran = run("diff", first, 1, f"{second}:1", "--junit", tmp_path / "a.xml", "--html", tmp_path / "a.html")
    assert ran.code == 1
    assert "extra" in ran.out
    assert "new error S104 StatusNotification /3/errorCode" in ran.out
    assert ElementTree.parse(tmp_path / "a.xml").getroot().get("failures") == "2"
    assert "There are differences." in (tmp_path / "a.html").read_text()
    ran = run("diff", first, 1, 1, "--other", second, "--json")
    assert [json.loads(line).get("verdict") for line in ran.out.splitlines()] == ["same", "same", "extra", "same", None]


def test_what_is_ignored_does_not_count(tmp_path: Path, run: Callable[..., Any]) -> None:
    other = [(BOOT[0][0], str(BOOT[0][1]).replace("Acme", "Other")), BOOT[1]]
    capture = make_capture(tmp_path / "a.db", BOOT, other)
    assert run("diff", capture, 1, 2).code == 1
    assert run("diff", capture, 1, 2, "--ignore", "BootNotification:/3/chargePointVendor").code == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["1", "9"], "no session 9"),
        (["1", "x"], "Invalid value for 'B'"),
        (["0", "1"], "Invalid value for 'A'"),
        (["1", "none.db:1"], "no such file"),
        (["1", "1", "--ignore", "status"], "no place in a frame"),
        (["1", "1", "--junit", "/nowhere/a.xml"], "no such folder"),
        (["1"], "Missing argument 'B'"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    tmp_path: Path, run: Callable[..., Any], options: list[str], words: str
) -> None:
    ran = run("diff", make_capture(tmp_path / "a.db", BOOT), *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err
