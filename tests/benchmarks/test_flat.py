"""The benchmark of memory measures what it says."""

from tests.benchmarks import flat


async def test_sessions_come_and_go_through_a_real_proxy() -> None:
    assert "20 sessions that came and went: " in await flat.sessions(20)


async def test_idle_connections_are_weighed() -> None:
    line = await flat.idle(20)
    assert "20 idle connections: " in line
    assert " 0.0 kB each" not in line


def test_growth_beyond_the_bound_is_missed() -> None:
    level, bound = 100 * flat.MB, flat.GROWTH_MB * flat.MB
    warm = [0, *[level] * 8]
    assert flat.growth([*warm, level + bound], "so much").startswith("reached")
    assert flat.growth([*warm, level + bound + 1], "so much").startswith("MISSED")
