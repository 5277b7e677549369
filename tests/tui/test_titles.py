"""What the titles say."""

from pathlib import Path

import pytest

from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.writer import Writer
from inspector.tui.titles import frames_title, title, why_empty
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
