"""``export``; what is in it, see ``tests/formats``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.factories import make_capture


def test_it_writes_json_lines_to_standard_output(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("export", make_capture(tmp_path / "a.db"), "--session", "2")
    kinds = [json.loads(line).get("kind", "head") for line in ran.out.splitlines()]
    assert (ran.code, kinds) == (0, ["head", "session", "frame", "frame", "frame", "frame"])


def test_a_session_that_is_not_there_is_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("export", make_capture(tmp_path / "a.db"), "--session", "7")
    assert (ran.code, ran.out) == (2, "")
    assert "no session 7" in ran.err
