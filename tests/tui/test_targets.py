"""Where other screens lead to."""

import pytest

from inspector.protocol.finding import Severity
from inspector.store.alone import NOTHING, Alone
from inspector.store.filter import compile_filter
from inspector.store.tallies import Tally
from inspector.store.transaction import Transaction
from inspector.tui.targets import Target, of_code, of_station, of_transaction, recorded, term


@pytest.mark.parametrize("value", ["CP-1", 'a "b" c', "\\", "x)y", "or", "a:b", "a*b"])
def test_any_name_makes_a_filter_that_can_be_read(value: str) -> None:
    """And what is typed so stays one term."""
    assert len(compile_filter(term("station", value)).parameters) == 1


def test_a_station_without_a_name_is_not_asked_for() -> None:
    assert of_station("", "severity:error") == Target(filter="severity:error")


def test_a_code_leads_to_recorded_frames() -> None:
    """To those of runs where there are no others, never to those of drafts; every filter can be read."""
    both = Alone(frozenset({4}), frozenset({5}))
    recorded_too, in_runs = Tally("S104", Severity.ERROR, 2, 1), Tally("S104", Severity.ERROR, 0, 3)
    assert of_code(recorded_too, NOTHING) == Target(filter="code:S104")
    assert of_code(recorded_too, both) == Target(filter="code:S104 !origin:draft !origin:run")
    assert of_code(in_runs, both) == Target(filter="code:S104 !origin:draft")
    assert compile_filter(" ".join(recorded(both))).parameters == ("draft", "run")


def test_a_transaction_leads_to_its_frames() -> None:
    """Of its station alone; without an id to its first frame."""
    known = Transaction(3, "CP-1", "77", 5, 9)
    assert of_transaction(known) == Target(filter="station:CP-1 tx:77")
    assert of_transaction(Transaction(3, "", "a b", 5, 9)) == Target(filter='tx:"a b"')
    assert of_transaction(Transaction(3, "CP-1", "", 5, 9)) == Target(session=3, frame=5)
    both = Alone(frozenset({4}), frozenset({3}))
    assert of_transaction(known, both) == Target(session=3, filter="tx:77")
    assert of_transaction(known, Alone(frozenset({4}))) == Target(filter="station:CP-1 tx:77 !origin:draft")
    assert of_station("CP 1", "severity:*") == Target(filter='station:"CP 1" severity:*')
