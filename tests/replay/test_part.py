"""What a part of a run says of itself: what was left out, and what was sent that is not what was recorded."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.protocol.version import Party
from inspector.replay.pace import BY_ANSWERS, Metronome
from inspector.replay.part import MOST_SKIPPED, Part
from inspector.replay.script import script
from inspector.replay.steps import Outcome, Verdict
from inspector.store.reader import Reader
from tests.factories import CSMS, STATION, make_capture

ODD = [(STATION, "nonsense"), (CSMS, '[3,"x",{}]')]


def part(tmp_path: Path) -> Part:
    """Make the part of a station whose session has nothing but what is wrong: its own, and the CSMS's."""
    capture = make_capture(tmp_path / "a.db", ODD)
    with Reader(capture) as reader:
        return Part(script(reader, [1], Party.STATION), Metronome(BY_ANSWERS))


def test_what_was_skipped_says_why_and_whose_it_was(tmp_path: Path) -> None:
    made = part(tmp_path)
    assert made.skipped() == ()
    made.outcomes = [Outcome(step, Verdict.SKIPPED, words="odd") for step in made.script.steps]
    assert made.skipped()[:2] == ("frame 1: odd", "frame 2 of the CSMS: odd")


def test_a_secret_that_was_overwritten_is_told_if_it_was_sent(tmp_path: Path) -> None:
    made = part(tmp_path)
    step = replace(made.script.steps[0], masked=1)
    made.outcomes = [Outcome(step, Verdict.SAME), Outcome(step, Verdict.UNSENT)]
    assert made.skipped() == ("frame 1: its secrets are the recorded *, unless --set filled them in",)


@pytest.mark.parametrize(("beyond", "words"), [(1, "1 frame more"), (2, "2 frames more")])
def test_no_more_than_some_are_told_one_by_one(tmp_path: Path, beyond: int, words: str) -> None:
    made = part(tmp_path)
    made.outcomes = [Outcome(made.script.steps[0], Verdict.SKIPPED, words="odd")] * (MOST_SKIPPED + beyond)
    assert made.skipped()[MOST_SKIPPED:] == (words,)
