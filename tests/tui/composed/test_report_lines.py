"""A report in lines of text."""

from inspector.protocol.printable import visible
from inspector.replay.compare import Difference
from inspector.replay.steps import Verdict
from inspector.tui.composed.report_lines import SIGNS, item_lines, shown, summary_lines
from tests.replay.reports import hostile, item, report


def texts(lines: object) -> list[str]:
    """Return lines without their styles."""
    return ["".join(text for text, _ in line).rstrip() for line in lines]  # type: ignore[attr-defined]


def test_a_step_is_a_line_and_each_difference_another() -> None:
    step = item(verdict=Verdict.DIFFERENT, differences=(Difference("/2/status", "Accepted", "Rejected"),))
    first, second = texts(item_lines(step))
    assert first.split() == ["≠", "7", "▶", "CALL", "BootNotification", "12.3", "ms", "different"]
    assert second.strip() == "/2/status: Accepted → Rejected"


def test_steps_that_are_the_same_are_one_line() -> None:
    found = texts(shown(report(item(), item(), item(verdict=Verdict.MISSING, words="no answer"), item())))
    assert [line.split(maxsplit=2)[-1] for line in (found[0], found[2])] == ["2 the same", "1 the same"]
    assert found[1].endswith("missing, no answer")


def test_the_verdict_comes_last() -> None:
    assert texts(summary_lines(report(item(), item(verdict=Verdict.LATE)))) == ["≠ 2 steps: 1 same, 1 late in 2.5 s"]
    assert texts(summary_lines(report(item(), role=None))) == ["✓ 1 frame: 1 same"]


def test_hostile_texts_are_harmless() -> None:
    found = [*texts(shown(hostile())), *texts(summary_lines(hostile()))]
    assert all(line == visible(line) for line in found)
    assert set(Verdict) == set(SIGNS)
