"""``schema``."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest


def test_it_prints_the_schema_and_says_which_on_stderr(run: Callable[..., Any]) -> None:
    ran = run("schema", "Heartbeat", "--ocpp-version", "1.6", "--response")
    assert json.loads(ran.out)["required"] == ["currentTime"]
    assert (ran.code, ran.err) == (0, "Heartbeat response, OCPP 1.6\n")


def test_the_newest_version_that_has_the_action_is_the_default(run: Callable[..., Any]) -> None:
    assert run("schema", "Heartbeat").err == "Heartbeat request, OCPP 2.1\n"
    assert run("schema", "StartTransaction").err == "StartTransaction request, OCPP 1.6\n"


def test_an_action_is_found_in_any_case(run: Callable[..., Any]) -> None:
    assert run("schema", "heartBEAT").err == "Heartbeat request, OCPP 2.1\n"


def test_json_is_one_line(run: Callable[..., Any]) -> None:
    assert len(run("schema", "TransactionEvent", "--json").out.splitlines()) == 1


METER = {"timestamp": "2026-01-31T12:34:56Z", "sampledValue": [{"value": "1", "unit": "Hertz"}]}


@pytest.mark.parametrize(
    ("arguments", "changes", "payload"),
    [
        (
            ["MeterValues", "--ocpp-version", "1.6"],
            ["minItems 0 instead of 1", "enum, in which is Hertz"],
            {"connectorId": 1, "meterValue": []},
        ),
        (
            ["StopTransaction"],
            ["enum with Hertz; "],
            {"meterStop": 1, "timestamp": METER["timestamp"], "transactionId": 1, "transactionData": [METER]},
        ),
        (
            ["Get15118EVCertificate", "--ocpp-version", "2.0.1", "--response"],
            ["/properties/exiResponse: maxLength 7500; "],
            {"status": "Accepted", "exiResponse": "x" * 7500},
        ),
    ],
)
def test_it_is_the_effective_schema_and_says_what_the_overlay_changed(
    run: Callable[..., Any], arguments: list[str], changes: list[str], payload: dict[str, Any]
) -> None:
    """On stderr and as a comment; what one published copy takes, this schema takes."""
    ran = run("schema", *arguments)
    printed = json.loads(ran.out)
    for change in changes:
        assert change in ran.err
        assert change in printed["$comment"]
    assert "Open Charge Alliance" in printed["$comment"] or "none lists it here" in printed["$comment"]
    assert jsonschema_rs.is_valid(printed, payload)
    assert json.loads(run("schema", *arguments, "--json").out) == printed


def test_a_schema_that_nothing_was_laid_over_has_no_comment(run: Callable[..., Any]) -> None:
    assert "$comment" not in json.loads(run("schema", "Authorize").out)


@pytest.mark.parametrize(
    ("arguments", "says", "frame"),
    [
        (["CALL"], "CALL, OCPP 2.1", [2, "1", "Heartbeat", {}]),
        (["callerror", "--ocpp-version", "1.6"], "CALLERROR, OCPP 1.6", [4, "1", "FormationViolation", "", {}]),
        (["SEND"], "SEND, OCPP 2.1", [6, "1", "NotifyPeriodicEventStream", {}]),
    ],
)
def test_the_schema_of_a_whole_frame_has_the_name_of_its_type(
    run: Callable[..., Any], arguments: list[str], says: str, frame: list[Any]
) -> None:
    ran = run("schema", *arguments)
    printed = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, f"{says}\n")
    assert jsonschema_rs.is_valid(printed, frame)
    assert not jsonschema_rs.is_valid(printed, [3, *frame[1:]])


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
        (["CALLEROR"], "no action CALLEROR; did you mean CALLERROR?"),
        (["TransactionEvent", "--ocpp-version", "1.6"], "no action TransactionEvent in OCPP 1.6"),
        (["SEND", "--ocpp-version", "1.6"], "no SEND in OCPP 1.6"),
        (["NotifyPeriodicEventStream", "--response"], "NotifyPeriodicEventStream has no answer in OCPP 2.1"),
        (["../../v201/schemas/Authorize"], "no action ../../v201/schemas/Authorize"),
        (["Heartbeat", "--ocpp-version", "3"], "is not one of"),
        (["Heartbeat", "--request", "--response"], "--request and --response exclude each other"),
        (["CALL", "--response"], "choose between the payloads of an action"),
        (["call", "--request"], "choose between the payloads of an action"),
        (["--response"], "choose between the payloads of an action"),
    ],
)
def test_what_is_not_there_is_one_line(run: Callable[..., Any], arguments: list[str], words: str) -> None:
    ran = run("schema", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err
