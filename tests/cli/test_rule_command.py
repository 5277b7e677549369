"""``rule``."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inspector.cli.codes import TITLES, by_family
from inspector.protocol.finding import Blame
from inspector.protocol.rules import TABLE


def test_without_a_code_it_lists_all(run: Callable[..., Any]) -> None:
    ran = run("rule")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["CODE", *(rule.code for rule in by_family())]


def test_a_letter_lists_its_family(run: Callable[..., Any]) -> None:
    ran = run("rule", "s")
    codes = sorted(code for code in TABLE if code[0] == "S")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["CODE", *codes]
    assert [json.loads(line)["code"] for line in run("rule", "S", "--json").out.splitlines()] == codes


def test_it_says_whose_fault_it_is(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender's, where the rule does not know better."""
    monkeypatch.setitem(TABLE, "R001", replace(TABLE["R001"], blame=Blame.NETWORK))
    assert "Whose fault: network\n" in run("rule", "R001").out
    assert "Whose fault: the sender of the frame, unless the finding names another\n" in run("rule", "S104").out
    assert [json.loads(run("rule", code, "--json").out)["blame"] for code in ("R001", "S104")] == [
        "network",
        "the sender",
    ]
    lines = {line.split()[0]: line for line in run("rule").out.splitlines()}
    assert " network " in lines["R001"]
    assert " the sender " in lines["S104"]


def test_a_code_is_explained_in_full_however_it_is_typed(run: Callable[..., Any]) -> None:
    ran = run("rule", "r001")
    rule = TABLE["R001"]
    assert ran.code == 0
    for text in (rule.name, rule.summary, rule.why, rule.fix, rule.spec):
        assert text in ran.out


def test_json_has_every_field(run: Callable[..., Any]) -> None:
    record = json.loads(run("rule", "S104", "--json").out)
    assert set(record) == {"code", "name", "severity", "summary", "why", "fix", "spec", "blame"}


def test_an_unknown_code_is_one_line(run: Callable[..., Any]) -> None:
    ran = run("rule", "Z999")
    assert (ran.code, ran.err) == (2, "ocpp-inspector: no rule Z999; `ocpp-inspector rule` lists them\n")


def test_the_help_names_the_families(run: Callable[..., Any]) -> None:
    words = " ".join(run("rule", "--help").out.split())
    assert all(f"{letter} {title.lower()}" in words for letter, title in TITLES.items())
