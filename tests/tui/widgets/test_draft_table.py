from inspector.protocol.version import Party
from inspector.store.drafts import DraftFrame
from inspector.tui.drafting.checking import Checked
from inspector.tui.drafting.rows import Row
from inspector.tui.widgets.draft_table import DraftTable
from tests.tui.conftest import Stage, make_finding, press, screen_of

FRAMES = [DraftFrame(f'[2,"{n}","Heartbeat",{{}}]', Party.STATION, 0, n) for n in (1, 2, 3)]
ORIGINALS = {frame.source or 0: frame for frame in FRAMES}


async def test_the_cursor_finds_frames_and_faults() -> None:
    """It can be set on a frame; what was taken out has a row, and the index of the frame after it."""
    table = DraftTable(id="draft")
    async with Stage(table).run_test(size=(80, 10)) as pilot:
        table.focus()
        table.show([], {})
        await press(pilot, "z")
        assert "n inserts one" in "\n".join(screen_of(pilot.app))
        assert table.here is None
        table.show([FRAMES[0], FRAMES[2]], ORIGINALS, 1)
        assert table.here == Row(1)
        assert [table.index_at(row) for row in range(4)] == [0, 1, 1, 2]
        assert not table.go_to_problem(-1)
        table.checked = Checked(FRAMES, findings={id(FRAMES[0]): [make_finding()]})
        assert table.go_to_problem(-1)
        assert table.here == Row(0)
        await press(pilot, "j")
        assert table.here == Row(None, 2)
        assert "taken out" in screen_of(pilot.app)[3]
