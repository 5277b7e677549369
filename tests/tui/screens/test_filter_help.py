"""The help of the filter."""

from inspector.store.filter.terms import GUIDE, TERMS
from inspector.tui.screens.filter_help import WIDTH, filter_help


def test_it_holds_every_key_with_its_examples_and_fits_a_narrow_terminal() -> None:
    text = str(filter_help())
    words = " ".join(text.split())
    for term in TERMS.values():
        assert term.help in words
        assert all(example in text for example in term.examples)
    assert all(form in text and meaning in text for form, meaning in GUIDE)
    assert max(map(len, text.split("\n"))) <= WIDTH
