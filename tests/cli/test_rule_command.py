"""``rule``."""

import json
from collections.abc import Callable
from typing import Any

from inspector.protocol.rules import TABLE


def test_without_a_code_it_lists_all(run: Callable[..., Any]) -> None:
    ran = run("rule")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["CODE", *TABLE]


def test_a_code_is_explained_in_full_however_it_is_typed(run: Callable[..., Any]) -> None:
    ran = run("rule", "r001")
    rule = TABLE["R001"]
    assert ran.code == 0
    for text in (rule.name, rule.summary, rule.why, rule.fix, rule.spec):
        assert text in ran.out


def test_json_has_every_field(run: Callable[..., Any]) -> None:
    record = json.loads(run("rule", "S104", "--json").out)
    assert set(record) == {"code", "name", "severity", "summary", "why", "fix", "spec"}


def test_an_unknown_code_is_one_line(run: Callable[..., Any]) -> None:
    ran = run("rule", "Z999")
    assert (ran.code, ran.err) == (2, "ocpp-inspector: no rule Z999; `ocpp-inspector rule` lists them\n")
