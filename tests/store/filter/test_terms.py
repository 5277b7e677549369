"""The table of filter keys, and the search for text."""

import pytest

from inspector.store.filter import compile_filter
from inspector.store.filter.term import Term
from inspector.store.filter.terms import GUIDE, TERMS, raw_text
from inspector.store.reader import Reader
from tests.store.filter.conftest import Ids

PROMISED = (
    "station action sender type id session code severity version latency size time since until tx idtag connector"
    " origin marked payload"
)


def test_every_key_that_was_promised_is_there() -> None:
    assert set(TERMS) == set(PROMISED.split())


@pytest.mark.parametrize("term", TERMS.values(), ids=list(TERMS))
def test_each_key_explains_itself_with_examples_that_run(term: type[Term], reader: Reader) -> None:
    assert term.help
    for example in term.examples:
        assert example.removeprefix("!").startswith(term.key)
        reader.ids(compile_filter(example))


@pytest.mark.parametrize("term", [term for term in TERMS.values() if term.values], ids=lambda term: term.key)
def test_each_value_that_is_offered_runs(term: type[Term], reader: Reader) -> None:
    for value in term.values[:3]:
        reader.ids(compile_filter(f"{term.key}:{value}"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("chargepoint", []),
        ("METERVALUES", [3]),
        ("50%", [13]),
        ("of_", [13]),
        ("ofx", []),
        ('"\\"transactionId\\": 77"', [2, 3, 5]),
        ("Meter*77", [3]),
        ("order", []),
        ("notify", []),
    ],
)
def test_a_word_is_searched_in_the_raw_text(ids: Ids, text: str, found: list[int]) -> None:
    assert ids(text) == found


def test_the_search_knows_no_signs_but_one() -> None:
    assert raw_text("a_b*c").parameters == ("%a\\_b%c%",)


def test_the_guide_has_a_row_for_each_way_to_put_terms_together() -> None:
    assert all(form and meaning for form, meaning in GUIDE)
