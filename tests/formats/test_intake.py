"""The way in: what comes of a file's items, see also the tests of each format."""

import threading
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.formats import intake
from inspector.formats.frames import announced
from inspector.formats.intake import MOST_TOLD, Fault, File, Loose, take
from inspector.protocol.event import Noted, Opened, Received
from inspector.store.reader import Reader
from inspector.store.timeline import Moment
from inspector.store.writer import Writer
from tests.factories import BOOT, START_NS

SESSION = announced(1, Opened(START_NS, "CP-1", origin="import"))


def moments(count: int) -> list[Moment]:
    """Make exchanges, each later than the one before."""
    return [
        Moment(index, 1, 0, Received(START_NS + index, *BOOT[index % 2]))  # type: ignore[arg-type]
        for index in range(2 * count)
    ]


def test_an_import_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is, nothing is lost for want of memory."""
    monkeypatch.setattr(intake, "BREATH", 10_000)
    writer = Writer(tmp_path / "a.db", most_waiting=50_000)
    result = take(File([SESSION, *moments(200)], {}), writer)
    writer.close()
    assert (result.frames, writer.lost) == (400, 0)
    with Reader(tmp_path / "a.db") as reader:
        assert reader.session(1).frames == 400


def test_a_disk_that_refuses_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = Writer(tmp_path / "a.db")
    monkeypatch.setattr(writer, "mark", threading.Event)
    monkeypatch.setattr(intake, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(writer, "trouble", "disk full")
    with pytest.raises(InspectorError, match="can't be written: disk full"):
        take(File([SESSION, *moments(1)], {}), writer)
    writer.close()


def test_what_is_no_session_s_is_kept_and_faults_are_counted(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "a.db")
    faults = [Fault(line, "broken") for line in range(1, MOST_TOLD + 12)]
    result = take(File([Loose(Noted(START_NS, "trouble", "the disk")), *faults], {}), writer)
    writer.close()
    assert (result.events, result.left_out, len(result.faults)) == (1, MOST_TOLD + 11, MOST_TOLD)
    assert result.faults[0] == "line 1: broken"
    with Reader(tmp_path / "a.db") as reader:
        assert [(each.session, each.what) for each in reader.events()] == [(None, "the disk")]
