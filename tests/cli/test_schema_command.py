"""``schema``."""

import json
from collections.abc import Callable
from typing import Any

import pytest


def test_it_prints_the_official_schema_and_says_which_on_stderr(run: Callable[..., Any]) -> None:
    ran = run("schema", "Heartbeat", "--ocpp-version", "1.6", "--response")
    assert json.loads(ran.out)["required"] == ["currentTime"]
    assert (ran.code, ran.err) == (0, "Heartbeat response, OCPP 1.6\n")


def test_the_newest_version_that_has_the_action_is_the_default(run: Callable[..., Any]) -> None:
    assert run("schema", "Heartbeat").err == "Heartbeat request, OCPP 2.1\n"
    assert run("schema", "StartTransaction").err == "StartTransaction request, OCPP 1.6\n"


def test_json_is_one_line(run: Callable[..., Any]) -> None:
    assert len(run("schema", "TransactionEvent", "--json").out.splitlines()) == 1


def test_without_an_action_it_lists_who_sends_what(run: Callable[..., Any]) -> None:
    rows = {line.split()[0]: line.split()[1:] for line in run("schema").out.splitlines()}
    assert rows["Heartbeat"] == ["station", "station", "station"]
    assert rows["StartTransaction"] == ["station", "-", "-"]
    assert rows["DataTransfer"] == ["csms", "or", "station"] * 3
    assert len(rows) == 1 + len({*rows} - {"ACTION"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Heartbeet"], "no action Heartbeet; did you mean Heartbeat?"),
        (["TransactionEvent", "--ocpp-version", "1.6"], "no action TransactionEvent in OCPP 1.6"),
        (["NotifyPeriodicEventStream", "--response"], "NotifyPeriodicEventStream has no answer in OCPP 2.1"),
        (["../../v201/schemas/Authorize"], "no action ../../v201/schemas/Authorize"),
        (["Heartbeat", "--ocpp-version", "3"], "is not one of"),
    ],
)
def test_what_is_not_there_is_one_line(run: Callable[..., Any], arguments: list[str], words: str) -> None:
    ran = run("schema", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err
