"""The benchmark of the proxy measures what it says."""

import os

from tests.benchmarks import proxy
from tests.benchmarks.carriers import CARRIERS
from tests.benchmarks.proxy import BOUNDS, CELLS, Figures


async def test_every_cell_is_measured_and_the_capture_has_all_of_it() -> None:
    core = min(os.sched_getaffinity(0))
    table = await proxy.measure(1, 0.1, core, ["direct", "inspector"])
    assert set(table) == {(cell, name) for cell in CELLS for name in ("direct", "inspector")}
    for (cell, name), figures in table.items():
        assert figures.relayed >= figures.kept > 0
        assert (figures.cost > 0) is (name == "inspector")
        assert (figures.p99 >= figures.p50 > 0) is (cell != "one way")


def test_a_bound_is_reached_at_its_very_value() -> None:
    """Frames shall be many and round trips short: what is added over a direct connection counts, not the whole."""
    rates = {"direct": 1.0, "websockets relay": 4000.0, "mitmdump": 1000.0, "inspector": 4000.0}
    trips = {"direct": 100.0, "websockets relay": 0.0, "mitmdump": 1100.0, "inspector": 500.0}
    table = {
        (cell, name): Figures(rates[name], 1, 0, 1, trips[name], trips[name]) for cell in CELLS for name in CARRIERS
    }
    words = [line.split()[0] for line in proxy.verdicts(table)]
    assert words == ["MISSED" if bound.cell == "one way" else "reached" for bound in BOUNDS]
