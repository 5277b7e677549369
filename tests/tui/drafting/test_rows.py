from collections.abc import Mapping

from inspector.protocol.event import Origin
from inspector.protocol.version import Party
from inspector.store.drafts import DraftFrame
from inspector.tui.composed.lines import Line
from inspector.tui.drafting.checking import Checked
from inspector.tui.drafting.rows import Row, cells, columns, rows_of

CALL = '[2,"a","Heartbeat",{}]'
ORIGINALS = {n: DraftFrame(CALL, Party.STATION, n * 10, n, Origin.WIRE) for n in (1, 2, 3)}
FRAMES = list(ORIGINALS.values())


def text(cells: Mapping[str, Line], key: str) -> str:
    return "".join(part for part, _ in cells.get(key, ()))


def test_what_was_taken_out_stands_where_it_was() -> None:
    """Rows are the frames in their order, and each that is gone behind the one it came after."""
    first, second, third = FRAMES
    assert rows_of([third, first], ORIGINALS) == [Row(0), Row(1), Row(None, 2)]
    assert rows_of([second], ORIGINALS) == [Row(None, 1), Row(0), Row(None, 3)]
    assert rows_of([], ORIGINALS) == [Row(None, 1), Row(None, 2), Row(None, 3)]
    assert rows_of([first._replace(source=None)], {}) == [Row(0)]


def test_cells_say_what_a_frame_is() -> None:
    """Sign, pause, sender, type, verdict, action; what is not judged yet says so, what is gone is dim."""
    frames = [FRAMES[0], DraftFrame("[3,\x1b", Party.CSMS, 2_000_000_000)]
    checked = Checked(frames, {id(frames[0]): "Heartbeat"}, {id(frames[0]): []})
    one, two = (cells(Row(index), frames, ORIGINALS, checked) for index in range(2))
    keys = ("difference", "id", "pause", "sender", "type", "findings", "action")
    assert [text(one, key) for key in keys] == ["=", "1", "0", "▶", "CALL", "✓", "Heartbeat"]
    assert [text(two, key) for key in keys] == ["+", "2", "2s", "◀", "INVALID", "…", ""]
    assert "\x1b" not in text(two, "summary")
    gone = cells(Row(None, 2), frames, ORIGINALS, checked)
    assert [text(gone, key) for key in keys] == ["−", "", "", "▶", "CALL", "", "Heartbeat"]
    assert text(gone, "summary") == "taken out; it was frame 2"


def test_a_draft_of_nothing_has_no_signs() -> None:
    """Frames of a file are no copies: there is nothing that they could differ from."""
    assert text(cells(Row(0), FRAMES[:1], {}, None), "difference") == ""


def test_columns_fit() -> None:
    """The last column takes what is left, at any width."""
    assert [columns(width)[-1].width for width in (40, 75, 76, 200)] == [0, 0, 0, 0]
    assert columns(40)[-1].key == "action"
