"""What the commands write for people: of whatever a station says, nothing acts on a terminal."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tui.conftest import HOSTILE, UNSAFE, record_hostile

COMMANDS = {
    "sessions": ("sessions", "{capture}"),
    "sessions as JSON": ("sessions", "{capture}", "--json"),
    "frames": ("frames", "{capture}"),
    "frames of a filter": ("frames", "{capture}", "--filter", "PWNED"),
    "frames of a bad filter": ("frames", "{capture}", "--filter", f"sender:{HOSTILE}".replace("\ud800", "")),
    "lint": ("lint", "{capture}"),
    "lint of a code": ("lint", "{capture}", "--select", HOSTILE.replace("\ud800", "")),
    "check": ("check", "{lines}"),
    "check as JSON": ("check", "{lines}", "--json"),
    "diff": ("diff", "{capture}", "1", "2"),
    "diff of one": ("diff", "{capture}", "2", "1"),
    "replay": ("replay", "{capture}", "--session", "1", "--to", "ws://127.0.0.1:9", "--timeout", "0.5"),
    "replay of another": ("replay", "{capture}", "--session", "2", "--to", "ws://127.0.0.1:9", "--timeout", "0.5"),
    "export": ("export", "{capture}"),
    "schema": ("schema", HOSTILE.replace("\ud800", "")),
    "rule": ("rule", HOSTILE.replace("\ud800", "")),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a hostile capture, and a file of hostile lines."""
    folder = tmp_path_factory.mktemp("hostile")
    lines = folder / "lines.txt"
    lines.write_text(f'[2,"1","{HOSTILE}",{{"{HOSTILE}":1}}]\n{HOSTILE}\n[3,"1",{{}}]\n', "utf-8", "surrogatepass")
    return {"capture": record_hostile(folder / "hostile.db"), "lines": lines}


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_of_a_hostile_capture_acts_on_the_terminal(
    run: Callable[..., Any], files: dict[str, Path], name: str
) -> None:
    """Neither on stdout nor on stderr; the replay meets nobody there and says so."""
    ran = run(*(part.format(**files) if part.startswith("{") else part for part in COMMANDS[name]))
    assert ran.out or ran.err
    assert "Traceback" not in ran.err
    for written in (ran.out, ran.err):
        assert UNSAFE.findall(re.sub(r"[\n\t]", "", written)) == []
