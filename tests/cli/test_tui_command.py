"""``tui`` without a terminal; with one, see ``tests/tui``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.factories import make_capture


def test_without_a_terminal_it_says_what_to_use_instead(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("tui", make_capture(tmp_path / "a.db"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "ocpp-inspector: the interface needs a terminal; `sessions` and `frames` print to a pipe\n"
