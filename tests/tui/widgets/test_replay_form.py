from textual.widgets import Input

from inspector.protocol.version import Party
from inspector.replay.pace import Pace
from inspector.tui.widgets.one_of import OneOf
from inspector.tui.widgets.replay_form import ReplayForm
from tests.tui.conftest import Stage, press


async def test_the_answers_are_what_is_chosen() -> None:
    """As the station at its remembered target, by answers; the other role has a target of its own, and keeps it."""
    form = ReplayForm({Party.STATION: "ws://a"}, faithful=True, id="replay-form")
    async with Stage(form).run_test(size=(80, 10)) as pilot:
        assert (form.role, form.target, form.pace) == (Party.STATION, "ws://a", Pace())
        assert [form.keeps(name) for name in ("faults", "ids", "times")] == [True, False, False]
        form.query_one("#role", OneOf).focus()
        await press(pilot, "right")
        assert (form.role, form.target) == (Party.CSMS, "127.0.0.1:9000")
        form.query_one(Input).value = " 127.0.0.1:1 "
        form.query_one("#pace", OneOf).focus()
        await press(pilot, "left", "tab", "right", "tab", "right")
        form.query_one("#role", OneOf).choose(0)
        await press(pilot, "tab")
        assert (form.role, form.target) == (Party.STATION, "ws://a")
        assert (form.pace.stepwise, form.keeps("faults"), form.keeps("ids")) == (True, False, True)
        form.query_one("#role", OneOf).choose(1)
        await press(pilot, "tab")
        assert form.target == "127.0.0.1:1"
