"""The rows of the sessions table, and their cells."""

from typing import Any

import pytest

from inspector.store.rows import Session
from inspector.tui.composed.session_cells import SessionRow, brief, session_cells, session_columns, session_rows
from tests.tui.conftest import HOSTILE, NOON, SECOND, UNSAFE, make_session


def cells(row: SessionRow | Session, *, now: float = 0, width: int = 160) -> dict[str, str]:
    """Return the text of a row's cells, so many seconds after noon."""
    row = row if isinstance(row, SessionRow) else SessionRow((row,), session=row)
    found = session_cells(row, NOON + round(now * SECOND), width)
    return {key: "".join(text for text, _ in cell) for key, cell in found.items()}


def test_a_session_is_told_in_a_row() -> None:
    session = make_session(id=3, frames=1234, errors=2, warnings=1, last_ns=NOON + 60 * SECOND)
    assert cells(session, now=64) == {
        "dot": "●",
        "id": "3",
        "station": "CP-1",
        "ocpp": "1.6",
        "peer": "192.0.2.17:50123",
        "opened": "12:00:00",
        "lasted": "64 s",
        "frames": "1,234",
        "findings": "✖2 ⚠1",
        "last": "4 s ago",
        "end": "open",
    }


def test_a_session_that_ended_stands_still() -> None:
    """It lasted until its end, and the last came when it came."""
    session = make_session(closed_ns=NOON + 3700 * SECOND, closed_by="station", close_code=1000, frames=1)
    row = cells(session, now=9999)
    assert (row["dot"], row["lasted"], row["last"]) == ("○", "1 h 1 m", "12:00:00")
    assert row["end"].startswith("by station 1000")


def test_a_session_whose_end_nobody_saw_lasted_until_its_last_frame() -> None:
    assert cells(make_session(abandoned=True, last_ns=NOON + 9 * SECOND), now=99)["lasted"] == "9 s"


@pytest.mark.parametrize(
    ("fields", "dot", "end"),
    [
        ({"http_status": 401, "closed_ns": NOON}, "✖", "refused: HTTP 401"),
        ({"http_status": None, "closed_ns": NOON, "close_reason": "no trust"}, "✖", "failed: no trust"),
        ({"origin": "draft", "source": 3, "name": "tariff test"}, "✎", "draft of session 3"),
        ({"origin": "run", "source": 3, "name": "run 1"}, "↻", "run of session 3"),
        ({"origin": "draft"}, "✎", "draft"),
        ({"origin": "import", "closed_ns": NOON, "closed_by": "csms"}, "○", "by csms"),
    ],
)
def test_what_a_session_is_can_be_told_by_its_sign(fields: dict[str, Any], dot: str, end: str) -> None:
    row = cells(make_session(**fields))
    assert (row["dot"], row["end"]) == (dot, end)
    assert row["station"] == fields.get("name", "CP-1")
    if dot == "✖":
        assert row["lasted"] == ""


def test_a_session_without_frames_has_no_verdict() -> None:
    """A tick would say that all is well."""
    row = cells(make_session(version=None))
    assert (row["findings"], row["frames"], row["ocpp"], row["last"]) == ("", "0", "?", "")
    assert cells(make_session(warnings=1))["findings"] == "⚠1"


def test_a_station_without_an_id_is_named_by_its_address() -> None:
    """As where TLS failed: nobody knows who it was."""
    assert cells(make_session(station=""))["station"] == "192.0.2.17:50123"
    assert cells(make_session(station="", peer=""))["station"] == "?"


def test_a_hostile_session_is_harmless() -> None:
    for origin in ("live", "draft"):
        session = make_session(
            **dict.fromkeys(("station", "peer", "name", "close_reason"), HOSTILE), origin=origin, closed_ns=NOON
        )
        assert not UNSAFE.search("".join(cells(session).values()))
    assert not UNSAFE.search("".join(cells(SessionRow((session,), HOSTILE)).values()))


SESSIONS = [
    make_session(id=1, station="A", frames=10, errors=1),
    make_session(id=2, station="B", frames=5, warnings=2, closed_ns=NOON, closed_by="csms"),
    make_session(id=3, station="A", frames=1),
]


def test_the_first_row_stands_for_all_sessions() -> None:
    rows = list(session_rows(SESSIONS, grouped=False))
    assert [row.session.id if row.session else None for row in rows] == [None, 1, 2, 3]
    row = cells(rows[0])
    assert (row["station"], row["frames"], row["findings"], row["end"]) == (
        "all sessions",
        "16",
        "✖1 ⚠2",
        "2 of 3 open",
    )


def test_sessions_stand_under_their_stations_on_demand() -> None:
    """With their sums; what is folded is out of sight."""
    rows = list(session_rows(SESSIONS, grouped=True))
    assert [row.session.id if row.session else row.station for row in rows] == [None, "A", 1, 3, "B", 2]
    row = cells(rows[1])
    assert (row["dot"], row["station"], row["frames"], row["end"]) == ("▾", "A", "11", "2 of 2 open")
    assert cells(rows[4])["end"] == "1 session"
    rows = list(session_rows(SESSIONS, grouped=True, folded={"A"}))
    assert [row.session.id if row.session else row.station for row in rows] == [None, "A", "B", 2]
    assert cells(rows[1])["dot"] == "▸"


@pytest.mark.parametrize(
    ("seconds", "width", "words"),
    [(-1, 80, "0 s"), (4.4, 80, "4 s"), (125, 80, "2 m"), (125, 160, "2 m 5 s"), (90_061, 160, "1 d 1 h")],
)
def test_a_length_of_time_is_written_short(seconds: float, width: int, words: str) -> None:
    assert brief(round(seconds * SECOND), width) == words


@pytest.mark.parametrize("width", [20, 80, 100, 120, 160])
def test_there_is_always_room_for_how_it_ended(width: int) -> None:
    columns = session_columns(width)
    assert columns[-1].width == 0
    used = sum(column.width + 1 for column in columns) + 1
    assert width < 80 or width - used >= 15
