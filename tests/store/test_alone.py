"""Drafts and runs are no traffic: nothing that is counted counts them."""

from pathlib import Path

import pytest

from inspector.store.alone import NOTHING, Alone, alone
from inspector.store.overview import activity, samples, stations
from inspector.store.reader import Reader
from inspector.store.tallies import details, tallies
from tests.factories import make_capture
from tests.store.mixed import CODE, ONLY_IN_RUNS, mixed_capture


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recorded session with one error, two drafts of it and two runs, which are a day later."""
    return mixed_capture(tmp_path_factory.mktemp("alone") / "mixed.db")


def test_they_are_told_apart(mixed: Path, tmp_path: Path) -> None:
    with Reader(mixed) as reader:
        assert alone(reader) == Alone(frozenset({2, 3}), frozenset({4, 5}))
        assert alone(reader).all == {2, 3, 4, 5}
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        assert alone(reader) == NOTHING


def test_codes_are_counted_in_recorded_sessions_and_in_runs(mixed: Path) -> None:
    """A code that only drafts have is not told; its details are of recorded sessions, else of runs."""
    with Reader(mixed) as reader:
        *_, found = tallies(reader)
        counted = {tally.code: (tally.times, tally.in_runs) for tally in found}
        assert counted == {CODE: (1, 2), ONLY_IN_RUNS: (0, 1)}
        assert (details(reader, CODE).stations, [each.session for each in details(reader, CODE).examples]) == (
            [("CP-1", 1)],
            [1],
        )
        assert [each.session for each in details(reader, ONLY_IN_RUNS).examples] == [5]


def test_stations_latencies_and_calls_are_of_recorded_sessions(mixed: Path) -> None:
    with Reader(mixed) as reader:
        (station,) = stations(reader)
        assert (station.sessions, station.frames, station.errors) == (1, 4, 1)
        *_, sample = samples(reader)
        assert (sample.looked_at, sample.total, len(sample.calls_ns)) == (4, 4, 2)
        assert {each.action: each.answers for each in sample.latencies} == {
            "BootNotification": 1,
            "StatusNotification": 1,
        }
        assert sample.left_out == alone(reader)
        (calls,) = activity(reader, sample, None)
        *_, frames = activity(reader, None, None)
    assert [calls.counts, frames.counts] == [[2], [4]]


def test_what_befell_them_is_left_out(mixed: Path) -> None:
    with Reader(mixed) as reader:
        assert reader.oddities_by_kind() == {"gap": 2}
        assert reader.oddities_by_kind(alone(reader).all) == {"gap": 1}


def test_a_capture_of_drafts_alone_has_no_traffic(tmp_path: Path) -> None:
    with Reader(mixed_capture(tmp_path / "a.db", recorded=())) as reader:
        *_, sample = samples(reader)
        assert (sample.total, list(activity(reader, sample, None)), stations(reader)) == (0, [], [])
