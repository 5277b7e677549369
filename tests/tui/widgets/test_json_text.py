"""The editor of JSON text: colours, marks, places, and a document that is not changed by being shown."""

import time
from collections.abc import Callable

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from inspector.tui.widgets.json_text import JsonText
from tests.tui.conftest import HOSTILE, UNSAFE, Stage, handled, press, screen_of, wait_for

TEXT = '[2, "m-1", "A", {\n  "a": [1, true],\n  "b": {"c/d": "x"}\n}]'


def stage(text: str = TEXT, **options: bool) -> tuple[JsonText, Stage]:
    """Return an editor, and an application of nothing else."""
    editor = JsonText(text, id="json", compact=True, **options)
    return editor, Stage(editor)


def styles_at(pilot: Pilot[None], row: int) -> list[tuple[str, str, bool]]:
    """Return each piece of a row of the screen, its colour, and whether it is underlined."""
    strip = pilot.app.screen._compositor.render_strips()[row]
    return [(part.text, str(part.style.color), bool(part.style.underline)) for part in strip if part.style is not None]


async def test_it_shows_its_text_in_colours_with_marks_and_numbers() -> None:
    editor, app = stage(show_line_numbers=True)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.mark([(TEXT.index("[1"), TEXT.index("[1") + 9, "warning"), (TEXT.index('"c/d"'), 999, "error")])
        await handled(pilot)
        assert [line.rstrip() for line in screen_of(app)[:4]] == [
            ' 1   [2, "m-1", "A", {',
            ' 2 ⚠   "a": [1, true],',
            ' 3 ✖   "b": {"c/d": "x"}',
            " 4   }]",
        ]
        underlined = ["".join(text for text, _, under in styles_at(pilot, row) if under) for row in range(4)]
        assert [text.strip() for text in underlined] == ["", "[1, true]", '"c/d": "x"}', ""]
        assert len({colour for _, colour, _ in styles_at(pilot, 0)}) > 3
        editor.mark(())
        await handled(pilot)
        assert "⚠" not in "".join(screen_of(app))


async def test_it_knows_the_pointer_at_its_cursor_and_goes_to_one() -> None:
    editor, app = stage()
    async with app.run_test(size=(40, 8)) as pilot:
        editor.focus()
        for pointer, place in (("/3/b/c~1d", (2, 15)), ("/3/a/1", (1, 11)), ("/3/a/7/x", (1, 7)), ("/1", (0, 4))):
            assert editor.show_pointer(pointer)
            assert editor.cursor_location == place
        assert not editor.show_pointer("/9")
        assert editor.pointer_at_cursor() == "/1"
        await press(pilot, "down")
        assert editor.pointer_at_cursor() == "/3/a"
        editor.go_to(TEXT.index("true") + 2)
        assert editor.pointer_at_cursor() == "/3/a/1"
        assert editor.offset_at_cursor == TEXT.index("true") + 2


async def test_it_goes_from_mark_to_mark() -> None:
    editor, app = stage()
    async with app.run_test(size=(40, 8)):
        assert not editor.next_mark(1)
        editor.mark([(TEXT.index('"c/d"'), 0, "error"), (1, 2, "info")])
        for step, row in ((1, 0), (1, 2), (1, 0), (-1, 2)):
            assert editor.next_mark(step)
            assert editor.cursor_location[0] == row


async def test_it_is_edited_and_nothing_is_lost() -> None:
    """Line ends of other kinds, what is invisible, and what undo brings back."""
    text = '["a\u2028b\x85\x0b",\r\n"\x1b[2J"]'
    editor, app = stage(text)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.focus()
        await press(pilot, "right", "x", "enter")
        assert editor.text == "[x\n" + text[1:]
        app.post_message(Paste("1\r\n2\r3"))
        await wait_for(pilot, lambda: editor.text == "[x\n1\n2\n3" + text[1:])
        await press(pilot, *["ctrl+z"] * 5)
        assert editor.text == text


async def test_what_is_read_only_is_not_edited() -> None:
    editor, app = stage(read_only=True)
    async with app.run_test(size=(40, 8)) as pilot:
        editor.focus()
        await press(pilot, "x", "delete")
        app.post_message(Paste("x"))
        await handled(pilot)
        assert editor.text == TEXT


async def test_a_hostile_text_is_shown_and_kept() -> None:
    """Also while the cursor goes through it and while it is selected, with letters of two cells."""
    text = f'["漢{HOSTILE}", "\t"]'
    editor, app = stage(text)
    async with app.run_test(size=(120, 8), notifications=True, tooltips=True) as pilot:
        editor.focus()
        for keys in (["right"] * 8, ["shift+right"] * 3, ["end"], ["shift+home"]):
            await press(pilot, *keys)
            assert not UNSAFE.search("".join(screen_of(app)))
        assert "␛]0;PWNED␇[/foo]" in screen_of(app)[0]
        assert editor.text == text


async def test_a_wide_letter_at_the_edge_is_not_torn() -> None:
    editor, app = stage("漢" * 100)
    async with app.run_test(size=(21, 8)) as pilot:
        editor.focus()
        await press(pilot, "end", "left", "left")
        await handled(pilot)
        assert screen_of(app)[0].count("漢") >= 8
        await pilot.click(editor, offset=(2, 0))
        assert editor.cursor_location[1] > 80


@pytest.mark.parametrize(
    "text",
    ["[" + ",\n".join(['  {"some": "object", "of": ["usual", "size"]}'] * 20_000) + "]", '["' + "x" * 1_000_000 + '"]'],
    ids=["many lines", "one line"],
)
async def test_a_megabyte_is_loaded_and_edited_at_once(text: str) -> None:
    """Processor time: other programs don't count."""
    editor, app = stage()
    async with app.run_test(size=(100, 40)) as pilot:
        editor.focus()
        assert await cpu_seconds(pilot, lambda: editor.load_text(text)) < 0.5
        editor.move_cursor(editor.document.end)
        await handled(pilot)
        before = time.process_time()
        await press(pilot, "x")
        assert time.process_time() - before < 0.15
        assert editor.text == text + "x"


async def cpu_seconds(pilot: Pilot[None], work: Callable[[], object]) -> float:
    """Return the processor time of some work, until it is on the screen."""
    before = time.process_time()
    work()
    await handled(pilot)
    return time.process_time() - before
