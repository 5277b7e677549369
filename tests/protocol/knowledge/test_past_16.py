"""What is kept of a station's 1.6 transactions."""

from inspector.protocol.event import Opened
from inspector.protocol.knowledge.past_16 import LONGEST_WORD, Past16, Transaction, begin, word
from inspector.protocol.knowledge.transactions import MOST_PLACES, MOST_TRANSACTIONS

START = {"connectorId": 1, "idTag": "CARD", "meterStart": 7, "timestamp": "2026-11-02T12:00:00Z"}


def test_the_same_start_is_known_again() -> None:
    assert begin(START).digest == begin(dict(START)).digest
    assert begin(START).digest != begin({**START, "meterStart": 8}).digest
    assert (begin(START).connector, begin(START).tag) == (1, "CARD")


def test_a_start_may_be_of_any_shape() -> None:
    assert begin({"connectorId": [], "idTag": {}}).connector is None


def test_a_transaction_is_found_by_its_id_until_too_many_came_after_it() -> None:
    past = Past16()
    for number in range(MOST_TRANSACTIONS + 1):
        past.keep(number, Transaction(id=number))
    assert past.find(0) is None
    assert past.find(MOST_TRANSACTIONS) is not None


def test_the_one_last_heard_of_is_forgotten_last() -> None:
    past = Past16()
    for number in range(MOST_TRANSACTIONS):
        past.keep(number, Transaction(id=number))
    past.find(0)
    past.keep(-1, Transaction())
    assert (past.find(0) is not None, past.find(1)) == (True, None)


def test_the_last_of_a_connector_is_found_though_its_id_was_forgotten() -> None:
    past = Past16()
    past.starts(Transaction(connector=3, id=77))
    assert past.find(77) is not None


def test_all_began_here_only_if_no_connector_is_without() -> None:
    past = Past16()
    assert not past.all_begun_here()
    past.starts(Transaction(connector=1, id=5, since_boot=True))
    assert (past.all_begun_here(), past.all_begun_since_boot()) == (True, True)
    past.hear_of(2)
    assert (past.all_begun_here(), past.all_begun_since_boot()) == (False, False)


def test_the_station_itself_is_no_connector_and_there_is_an_end_of_them() -> None:
    past = Past16()
    for number in range(MOST_PLACES + 5):
        past.hear_of(number)
    assert (0 in past.connectors, len(past.connectors)) == (False, MOST_PLACES)


def test_doubt_keeps_the_ids_and_forgetting_does_not() -> None:
    past = Past16()
    past.starts(past.keep(5, Transaction(connector=1, id=5)))
    past.doubt()
    assert (past.connectors, past.find(5) is not None) == ({}, True)
    past.forget()
    assert past.find(5) is None


def test_a_long_word_is_kept_short_and_the_same_only_for_the_same() -> None:
    first, second = "a" * 1000, "a" * 1001
    assert word(first) != word(second)
    assert word(first) == word("a" * 1000)
    assert len(word(first)) < 2 * LONGEST_WORD
    assert (word(None), word(0)) == ("", "0")


def test_a_connector_is_idle_after_an_answered_stop_till_a_session_begins() -> None:
    """Not if a StartTransaction waits for its id, nor if the transaction began before the boot."""
    past = Past16()
    over = Transaction(connector=1, id=5, since_boot=True, stop=("",), stop_answered=True)
    past.starts(over)
    assert (past.idle_since(1), past.idle_since(2), past.idle_since(None)) == (over, None, None)
    past.starts(Transaction(connector=2))
    assert past.idle_since(1) is None
    past.starts(Transaction(connector=2, id=6, since_boot=True))
    assert (past.idle_since(1), past.idle_since(2)) == (over, None)
    past.opened(Opened(1, "CP-1"))
    assert (past.idle_since(1), over.since_boot) == (None, False)
