"""Transactions of a capture: read back from the newest frame, and on with what is added."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from inspector.store import transactions as module
from inspector.store.reader import Reader
from inspector.store.transaction import Transaction
from inspector.store.transactions import Transactions, latest_energy
from inspector.store.writer import Writer
from tests.factories import BROKEN, STATION, Said, record
from tests.store.charging import charging_capture, event, exchange, meter, said, start, stop


@pytest.fixture(params=[2, 500], ids=["small pages", "one page"])
def _page(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read it in many pages, and in one: which gives the same."""
    size = request.param
    monkeypatch.setattr(module, "PAGE", size)
    for name in ("_OLDER", "_NEWER"):
        monkeypatch.setattr(module, name, getattr(module, name).rpartition(" ")[0] + f" {size}")
    yield


def gathered(path: Path) -> list[Transaction]:
    """Read all transactions back from the end, and see that reading on from the beginning gives the same."""
    back, forth = Transactions(), Transactions()
    with Reader(path) as reader:
        for _ in back.older(reader, 1000):
            pass
        for _ in forth.newer(reader):
            pass
    assert sorted(back.rows(), key=str) == sorted(forth.rows(), key=str)
    return back.rows()


pytestmark = pytest.mark.usefixtures("_page")


def test_both_versions_are_gathered(tmp_path: Path) -> None:
    """The newest first, with their energy, also that of events."""
    one = [*start(77), *meter(77, 10, 1500), *stop(77, 30, 3000, reason="EVDisconnected")]
    two = [
        *event("Started", "uuid", 0, 100.0, evse={"id": 1, "connectorId": 2}, idToken={"idToken": "04A1B2C3"}),
        *event("Updated", "uuid", 10, 900.0),
        *event("Ended", "uuid", 20, 1600.0, info={"stoppedReason": "Remote"}),
    ]
    new, old = gathered(charging_capture(tmp_path / "a.db", ("CP-1", one), ("CP-2", two)))
    assert (old.station, old.id, old.connector, old.energy_wh, old.reason) == (
        "CP-1",
        "77",
        "1",
        2000.0,
        "EVDisconnected",
    )
    assert (new.station, new.id, new.connector, new.energy_wh, new.reason) == ("CP-2", "uuid", "1/2", 1500.0, "Remote")
    assert [each.duration_ns for each in (old, new)] == [30 * 60 * 10**9, 20 * 60 * 10**9]
    assert (old.first, old.last) == (1, 6)


def test_a_transaction_goes_on_after_a_reconnect(tmp_path: Path) -> None:
    """Of the same station; another station's id is another transaction."""
    path = charging_capture(
        tmp_path / "a.db",
        ("CP-1", start(7)),
        ("CP-2", start(7, 1)),
        ("CP-1", stop(7, 30, 4000)),
        ("CP-2", stop(7, 9, 2000)),
    )
    assert [(each.station, each.energy_wh, each.session) for each in gathered(path)] == [
        ("CP-2", 1000.0, 4),
        ("CP-1", 3000.0, 3),
    ]


def test_ids_come_back(tmp_path: Path) -> None:
    """Each start makes another transaction; one that is sent again does not."""
    again = [*start(1), *stop(1, 5, 1100), *start(1, 10), *start(1, 10), *stop(1, 20, 1300), *stop(1, 20, 1300)]
    assert [each.energy_wh for each in gathered(charging_capture(tmp_path / "a.db", ("CP-1", again)))] == [300.0, 100.0]


def test_what_the_capture_did_not_see_is_not_made_up(tmp_path: Path) -> None:
    """A stop without its start, one that is open, a start that is refused, one without an answer."""
    lines = [
        *stop(1, 5, 1100),
        *start(2, 10, status="Blocked"),
        said(
            STATION, 2, "lost", "StartTransaction", {"connectorId": 3, "idTag": "A", "meterStart": 5, "timestamp": "?"}
        ),
        *start(4, 30),
        *event("Updated", "half", 40, 5.0),
    ]
    half, open_one, lost, refused, ended = gathered(charging_capture(tmp_path / "a.db", ("CP-1", lines)))
    assert (ended.start_ns, ended.energy_wh, ended.duration_ns) == (None, None, None)
    assert (refused.refused, refused.id) == ("Blocked", "2")
    assert (lost.answered, lost.id, lost.connector) == (False, "", "3")
    assert (open_one.stop_ns, open_one.answered) == (None, True)
    assert (half.start_ns, half.stop_ns) == (None, None)


def test_events_out_of_order_are_one_transaction(tmp_path: Path) -> None:
    """Offline, a station may send an update before the start."""
    lines = [*event("Updated", "x", 5, 10.0), *event("Started", "x", 0, 0.0), *event("Ended", "x", 9, 30.0)]
    (found,) = gathered(charging_capture(tmp_path / "a.db", ("CP-1", lines)))
    assert found.energy_wh == 30.0


def test_findings_of_all_its_frames_are_counted(tmp_path: Path) -> None:
    """Those of its meter values and of answers too, not those of other frames."""
    lines = [
        *start(9),
        *meter(9, 5, 1500, connectorId=-1),
        *BROKEN,
        *stop(9, 10, 2000, reason="Nothing"),
        *exchange("u", "MeterValues", {"connectorId": -1, "meterValue": []}, {}),
    ]
    (found,) = gathered(charging_capture(tmp_path / "a.db", ("CP-1", lines)))
    with Reader(tmp_path / "a.db") as reader:
        own = [frame for frame in reader.pages() if frame.action in {"StopTransaction", "StartTransaction"}]
        meters = [frame for frame in reader.pages() if frame.action == "MeterValues"][:2]
    each = [(frame.errors, frame.warnings) for frame in (*own, *meters)]
    assert (found.errors, found.warnings) == tuple(map(sum, zip(*each, strict=True)))
    assert found.errors + found.warnings >= 2


def test_drafts_are_left_out_and_runs_stand_alone(tmp_path: Path) -> None:
    lines = [*start(5), *stop(5, 9, 1100)]
    writer = Writer(tmp_path / "a.db")
    for origin in ("live", "draft", "run", "run"):
        record(writer, said=lines, origin=origin)
    writer.close()
    assert [each.session for each in gathered(tmp_path / "a.db")] == [4, 3, 1]


def test_what_is_added_joins_what_is_known(tmp_path: Path) -> None:
    """The rows that were there keep their places."""
    path, known = tmp_path / "a.db", Transactions()
    writer = Writer(path)
    record(writer, said=[*start(1), *start(2, 1), *event("Started", "x", 2, 5.0)], end=False)
    writer.flush()
    with Reader(path) as reader:
        list(known.older(reader, 10))
        assert [each.id for each in known.rows()] == ["x", "2", "1"]
        record(writer, said=[*stop(1, 8, 1700), *event("Ended", "x", 9, 50.0), *start(3, 9)])
        writer.flush()
        list(known.newer(reader))
    writer.close()
    assert [(each.id, each.energy_wh) for each in known.rows()] == [("3", None), ("x", 45.0), ("2", None), ("1", 700.0)]


def test_an_answer_that_comes_later_gives_the_id(tmp_path: Path) -> None:
    path, known = tmp_path / "a.db", Transactions()
    call, answer = start(6)
    writer = Writer(path)
    recording = record(writer, said=[call], end=False)
    writer.flush()
    with Reader(path) as reader:
        list(known.older(reader, 10))
        assert [(each.id, each.answered) for each in known.rows()] == [("", False)]
        recording.feed(recording_event(answer))
        writer.flush()
        list(known.newer(reader))
        assert [(each.id, each.answered, each.last) for each in known.rows()] == [("6", True, 2)]
    writer.close()


def recording_event(line: Said) -> object:
    """Return a frame that came a second later."""
    from tests.factories import START_NS, received

    return received(raw=line[1], sender=line[0], time_ns=START_NS + 10**9)


def test_the_energy_of_an_open_one_comes_from_its_meter_values(tmp_path: Path) -> None:
    path = charging_capture(tmp_path / "a.db", ("CP-1", [*start(1), *meter(1, 5, 1500), *meter(2, 6, 9000)]))
    known = Transactions()
    with Reader(path) as reader:
        list(known.older(reader, 10))
        assert known.rows()[0].energy_wh is None
        list(known.refine(reader))
        assert known.rows()[0].energy_wh == 500.0
        assert latest_energy(reader, Transaction(1, "CP-1", "none", 1, 1)) is None


def test_only_so_many_are_read_as_are_wanted(tmp_path: Path) -> None:
    lines = [line for number in range(40) for line in (*start(number, number), *stop(number, number, 2000))]
    known = Transactions()
    with Reader(charging_capture(tmp_path / "a.db", ("CP-1", lines))) as reader:
        list(known.older(reader, 3))
        if module.PAGE == 2:
            assert 3 <= len(known.rows()) < 6
            assert not known.is_whole
        list(known.older(reader, 1000))
        assert (len(known.rows()), known.is_whole) == (40, True)
        assert [each.id for each in known.rows()] == [str(number) for number in reversed(range(40))]


def test_the_walk_sorts_nothing(tmp_path: Path) -> None:
    """Whatever their number, the actions are merged from the index."""
    path = charging_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        for query in (module._OLDER, module._NEWER):
            plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {query}", (5,))]
            assert sum("frame_action" in step for step in plan) == 3, plan
            assert not [step for step in plan if "SCAN" in step or "TEMP B-TREE" in step], plan


def test_an_altered_capture_can_be_read(tmp_path: Path) -> None:
    """A raw text that is none counts for nothing."""
    path = charging_capture(tmp_path / "a.db", ("CP-1", [*start(1), *stop(1, 5, 2000)]))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE frame SET raw = 7")
        connection.commit()
    assert gathered(path) == []


def test_another_file_has_other_transactions(tmp_path: Path) -> None:
    """Also one that took the place of the first."""
    path, other, known = tmp_path / "a.db", tmp_path / "b.db", Transactions()
    charging_capture(path, ("CP-1", start(1)))
    charging_capture(other, ("CP-2", [*start(2), *stop(2, 5, 9000)]))
    for _ in range(2):
        with Reader(path) as reader:
            list(known.newer(reader))
            list(known.older(reader, 10))
        if other.exists():
            assert [each.id for each in known.rows()] == ["1"]
            path.unlink()
            other.rename(path)
    assert [each.id for each in known.rows()] == ["2"]
