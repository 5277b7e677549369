"""The benchmark of replays measures what it says."""

from tests.benchmarks import replay


async def test_load_and_connections_are_measured() -> None:
    assert "2 stations: " in await replay.load(2, 1)
    assert "2 connections: " in await replay.weight(2)


async def test_the_times_of_sends_are_measured() -> None:
    assert "5 sends at speed 1: late by " in await replay.pacing(5)
