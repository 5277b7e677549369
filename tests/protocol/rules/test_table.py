"""The table of codes: each has all that is to be said of it, and sessions that prove it."""

import re
from collections.abc import Iterator

import pytest

from inspector.protocol import rules, schema
from inspector.protocol.rules import TABLE
from tests.protocol.rules.fixtures import FIXTURES
from tests.protocol.rules.made import Fixture
from tests.protocol.wire import codes, findings

FAMILIES = "FSRHBTCMPX"


@pytest.fixture(name="fixture")
def _fixture(code: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fixture]:
    """Return the fixture of a code, with its schema in the place of the official ones."""
    if code not in FIXTURES:
        pytest.fail(f"{code} has no session that raises it and none that must not: add both to fixtures/")
    fixture = FIXTURES[code]
    if fixture.schema is not None:
        monkeypatch.setattr(schema, "_load", lambda *_: fixture.schema)
        forget()
    yield fixture
    if fixture.schema is not None:
        forget()


def forget() -> None:
    """Empty the caches of the schemas."""
    for function in vars(schema).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


@pytest.mark.parametrize("code", TABLE)
def test_each_code_is_raised_by_its_session(code: str, fixture: Fixture) -> None:
    """Once, about the frame that is meant, as severe as the table says."""
    found = findings(fixture.raises, version=fixture.version)
    raised = [finding for finding in found if finding.code == code]
    assert [(one.frame, one.severity) for one in raised] == [(fixture.frame, TABLE[code].severity)]
    assert raised[0].message


@pytest.mark.parametrize("code", TABLE)
def test_the_mended_session_has_no_finding(code: str, fixture: Fixture) -> None:
    """A false alarm costs more than a miss."""
    assert codes(findings(fixture.clean, version=fixture.version)) == []


def test_no_fixture_is_left_of_a_code_that_is_gone() -> None:
    assert set(FIXTURES) <= set(TABLE)


@pytest.mark.parametrize("code", TABLE)
def test_each_row_says_everything(code: str) -> None:
    """A code of its family, a name for the command line, and sentences for people."""
    rule = TABLE[code]
    assert rule.code == code
    assert re.fullmatch(rf"[{FAMILIES}]\d{{3}}", code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert all(text.endswith(".") for text in (rule.summary, rule.why, rule.fix))
    assert rule.spec


def test_no_code_and_no_name_is_given_twice() -> None:
    listed = [rule for module in rules.MODULES for rule in module.RULES]
    assert len(listed) == len(TABLE) == len({rule.name for rule in listed})
