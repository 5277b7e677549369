"""What both transaction families keep of a station, and when they forget or doubt it."""

from dataclasses import replace
from typing import Any

import pytest

from inspector.protocol.event import Closed, Opened
from inspector.protocol.knowledge.transactions import LONGEST_BREAK_NS, Past


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
    past.closed(Closed(0), missed=False)
    past.opened(second)
    assert past.notes == noted


def test_what_was_missed_is_in_doubt() -> None:
    past = Noted()
    past.opened(opened(2 * LONGEST_BREAK_NS))
    past.closed(Closed(2 * LONGEST_BREAK_NS), missed=True)
    past.opened(opened(2 * LONGEST_BREAK_NS + 1))
    assert past.notes == ["doubt"]


def test_an_attempt_that_never_got_to_a_csms_changes_nothing() -> None:
    """The proxy turned it away: that is no other world, and no sign of what the station did."""
    past = Noted()
    past.opened(opened(upstream="ws://csms"))
    past.opened(replace(opened(LONGEST_BREAK_NS), http_status=400))
    past.opened(opened(5, upstream="ws://csms"))
    assert past.notes == []
    past.opened(opened(LONGEST_BREAK_NS + 6, upstream="ws://csms"))
    assert past.notes == ["doubt"]


def test_a_run_does_not_go_on_where_another_ended() -> None:
    past = Noted()
    past.opened(opened(origin="run"))
    past.opened(opened(origin="run"))
    assert past.notes == ["forget"]


def test_the_first_session_has_nothing_to_forget() -> None:
    past = Noted()
    past.opened(opened(2 * LONGEST_BREAK_NS))
    assert past.notes == []
