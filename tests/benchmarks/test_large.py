"""The large capture: what was recorded once is there many times over, each time later and in sessions of its own."""

from pathlib import Path

import pytest

from inspector.store.filter import Where
from inspector.store.reader import Reader
from tests.benchmarks import large


@pytest.fixture
def capture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three blocks of 200 frames."""
    monkeypatch.setattr(large, "BLOCK_FRAMES", 200)
    monkeypatch.setattr(large, "STATIONS", 2)
    return large.large_capture(tmp_path, 600)


def test_each_copy_is_a_block_of_its_own(capture: Path) -> None:
    with Reader(capture) as reader:
        sessions, frames = reader.sessions(), list(reader.pages())
        assert [each.frames for each in sessions] == [100] * 6
        assert (reader.extent(), reader.extent(session=6)) == ((1, 600, 600), (1, 100, 100))
        times = [frame.time_ns for frame in frames]
        assert times == sorted(times), "a copy begins when the one before is over"
        assert [frame.action for frame in frames[:200]] == [frame.action for frame in frames[400:]]
        findings = [reader.findings(session=each.id) for each in sessions[::2]]
        assert findings[0]
        assert len({len(each) for each in findings}) == 1
        places = {number: Where("frame.raw LIKE ?", (f"%CARD-{number:05}%",)) for number in (0, 2)}
        assert [{frame.session for frame in reader.pages(where)} for where in places.values()] == [{1, 2}, {5, 6}]


def test_it_is_made_once(capture: Path) -> None:
    before = capture.stat().st_mtime_ns
    assert large.large_capture(capture.parent, 600).stat().st_mtime_ns == before
