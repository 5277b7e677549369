from pathlib import Path

import pytest
from textual.widgets import Input

from inspector.errors import InspectorError
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


def asked(form: ReplayForm) -> list[str]:
    """Return the lines that are typed into."""
    return [box.id or "" for box in form.query(Input) if box.parent and box.parent.display]


async def test_only_what_has_an_effect_is_asked_for() -> None:
    """Files for TLS where it is spoken, the longest gap where gaps are kept; what can't be read is said in a line."""
    form = ReplayForm({}, id="replay-form")
    async with Stage(form).run_test(size=(80, 12)) as pilot:
        boxes = {box.id: box for box in form.query(Input)}
        assert asked(form) == ["target", "set"]
        boxes["target"].value = "wss://csms.example"
        form.query_one("#pace", OneOf).choose(1)
        await press(pilot, "tab")
        assert asked(form) == ["target", "authorities", "certificate", "gap", "set"]
        assert (form.authorities, form.certificate, form.pace, form.changes) == (None, None, Pace(speed=1.0), ())

        for name, text in {
            "authorities": "ca.pem",
            "certificate": "~/me.pem",
            "gap": "2.5",
            "set": "a=1 /3/b=2",
        }.items():
            boxes[name].value = text
        assert (form.authorities, form.certificate) == (Path("ca.pem"), Path.home() / "me.pem")
        assert form.pace == Pace(speed=1.0, max_gap=2.5)
        assert [each.told for each in form.changes] == ["a", "/3/b"]

        form.query_one("#pace", OneOf).choose(0)
        form.query_one("#role", OneOf).choose(1)
        await press(pilot, "tab")
        assert asked(form) == ["target", "certificate", "set"]
        assert (form.authorities, form.pace) == (None, Pace())

        form.query_one("#pace", OneOf).choose(2)
        for name, text, read in (
            ("gap", "soon", lambda: form.pace),
            ("gap", "nan", lambda: form.pace),
            ("gap", "-1", lambda: form.pace),
            ("set", "a", lambda: form.changes),
            ("certificate", "~nobody-of-this-name/me.pem", lambda: form.certificate),
        ):
            boxes[name].value = text
            with pytest.raises(InspectorError):
                read()
