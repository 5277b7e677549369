"""The first row of a screen."""

import pytest

from inspector.tui.composed.title_row import title_row

SAID = [("OCPP Inspector", "a.db", "ws://x:1", "1 open"), ("a.db", "ws://x:1", "1 open"), ("a.db", "1 open")]


@pytest.mark.parametrize(
    ("width", "begins", "ends"),
    [
        (
            140,
            "OCPP Inspector  ·  a.db  ·  ws://x:1  ·  1 open",
            "1 sessions  2 frames  3 detail  4 transactions  5 findings  6 overview",
        ),
        (100, "a.db  ·  ws://x:1  ·  1 open", "6 overview"),
        (82, "a.db  ·  ws://x:1  ·  1 open", "1-3 browse  4 transactions  5 findings  6 overview"),
        (68, "a.db  ·  1 open", "1-3 browse  4 transactions  5 findings  6 overview"),
        (62, "a.db  ·  1 open", "  1-3  4 transactions  5 findings  6 overview"),
        (50, "OCPP Inspector  ·  a.db  ·  ws://x:1  ·  1 open", "1 open"),
        (20, "a.db  ·  1 open", "1 open"),
        (3, "a.db  ·  1 open", "1 open"),
    ],
)
def test_it_says_what_there_is_room_for(width: int, begins: str, ends: str) -> None:
    """The places stand at the right; what is known anyway gives way to them, and they to what is not."""
    row = title_row(SAID, "frames", width).plain
    assert row.startswith(begins)
    assert row.endswith(ends)
    assert len(row) in {width, len(begins)}


def lit(here: str, width: int) -> list[str]:
    """Return what is lit in a row."""
    row = title_row(SAID, here, width)
    return [row.plain[span.start : span.end] for span in row.spans if "bold" in str(span.style)]


def test_the_place_where_one_is_is_lit() -> None:
    assert lit("frames", 140) == ["2 frames"]
    assert lit("findings", 140) == ["5 findings"]
    assert lit("detail", 78) == ["1-3 browse"]
    assert lit("nowhere", 140) == []


def test_nothing_is_read_as_markup() -> None:
    row = title_row([("[/foo][@click=app.quit]x",)], "frames", 60)
    assert row.plain.startswith("[/foo][@click=app.quit]x")
