"""The demo's children: started together, stopped together."""

import time
from pathlib import Path

import pytest

from inspector.demo.run import Demo
from inspector.errors import InspectorError
from inspector.proxy.child import Child
from inspector.store.reader import Reader


def test_leaving_it_early_ends_every_session_as_its_peer_ended_it(tmp_path: Path) -> None:
    """As when the user quits the interface in mid-charge: the stations hang up, nothing crashed."""
    capture = tmp_path / "a.db"
    with Demo(capture, 60.0) as demo:
        children = list(demo.children)
        deadline = time.monotonic() + 20
        while _sessions(capture) != 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert [child.process.returncode for child in children] == [0, 0]
    assert demo.complaints == ""
    with Reader(capture) as reader:
        assert [(session.closed_by, session.close_code) for session in reader.sessions()] == [("station", 1000)] * 2


def _sessions(capture: Path) -> int:
    with Reader(capture) as reader:
        return len(reader.sessions())


def test_a_part_that_does_not_start_is_one_line_and_stops_the_rest(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "missing" / "a.db", 5.0)
    with pytest.raises(InspectorError, match="can't be written: No such file"), demo:
        pass
    assert demo.children == []


def test_failing_stations_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = Demo(Path("x"), 1.0)
    with Child("-c", """print('{"done": false, "error": "OSError()"}')""") as child:
        demo._field = child
        with pytest.raises(InspectorError, match=r"the demo's stations failed: OSError\(\)"):
            demo.wait()
