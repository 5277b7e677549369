"""What the titles say."""

from pathlib import Path

import pytest

from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.writer import Writer
from inspector.tui.titles import ended, frames_title, in_trouble, title, unreadable, well_again, why_empty
from tests.factories import record


@pytest.fixture
def sessions(tmp_path: Path) -> list[Session]:
    """One session that is over and one that is open."""
    writer = Writer(tmp_path / "a.db")
    record(writer)
    record(writer, end=False)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        return reader.sessions()


def test_the_title_says_who_is_there(sessions: list[Session]) -> None:
    assert title("a.db", "", [], follow=True, unseen=0) == "OCPP Inspector  ·  a.db  ·  nobody connected"
    assert title("a.db", "", sessions[:1], follow=True, unseen=0).endswith("1 session, none open")
    assert title("a.db", "ws://x", sessions, follow=True, unseen=0).endswith("ws://x  ·  1 open  ·  following")
    assert title("a.db", "", sessions, follow=False, unseen=1200).endswith("1 open  ·  1,200 new, F follows")
    assert "␛" in title("\x1b.db", "", [], follow=True, unseen=0)


def test_the_title_counts_what_befell_the_record_and_names_the_next_file(sessions: list[Session]) -> None:
    said = title("a.db", "", sessions, follow=False, unseen=0, odd={"gap": 1, "trouble": 1200, "violation": 7})
    assert said == "OCPP Inspector  ·  a.db  ·  ⚠ 1 gap, 1,200 troubles  ·  1 open"
    said = title("a.db", "", sessions, follow=False, unseen=0, later="a-2.db\x1b")
    assert said.endswith("1 open  ·  goes on in a-2.db␛, > opens it")


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "OCPP Inspector  ·  a.db  ·  ⚠ 1 gap  ·  ws://x:1  ·  1 open  ·  following"),
        (60, "a.db  ·  ⚠ 1 gap  ·  ws://x:1  ·  1 open  ·  following"),
        (40, "a.db  ·  ⚠ 1 gap  ·  1 open  ·  following"),
        (9, "a.db  ·  ⚠ 1 gap  ·  1 open  ·  following"),
    ],
)
def test_a_narrow_title_leaves_out_what_is_known_anyway(sessions: list[Session], width: int, said: str) -> None:
    assert title("a.db", "ws://x:1", sessions, follow=True, unseen=0, odd={"gap": 1}, width=width) == said


def test_what_is_wrong_is_said_with_its_time() -> None:
    noon = 1_772_366_400_000_000_000
    assert in_trouble("no \x1b room", noon) == (
        "⚠ the record is in trouble since 12:00:00 UTC: no ␛ room · traffic goes on"
    )
    assert well_again("no room", noon, noon + 60_000_000_000) == (
        "✓ recording again since 12:01:00 UTC; in trouble from 12:00:00 UTC on: no room"
    )
    assert ended("killed \x1b", noon) == "⚠ the proxy ended at 12:00:00 UTC, no station can connect: killed ␛"
    assert unreadable("a.db\x1b: gone") == "⚠ a.db␛: gone"


def test_the_frames_title_says_how_many_of_how_many() -> None:
    assert frames_title(None, 3, 3, filtered=False) == "2 frames · all sessions · 3"
    assert frames_title(7, 3, 1000, filtered=True) == "2 frames · session 7 · 3 of 1,000"


def test_an_empty_table_says_why(sessions: list[Session]) -> None:
    over, live = sessions
    assert why_empty(None, 0, trouble=False) == why_empty(live, 0, trouble=False)
    assert why_empty(None, 0, trouble=False).endswith("waiting for a station to connect")
    assert why_empty(over, 0, trouble=False) == "no frame came through"
    assert why_empty(over, 5, trouble=False) == "no frame passes the filter"
    assert why_empty(over, 5, trouble=True) == "the capture can't be read"
