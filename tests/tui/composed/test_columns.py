"""The columns of tables."""

import pytest

from inspector.tui.composed.columns import Column
from inspector.tui.composed.frame_cells import Look, frame_columns
from inspector.tui.composed.session_cells import session_columns


@pytest.mark.parametrize("columns", [frame_columns(Look(120)), session_columns(120)], ids=["frames", "sessions"])
def test_the_last_column_alone_takes_what_is_left(columns: list[Column]) -> None:
    """A width of 0 says so; a second one would leave nothing to the first."""
    assert [column.key for column in columns if not column.width] == [columns[-1].key]
    assert len({column.key for column in columns}) == len(columns)
