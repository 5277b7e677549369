"""What the titles say."""

from pathlib import Path
from typing import Any

import pytest

from inspector.store.reader import Reader
from inspector.store.rows import Session
from inspector.store.writer import Writer
from inspector.tui.composed.titles import (
    counted,
    ended,
    frames_title,
    in_trouble,
    title,
    unreadable,
    well_again,
    why_empty,
)
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


def said(*arguments: Any, **options: Any) -> str:
    """Return all that the title says."""
    return "  ·  ".join(filter(None, title(*arguments, **options)[0]))


def test_the_title_says_who_is_there(sessions: list[Session]) -> None:
    assert said("a.db", "", [], follow=True, unseen=0) == "OCPP Inspector  ·  a.db  ·  nobody connected"
    assert said("a.db", "", None, follow=True, unseen=0) == "OCPP Inspector  ·  a.db"
    assert said("a.db", "", sessions[:1], follow=True, unseen=0).endswith("1 session, none open")
    assert said("a.db", "ws://x", sessions, follow=True, unseen=0).endswith("ws://x  ·  1 open  ·  following")
    assert said("a.db", "", sessions, follow=False, unseen=1200).endswith("1 open  ·  1,200 new, F follows")
    assert "␛" in said("\x1b.db", "", [], follow=True, unseen=0)


def test_the_title_counts_what_befell_the_record_and_names_the_next_file(sessions: list[Session]) -> None:
    odd = {"gap": 1, "trouble": 1200, "violation": 7}
    assert (
        said("a.db", "", sessions, follow=False, unseen=0, odd=odd)
        == "OCPP Inspector  ·  a.db  ·  ⚠ 1 gap, 1,200 troubles  ·  1 open"
    )
    later = said("a.db", "", sessions, follow=False, unseen=0, later="a-2.db\x1b")
    assert later.endswith("1 open  ·  goes on in a-2.db␛, > opens it")


def test_a_narrow_title_can_leave_out_what_is_known_anyway(sessions: list[Session]) -> None:
    """Its own name first, then who listens and that nobody is there; never what is wrong or new."""
    whole, shorter, shortest = title("a.db", "ws://x:1", sessions, follow=True, unseen=0, odd={"gap": 1})
    assert whole == ["OCPP Inspector", *shorter]
    assert shorter == ["a.db", "⚠ 1 gap", "ws://x:1", "1 open", "", "following"]
    assert shortest == ["a.db", "⚠ 1 gap", "1 open", "", "following"]
    assert title("a.db", "ws://x:1", [], follow=True, unseen=0)[2] == ["a.db", "", "nobody connected", "", ""]
    assert not any("session" in part for part in title("a.db", "", sessions[:1], follow=True, unseen=0)[2])


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
    assert frames_title("all sessions", 3, 3, filtered=False) == "2 frames · all sessions · 3"
    assert frames_title("session 7", 3, 1000, filtered=True) == "2 frames · session 7 · 3 of 1,000"
    hidden = frames_title("session 7", 3, 1000, filtered=True, hidden=["only marked", "no heartbeats"])
    assert hidden == "2 frames · session 7 · 3 of 1,000 · only marked · no heartbeats"


def test_an_empty_table_says_why(sessions: list[Session]) -> None:
    over, live = sessions
    assert why_empty(None, 0, trouble=False) == why_empty(live, 0, trouble=False)
    assert why_empty(None, 0, trouble=False).startswith("nothing yet: waiting for a station\n")
    assert "to connect to ws://x:1\n" in why_empty(None, 0, trouble=False, listening="ws://x:1")
    assert why_empty(over, 0, trouble=False) == "no frame came through"
    assert why_empty(over, 5, trouble=False).startswith("no frame passes the filter")
    assert why_empty(over, 5, trouble=True) == "the capture can't be read"


def test_what_is_not_counted_is_said() -> None:
    assert counted("findings", 0) == "findings"
    assert counted("findings", 1) == "findings · without 1 draft"
    assert counted("wrong", 2, 1) == "wrong · without 2 drafts and 1 run"
