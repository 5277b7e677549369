"""What the terms share."""

import pytest

from inspector.store.filter import Where
from inspector.store.filter.term import Asked, Term, any_of, both, either, like, meant, pattern


def test_wildcards_match_any_text_and_nothing_else_does() -> None:
    assert like("c", "a*").parameters == ("a%",)
    assert like("c", "50%_*").parameters == ("50\\%\\_%",)
    assert like("c", "50%") == Where("c = ?", ("50%",))
    assert (pattern("\\"), pattern("a***b")) == ("\\\\", "a%b")


def test_conditions_are_joined_with_their_parameters_in_order() -> None:
    parts = [Where("a = ?", (1,)), Where("b = ?", (2,))]
    assert both(parts) == Where("(a = ? AND b = ?)", (1, 2))
    assert either(parts) == Where("(a = ? OR b = ?)", (1, 2))
    assert (any_of("c", ["x"]), any_of("c", [1, 2])) == (Where("c = ?", ("x",)), Where("c IN (?, ?)", (1, 2)))


def test_the_nearest_is_asked_for() -> None:
    assert meant("acton", ["action", "sender"]) == "; did you mean action?"
    assert meant("zzz", ["action", "sender"]) == ""


def test_a_colon_compares_as_equal() -> None:
    assert (Asked(":", "x").comparison, Asked(">=", "x").comparison) == ("=", ">=")


def test_a_term_must_say_what_it_finds() -> None:
    with pytest.raises(NotImplementedError):
        Term.where(Asked(":", "x"))
