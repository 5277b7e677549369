"""Ids that come from both ends, in pieces."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.tui.reading import ids as module
from inspector.tui.reading.ids import Ids

STEPS = st.lists(
    st.tuples(st.sampled_from(["append", "prepend"]), st.integers(0, 7))
    | st.tuples(st.sampled_from(["add", "drop"]), st.integers(1, 400)),
    max_size=30,
)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(STEPS)
def test_they_are_as_a_sorted_list_would_be(steps: list[tuple[str, int]]) -> None:
    size, module.PIECE = module.PIECE, 5
    try:
        ids, expected = Ids(small=True), list[int]()
        for what, number in steps:
            if what == "append":
                more = [(expected[-1] if expected else 200) + 2 * each for each in range(1, number + 1)]
                ids.append(more)
                expected += more
            elif what == "prepend":
                more = [(expected[0] if expected else 200) - 2 * each for each in range(number, 0, -1)]
                if not more or more[0] < 1:
                    continue
                ids.prepend(more)
                expected = more + expected
            else:
                getattr(ids, what)(number)
                expected = sorted({*expected, number} if what == "add" else {*expected} - {number})
            assert [ids[index] for index in range(len(ids))] == expected
            for probe in (0, number, *expected, 10_000):
                assert ids.index_of(probe) == sum(each < probe for each in expected)
    finally:
        module.PIECE = size


def test_ids_of_a_large_capture_fit() -> None:
    ids = Ids(small=False)
    ids.append([2**40])
    assert ids[0] == 2**40
