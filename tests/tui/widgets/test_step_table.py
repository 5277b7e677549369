from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.replay.steps import Extra, Outcome, Send, Verdict
from inspector.tui.widgets.step_table import StepTable
from tests.tui.conftest import Stage, press, screen_of

STEPS = [
    Send(number=n, session=1, time_ns=0, sender=Party.STATION, frame=n, type=MessageType.CALL, action=f"Action{n}")
    for n in range(1, 6)
]


def extra(number: int, what: str) -> Outcome:
    step = Extra(number=number, session=1, time_ns=0, sender=Party.CSMS, what=what)
    return Outcome(step, Verdict.EXTRA)


async def test_steps_and_what_came_between() -> None:
    """The cursor goes with the run until it is moved; what nobody asked for stands where it came."""
    table = StepTable(id="steps")
    async with Stage(table).run_test(size=(80, 12)) as pilot:
        table.focus()
        table.plan(STEPS)
        table.is_playing = True
        table.take([Outcome(STEPS[0], Verdict.MISSING), extra(1, "CALL Odd"), Outcome(STEPS[1], Verdict.SAME)])
        await press(pilot, "z")
        rows = [row.split() for row in screen_of(pilot.app)[2:8]]
        assert [row[0] for row in rows[:4]] == ["✖", "+", "✓", "▸"]
        assert table.step is STEPS[2]
        await press(pilot, "g")
        table.take([Outcome(STEPS[0], Verdict.LATE), Outcome(STEPS[2], Verdict.SAME), extra(3, "CALL More")])
        assert table.step is STEPS[0], "who looks elsewhere stays there"
        assert (outcome := table.outcome(STEPS[0])) is not None
        assert outcome.verdict is Verdict.LATE
        assert table.count == 7
        assert table.go_to_difference(1)
        assert isinstance(table.step, Extra)
        assert table.go_to_difference(1)
        assert not table.go_to_difference(1)
        table.go_to_first_difference()
        assert table.cursor == 0
        assert not table.go_to_difference(-1)
        assert not table.is_at_end
        table.plan(STEPS[:1])
        assert (table.count, table.outcomes, table.is_at_end) == (1, {}, True)
