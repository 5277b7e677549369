"""The words of steps and verdicts."""

import pytest

from inspector.protocol.version import Party
from inspector.replay.steps import Break, Verdict


@pytest.mark.parametrize(("code", "abrupt"), [(1000, False), (1001, False), (1006, True), (None, True)])
def test_an_end_without_a_word_is_abrupt(code: int | None, abrupt: bool) -> None:
    end = Break(number=1, session=1, time_ns=0, sender=Party.STATION, code=code)
    assert end.is_abrupt is abrupt
    assert not end.reopens


def test_only_what_is_the_same_or_was_skipped_is_no_difference() -> None:
    assert {verdict for verdict in Verdict if not verdict.is_difference} == {Verdict.SAME, Verdict.SKIPPED}
