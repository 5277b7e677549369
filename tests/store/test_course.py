"""The course of one transaction: its own frames, in order."""

from pathlib import Path

import pytest

from inspector.store import course as module
from inspector.store.course import Courses
from inspector.store.reader import Reader
from inspector.store.rows import FrameRow
from inspector.store.transactions import Transactions
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, START_NS, STATION, received, record
from tests.store.charging import charging_capture, event, exchange, meter, said, start, stop


def courses(path: Path) -> dict[str, tuple[list[FrameRow], list[float | None]]]:
    """Return the frames and the energies of every transaction by its id."""
    known = Transactions()
    found: dict[str, tuple[list[FrameRow], list[float | None]]] = {}
    with Reader(path) as reader:
        list(known.older(reader, 100))
        for each in known.rows():
            parts = list(Courses().read(reader, each))
            frames = [frame for part in parts for frame in part.frames]
            found[each.id] = frames, [reading.energy_wh for part in parts for reading in part.readings]
    return found


def test_only_its_own_frames_are_shown(tmp_path: Path) -> None:
    """Also the answers, what the CSMS asks of it, and its connector's status; over a reconnect, and in small pages."""
    remote = [
        said(CSMS, 2, "r", "RemoteStopTransaction", {"transactionId": 7}),
        said(STATION, 3, "r", {"status": "Accepted"}),
    ]
    status = {"errorCode": "NoError", "status": "Charging"}
    mine = exchange("c1", "StatusNotification", {"connectorId": 1, **status}, {})
    other = [*exchange("c2", "StatusNotification", {"connectorId": 2, **status}, {}), *meter(8, 3, 5.0)]
    first = ("CP-1", [*BOOT, *start(7), *mine, *other, *meter(7, 5, 1500)])
    stranger = ("CP-2", [*start(7, 6), *stop(7, 8, 9000)])
    second = ("CP-1", [*BOOT, *meter(7, 9, 2500), *remote, *stop(7, 10, 3000), *meter(7, 11, 1.0)])
    path = charging_capture(tmp_path / "a.db", first, stranger, second)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PAGE", module._PAGE.replace("LIMIT 250", "LIMIT 3"))
        known = Transactions()
        with Reader(path) as reader:
            list(known.older(reader, 100))
            (transaction,) = (each for each in known.rows() if each.station == "CP-1" and each.stop_ns)
            parts = list(Courses().read(reader, transaction))
            frames = [frame for part in parts for frame in part.frames]
            measured = [reading.energy_wh for part in parts for reading in part.readings]
    assert [frame.action for frame in frames] == [
        *["StartTransaction"] * 2,
        *["StatusNotification"] * 2,
        *["MeterValues"] * 4,
        *["RemoteStopTransaction"] * 2,
        *["StopTransaction"] * 2,
    ]
    assert {frame.session for frame in frames} == {1, 3}
    assert measured == [1000.0, 1500.0, 2500.0, 3000.0]


def test_events_of_2_x_make_a_course(tmp_path: Path) -> None:
    lines = [*event("Started", "x", 0, 1.0), *event("Started", "y", 0, 5.0), *event("Updated", "x", 3, 4.0)]
    found = courses(charging_capture(tmp_path / "a.db", ("CP-1", lines)))
    assert (len(found["x"][0]), found["x"][1], found["y"][1]) == (4, [1.0, 4.0], [5.0])


def test_a_start_without_an_answer_is_its_own_course(tmp_path: Path) -> None:
    path = charging_capture(tmp_path / "a.db", ("CP-1", start(1)[:1]))
    assert [frame.action for frame in courses(path)[""][0]] == ["StartTransaction"]


def test_no_more_are_read_than_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 5)
    lines = [line for minute in range(10) for line in meter(1, minute, 5.0)]
    found = courses(charging_capture(tmp_path / "a.db", ("CP-1", [*start(1), *lines, *stop(1, 11, 5)])))
    assert len(found["1"][0]) == 5


def test_what_is_added_is_read_on(tmp_path: Path) -> None:
    """Each frame once; an answer to a CALL that was read before, too. After the end there is nothing more."""
    path, begin, end = tmp_path / "a.db", start(1), stop(1, 9, 2000)
    writer = Writer(path)
    recording = record(writer, said=[*begin, *meter(1, 5, 1500)[:1]], end=False)
    writer.flush()
    known, courses = Transactions(), Courses()

    def added() -> list[int]:
        list(known.newer(reader))
        return [frame.id for part in courses.read(reader, known.rows()[0]) for frame in part.frames]

    with Reader(path) as reader:
        assert [added(), added()] == [[1, 2, 3], []]
        for number, (sender, raw) in enumerate([*meter(1, 5, 1500)[1:], *end, *meter(1, 10, 5.0)], 1):
            recording.feed(received(raw=raw, sender=sender, time_ns=START_NS + number * 10**9))
        writer.flush()
        assert [added(), added()] == [[4, 5, 6], []]
    writer.close()
