"""Two sequences side by side."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.replay import alignment
from inspector.replay.alignment import FARTHEST, Pair, aligned


def drawn(then: str, now: str) -> str:
    """Draw an alignment: ``-`` is gone, ``+`` is new, ``~`` changed places."""
    text = ""
    for pair in aligned(then, now):
        if pair.then is None:
            text += f"+{now[pair.now or 0]}"
        else:
            text += f"{'~' if pair.moved else '' if pair.now is not None else '-'}{then[pair.then]}"
    return text


@pytest.mark.parametrize(
    ("then", "now", "found"),
    [
        ("", "", ""),
        ("abc", "abc", "abc"),
        ("abc", "abxc", "ab+xc"),
        ("abxc", "abc", "ab-xc"),
        ("abc", "acb", "a~bc"),
        ("", "ab", "+a+b"),
        ("ab", "", "-a-b"),
    ],
)
def test_what_is_gone_is_new_or_changed_places(then: str, now: str, found: str) -> None:
    assert drawn(then, now) == found


def test_what_is_far_away_is_another_one() -> None:
    near, far = "b" * (FARTHEST - 5), "b" * (FARTHEST + 5)
    assert any(pair.moved for pair in aligned("a" + near, near + "a"))
    assert not any(pair.moved for pair in aligned("a" + far, far + "a"))


@settings(max_examples=150, deadline=None)
@given(st.text("abc", max_size=14), st.text("abc", max_size=14), st.sampled_from([3, 200]))
def test_each_member_has_one_place_and_only_equals_are_paired(then: str, now: str, most: int) -> None:
    """Also where the search is cut off again and again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "MOST_EDITS", most)
        pairs = aligned(then, now)
    assert sorted(pair.then for pair in pairs if pair.then is not None) == list(range(len(then)))
    assert sorted(pair.now for pair in pairs if pair.now is not None) == list(range(len(now)))
    assert all(then[a] == now[b] for a, b, _ in pairs if a is not None and b is not None)
    kept = [pair for pair in pairs if None not in pair[:2] and not pair.moved]
    assert kept == sorted(kept, key=lambda pair: pair.now or 0)


def test_sequences_that_share_nothing_cost_no_more_than_they_are_long() -> None:
    before = time.process_time()
    pairs = aligned("a" * 5000, "b" * 5000)
    assert time.process_time() - before < 5
    assert len(pairs) == 10_000
    assert Pair(0, None) in pairs
