"""The demo's children: started together, stopped together."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from inspector.demo import run
from inspector.demo.run import Demo
from inspector.errors import InspectorError
from inspector.store.reader import Reader


def test_leaving_it_early_ends_every_session_as_its_peer_ended_it(tmp_path: Path) -> None:
    """As when the user quits the interface in mid-charge."""
    capture = tmp_path / "a.db"
    with Demo(capture, 60.0) as demo:
        children = list(demo._children)
    assert [child.returncode for child in children] == [0, 0]
    with Reader(capture) as reader:
        assert not any(session.live for session in reader.sessions())


def test_a_part_that_does_not_start_is_one_line_and_stops_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    capture = tmp_path / "missing" / "a.db"
    demo = Demo(capture, 5.0)
    with pytest.raises(InspectorError, match="a part of the demo ended: "), demo:
        pass
    assert demo._children == []
    assert capfd.readouterr().err.count("can't be written") == 1


def test_a_part_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        with pytest.raises(InspectorError, match=r"said nothing for 0.1 s"):
            run._read(child, 0.1)
        child.kill()


def test_failing_stations_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = Demo(Path("x"), 1.0)
    monkeypatch.setattr(run, "_read", lambda *_: json.loads('{"done": false, "error": "OSError()"}'))
    demo._field = None  # type: ignore[assignment]
    with pytest.raises(InspectorError, match=r"the demo's stations failed: OSError\(\)"):
        demo.wait()
