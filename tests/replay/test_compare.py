"""What counts as a difference between two answers."""

import pytest

from inspector.replay.compare import Difference, differences


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ('[3,"a",{"x":1}]', '[3,"b",{"x":1}]', []),
        ('[3,"a",{"t":"2026-01-01T00:00:00Z"}]', '[3,"a",{"t":"2027-01-01T00:00:00.5Z"}]', []),
        ('[3,"a",{"x":1.0}]', '[3, "a", {"x": 1.0}]', []),
        ('[3,"a",{"x":1}]', '[3,"a",{"x":2}]', [("/2/x", "1", "2")]),
        ('[3,"a",{"x":"Accepted"}]', '[3,"a",{}]', [("/2/x", "Accepted", "(absent)")]),
        ('[3,"a",{}]', '[3,"a",{"y":[1,2]}]', [("/2/y", "(absent)", "2 items")]),
        ('[3,"a",{"l":[{"k":1}]}]', '[3,"a",{"l":[{"k":2}]}]', [("/2/l/0/k", "1", "2")]),
        ('[3,"a",{"l":[1]}]', '[3,"a",{"l":[1,2]}]', [("/2/l", "1 items", "2 items")]),
        ('[3,"a",{"t":"2026-01-01T00:00:00Z"}]', '[3,"a",{"t":"soon"}]', [("/2/t", "2026-01-01T00:00:00Z", "soon")]),
        ('[3,"a",{}]', '[4,"a","InternalError","",{}]', [("/0", "CALLRESULT", "CALLERROR InternalError")]),
        ('[4,"a","InternalError","",{}]', '[4,"a","GenericError","",{}]', [("/2", "InternalError", "GenericError")]),
        ('[3,"a",{}]', "nonsense", [("/0", "CALLRESULT", "INVALID")]),
    ],
)
def test_ids_and_times_may_differ_and_nothing_else(then: str, now: str, found: list[tuple[str, str, str]]) -> None:
    assert differences(then, now) == [Difference(*each) for each in found]
