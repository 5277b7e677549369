"""What both transaction families keep of a station, and when they forget or doubt it."""

from typing import Any

import pytest

from inspector.protocol.event import Closed, Opened
from inspector.protocol.knowledge.transactions import LONGEST_BREAK_NS, MOST_SAID, Past, Said


class Noted(Past):
    """Notes what it was told to do."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    def forget(self) -> None:
        self.notes.append("forget")

    def doubt(self) -> None:
        self.notes.append("doubt")


def opened(time_ns: int = 0, **fields: Any) -> Opened:
    return Opened(time_ns, "CP-1", **fields)


@pytest.mark.parametrize(
    ("second", "noted"),
    [
        (opened(LONGEST_BREAK_NS), []),
        (opened(LONGEST_BREAK_NS + 1), ["doubt"]),
        (opened(upstream="ws://other"), ["forget"]),
        (opened(origin="import"), ["forget"]),
        (opened(origin="run"), ["forget"]),
    ],
)
def test_a_session_goes_on_where_the_last_one_ended(second: Opened, noted: list[str]) -> None:
    """Unless it is with another CSMS, or too much may have happened in between."""
    past = Noted()
    past.opened(opened())
    past.closed(Closed(0))
    past.opened(second)
    assert past.notes == noted


def test_a_run_does_not_go_on_where_another_ended() -> None:
    past = Noted()
    past.opened(opened(origin="run"))
    past.opened(opened(origin="run"))
    assert past.notes == ["forget"]


def test_the_first_session_has_nothing_to_forget() -> None:
    past = Noted()
    past.opened(opened(2 * LONGEST_BREAK_NS))
    assert past.notes == []


def test_something_is_said_once() -> None:
    said = Said()
    assert [said.first("T", 1), said.first("T", 1), said.first("T", 2)] == [True, False, True]
    assert ("T", 1) in said
    assert ("T", 3) not in said


def test_what_was_said_is_bounded() -> None:
    """Who has said very much begins anew."""
    said = Said()
    assert all(said.first(number) for number in range(MOST_SAID + 1))
    assert said.first(0)
