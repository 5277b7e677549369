"""The table of filter keys."""

import pytest

from inspector.store.filter.terms import TERMS, Term, escape, like


@pytest.mark.parametrize("term", TERMS.values(), ids=list(TERMS))
def test_each_key_explains_itself_with_an_example(term: type[Term]) -> None:
    assert f"{term.key}:" in term.help


def test_wildcards_match_any_text_and_nothing_else_does() -> None:
    assert like("c", "a*").parameters == ("a%",)
    assert like("c", "50%_*").parameters == ("50\\%\\_%",)
    assert like("c", "50%").sql == "c = ?"
    assert escape("\\") == "\\\\"
