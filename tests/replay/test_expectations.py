"""Which step a frame of the peer meets, and which recorded answer is nearest."""

from inspector.protocol.frame import MessageType, decode
from inspector.protocol.version import Party
from inspector.replay.compare import Difference
from inspector.replay.expectations import MOST_COMPARED, Answers, Expectations
from inspector.replay.steps import Await

RESET = decode('[2,"x","Reset",{}]')


def step(number: int, action: str = "Reset", *, answer: int | None = 1, digest: int = 0) -> Await:
    """Make a step that waits for a CALL."""
    return Await(
        number=number,
        session=1,
        time_ns=0,
        sender=Party.CSMS,
        type=MessageType.CALL,
        action=action,
        answer=answer,
        digest=digest,
    )


def differing(*alike: int) -> "Counted":
    """Count no difference to steps of these numbers, and one to others."""
    return Counted(alike)


class Counted:
    def __init__(self, alike: tuple[int, ...]) -> None:
        self._alike = alike

    def __call__(self, each: Await) -> list[Difference]:
        return [] if each.number in self._alike else [Difference("/3", "a", "b")]


def test_the_most_alike_of_the_next_is_met_and_each_once() -> None:
    expected = Expectations([step(1), step(2, "ClearCache"), step(3)])
    first = expected.meet(RESET, "Reset", differing(3))
    second = expected.meet(RESET, "Reset", differing(3))
    assert first is not None
    assert second is not None
    assert (first.step.number, first.differences, first.too_late) == (3, (), False)
    assert (second.step.number, len(second.differences), second.too_late) == (1, 1, True)
    assert expected.meet(RESET, "Reset", differing()) is None


def test_of_equals_the_first_is_met() -> None:
    expected = Expectations([step(number) for number in range(1, 100)])
    for number in range(1, 100):
        met = expected.meet(RESET, "Reset", differing())
        assert met is not None
        assert met.step.number == number


def test_a_callresulterror_is_awaited_whatever_it_is_about() -> None:
    error = Await(number=1, session=1, time_ns=0, sender=Party.CSMS, type=MessageType.CALLRESULTERROR)
    met = Expectations([error]).meet(decode('[5,"x","FormatViolation","",{}]'), "", lambda _: [])
    assert met is not None


def test_the_nearest_answer_is_the_very_same_call_s_then_the_most_alike_then_the_nearest() -> None:
    steps = [step(number, digest=number) for number in range(1, 1000)]
    answers = Answers([*steps, step(1000, "ClearCache", answer=None)])
    counted: list[int] = []

    def count(each: Await) -> int:
        counted.append(each.number)
        return 0 if each.number == 503 else 1

    assert answers.nearest("Reset", 7, 500, count) == steps[6]
    assert not counted
    assert answers.nearest("Reset", -1, 500, count) == steps[502]
    assert len(counted) <= MOST_COMPARED
    assert answers.nearest("Reset", -1, 500, lambda _: 1) == steps[499]
    assert answers.nearest("ClearCache", 0, 1, count) is None
    assert answers.nearest("Other", 0, 1, count) is None
