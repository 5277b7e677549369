"""``report``; what is in one, see ``tests/replay`` and ``tests/formats``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inspector.protocol.printable import visible
from inspector.replay.kept_report import keep
from tests.factories import BOOT, make_capture
from tests.replay.reports import hostile, item, report


def test_a_report_is_shown_again(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT, BOOT)
    keep(capture, 2, report(item()))
    ran = run("report", capture, 2)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "✓ 1 step: 1 same in 2.5 s")
    keep(capture, 2, hostile())
    ran = run("report", capture, 2, "--junit", tmp_path / "a.xml", "--html", tmp_path / "a.html")
    assert ran.code == 1
    assert ran.out == "\n".join(map(visible, ran.out.split("\n")))
    assert (tmp_path / "a.xml").exists()
    assert (tmp_path / "a.html").exists()
    *_, whole = (json.loads(line) for line in run("report", capture, 2, "--json").out.splitlines())
    assert whole["kind"] == "report"


def test_a_session_without_a_report_is_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT)
    for number, words in ((1, "session 1 has no report"), (9, "no session 9")):
        ran = run("report", capture, number)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert words in ran.err
