"""From options to scripts."""

from pathlib import Path
from typing import Any

import pytest

from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.options import RunOptions, check, scripts
from inspector.store.reader import Reader
from tests.factories import BOOT, make_capture
from tests.replay.runs import broken_off


def test_sessions_of_a_station_are_one_script_each_once(tmp_path: Path) -> None:
    capture = broken_off(tmp_path / "a.db")
    with Reader(capture) as reader:
        both = RunOptions(capture=capture, sessions=(4, 3, 1), stations=("CP-1",), role=Party.CSMS)
        made = scripts(reader, both)
    assert [[session.id for session in each.sessions] for each in made] == [[4], [1, 3]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing to replay"),
        ({"sessions": (1, 2)}, "sessions of 2 stations"),
        ({"sessions": (7,)}, "no session 7"),
        ({"stations": ("X",)}, "no recorded session of X"),
    ],
)
def test_what_cannot_be_played_is_one_line(tmp_path: Path, given: dict[str, Any], words: str) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT, BOOT)
    with Reader(capture) as reader, pytest.raises(InspectorError, match=words):
        scripts(reader, RunOptions(capture=capture, **given))


def test_the_peer_must_have_a_place() -> None:
    with pytest.raises(InspectorError, match="not a WebSocket URL"):
        check(RunOptions(capture=Path("x"), to="http://h"))
    with pytest.raises(InspectorError, match="not an address to listen on"):
        check(RunOptions(capture=Path("x"), role=Party.CSMS, listen="?"))
