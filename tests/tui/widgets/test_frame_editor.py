from dataclasses import replace

import pytest
from textual.widgets import TextArea

from inspector.tui.widgets import frame_editor
from inspector.tui.widgets.frame_editor import FrameEditor
from inspector.tui.widgets.json_text import JsonText
from inspector.tui.widgets.line_pane import LinePane
from tests.tui.conftest import Stage, make_finding, press, wait_for

RAW = '[2,"a","Heartbeat",{"x":1,"y":2}]'


async def test_text_is_taken_and_judged_at_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings are marked where they are; the one at the cursor comes first; what is typed is handed over once."""
    monkeypatch.setattr(frame_editor, "SETTLE_SECONDS", 0.01)
    editor = FrameEditor(id="frame-editor")
    async with Stage(editor).run_test(size=(80, 20)) as pilot:
        text, pane = editor.query_one(JsonText), editor.query_one(LinePane)

        def said() -> list[str]:
            return ["".join(part for part, _ in line).split(" → ")[0].strip() for line in pane.lines]

        editor.show(RAW, "frame 1", writable=True)
        editor.judge([make_finding("/3/x", message="x is odd"), make_finding("/3/y", message="y is odd")], [])
        assert [line.split(" ", 2)[2] for line in said()] == ["x is odd", "y is odd"]
        assert sorted(text._marks) == [1, 2]
        editor.focus_text()
        await press(pilot, "down", "down", "end")
        assert [line.split(" ", 2)[2] for line in said()] == ["y is odd", "x is odd"]
        assert not editor.is_touched
        await press(pilot, "5")
        await wait_for(pilot, lambda: editor.is_touched)
        assert editor.take() == RAW.replace("2}", "25}")
        assert not editor.is_touched
        editor.judge([], [make_finding(message="the session is odd")])
        assert said()[0] == "of the session"


async def test_what_can_not_be_edited_is_only_shown() -> None:
    """A binary frame, one that was taken out, and none at all are no text to take."""
    editor = FrameEditor(id="frame-editor")
    async with Stage(editor).run_test(size=(80, 20)):
        for raw, writable in ((b"\xff\x1b", True), (RAW, False), (None, False)):
            editor.show(raw, "frame", writable=writable)
            assert editor.raw is None
            assert editor.query_one(TextArea).read_only
        editor.show("[2,", "frame 2", writable=True)
        editor.judge([replace(make_finding(offset=3), code="F001")], [])
        assert editor.raw == "[2,"
        assert editor.query_one(JsonText)._marks
