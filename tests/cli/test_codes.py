"""Rules by code and by family."""

import pytest

from inspector.cli.codes import TITLES, by_family, chosen, family, rules_of
from inspector.errors import InspectorError
from inspector.protocol.rules import TABLE


def test_every_rule_is_in_one_family() -> None:
    assert sorted(rule.code for rule in by_family()) == sorted(TABLE)
    assert {code[0] for code in TABLE} <= set(TITLES)
    assert [rule.code for rule in family("F")] == sorted(code for code in TABLE if code[0] == "F")


@pytest.mark.parametrize(("name", "first"), [("R002", "R002"), (" r002 ", "R002"), ("r", "R001")])
def test_a_rule_is_named_however_it_is_typed(name: str, first: str) -> None:
    assert rules_of(name)[0].code == first


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("R099", "no rule R099; did you mean R0"),
        ("S14", "no rule S14; did you mean S104?"),
        ("Z", "no rule Z; `ocpp-inspector rule` lists them"),
        ("", "no rule without a name; `ocpp-inspector rule` lists them"),
    ],
)
def test_what_is_none_is_said_with_what_may_be_meant(name: str, words: str) -> None:
    with pytest.raises(InspectorError) as caught:
        rules_of(name)
    assert str(caught.value).startswith(words)


def test_codes_are_chosen_and_ignored() -> None:
    """Lists have commas, and may be given several times; what is ignored is ignored."""
    everything = frozenset(TABLE)
    family_r = frozenset(code for code in TABLE if code[0] == "R")
    assert chosen([], []) == everything
    assert chosen(["R,s104", "F001"], []) == family_r | {"S104", "F001"}
    assert chosen(["R"], ["R001", "S"]) == family_r - {"R001"}
    assert chosen([], ["R"]) == everything - family_r
    assert chosen(["R001"], ["R"]) == frozenset()
