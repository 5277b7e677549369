"""One transaction, from what its frames tell."""

import json
from typing import Any

import pytest

from inspector.protocol.timestamp import read
from inspector.store.transaction import LOCAL, Row, Transaction, identity, joined, masked, part_of


def row(action: str, payload: Any, **fields: Any) -> Row:
    """Make a row of a CALL."""
    values: dict[str, Any] = {"id": 5, "session": 1, "number": 5, "time_ns": 50, "type": 2, "answers": None}
    raw = json.dumps([2, "m", action, payload])
    return Row(**(values | {"action": action, "errors": 0, "warnings": 0, "raw": raw} | fields))


def test_a_start_of_1_6_tells_its_beginning() -> None:
    payload = {"connectorId": 2, "idTag": "04A1B2C3D4", "meterStart": 700, "timestamp": "2026-09-21T12:00:00Z"}
    answer = row(
        "StartTransaction",
        {},
        id=6,
        type=3,
        errors=1,
        raw='[3,"m",{"transactionId":77,"idTagInfo":{"status":"Accepted"}}]',
    )
    found = part_of(row("StartTransaction", payload), "CP-1", answer)
    assert found is not None
    noon = read("2026-09-21T12:00:00Z")
    assert (found.id, found.connector, found.tag, found.start_ns, found.began) == (
        "77",
        "2",
        "04…D4",
        noon,
        (noon, 700),
    )
    assert (found.first, found.last, found.errors, found.refused) == (5, 6, 1, "")


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ('[3,"m",{"transactionId":7,"idTagInfo":{"status":"Blocked"}}]', "Blocked"),
        ('[4,"m","InternalError","",{}]', "InternalError"),
        ('[3,"m",{}]', ""),
        ("no JSON", "error"),
    ],
)
def test_a_refused_start_says_so(answer: str, refused: str) -> None:
    found = part_of(row("StartTransaction", {}), "CP-1", row("StartTransaction", {}, type=3, raw=answer))
    assert found is not None
    assert found.refused == refused
    assert found.answered


def test_an_event_of_2_x_tells_what_it_has() -> None:
    payload = {
        "eventType": "Ended",
        "timestamp": "2026-09-21T12:00:00Z",
        "transactionInfo": {"transactionId": "uuid", "stoppedReason": "EVDisconnected"},
        "evse": {"id": 2, "connectorId": 1},
        "idToken": {"idToken": "AB", "type": "Central"},
    }
    found = part_of(row("TransactionEvent", payload), "CP-1", None)
    assert found is not None
    assert (found.id, found.connector, found.tag, found.reason) == ("uuid", "2/1", "…", "EVDisconnected")
    assert (found.start_ns, found.stop_ns) == (None, read("2026-09-21T12:00:00Z"))


def test_a_reason_that_is_not_told_is_local() -> None:
    found = part_of(row("StopTransaction", {"transactionId": 1}), "CP-1", None)
    assert found is not None
    assert (found.reason, found.stop_ns) == (LOCAL, 50)


@pytest.mark.parametrize("action", ["StartTransaction", "StopTransaction", "MeterValues", "TransactionEvent", "Other"])
@pytest.mark.parametrize(
    "payload",
    [
        None,
        7,
        [],
        {},
        {"transactionId": []},
        {"transactionInfo": 5, "timestamp": 5, "meterValue": {"a": 1}, "evse": [1]},
        {
            "transactionId": 1e300,
            "meterStart": 1e40,
            "idTag": 7,
            "connectorId": True,
            "timestamp": "0001-01-01T00:00:00Z",
        },
    ],
    ids=str,
)
def test_no_payload_is_too_odd(action: str, payload: Any) -> None:
    """None of them raises, and only those that name a transaction, or begin or end one, tell of it."""
    found = part_of(row(action, payload), "CP-1", None)
    assert found is None or (action in {"StartTransaction", "StopTransaction"} and not found.id)


@pytest.mark.parametrize("raw", ["", "[", '"text"', b"\xff\xfe", "[" * 5000])
def test_no_frame_is_too_odd(raw: str | bytes) -> None:
    assert part_of(row("TransactionEvent", {}, raw=raw), "CP-1", None) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [(77, "77"), (77.0, "77"), ("77", "77"), (True, ""), (None, ""), (1.5, ""), ("x" * 500, "x" * 100)],
)
def test_ids_are_told_apart_as_text(value: Any, expected: str) -> None:
    assert identity({"transactionId": value}) == expected


@pytest.mark.parametrize(
    ("tag", "shown"), [("", ""), ("A", "…"), ("ABC", "…"), ("ABCD", "A…D"), ("04A1B2C3", "04…C3"), ("x" * 99, "xx…xx")]
)
def test_only_the_ends_of_a_tag_are_shown(tag: str, shown: str) -> None:
    assert masked(tag) == shown


def test_parts_are_joined_in_either_order() -> None:
    begin = Transaction(
        1, "CP-1", "7", 5, 6, connector="1", tag="04…", start_ns=10, began=(10, 5.0), latest=(10, 5.0), errors=1
    )
    end = Transaction(2, "CP-1", "7", 9, 9, stop_ns=70, began=(70, 9.0), latest=(70, 9.0), reason="Local", warnings=2)
    whole = joined(begin, end)
    assert whole == joined(end, begin)
    assert (whole.session, whole.first, whole.last, whole.start_ns, whole.stop_ns) == (2, 5, 9, 10, 70)
    assert (whole.energy_wh, whole.duration_ns, whole.errors, whole.warnings) == (4.0, 60, 1, 2)
    assert (begin.energy_wh, begin.duration_ns) == (None, None)
