"""A frame in its session: what follows from the frame and the CALL it answers."""

from typing import Any

import pytest

from inspector.protocol.version import Party, Version
from tests.protocol.wire import CSMS, STATION, call, heard, result, seen, watch


def answered(raw: str | bytes) -> Any:
    """Return an answer to a CALL of the CSMS."""
    asked = heard(raw=call(action="ClearCache"), sender=CSMS, time_ns=5)
    return seen(watch([asked, heard(raw=raw, sender=STATION, time_ns=12)], version=Version.V16)[-1])


def alone(raw: str | bytes, sender: Party = STATION) -> Any:
    return seen(watch([heard(raw=raw, sender=sender)], version=Version.V16)[-1])


def test_an_answer_knows_how_long_it_took() -> None:
    assert answered(result(payload={"status": "Accepted"})).latency_ns == 7
    assert alone(call()).latency_ns is None


@pytest.mark.parametrize(
    ("raw", "accepted"),
    [
        (result(payload={"status": "Accepted"}), True),
        (result(payload={"status": "Rejected"}), False),
        (result(payload={"status": ["Accepted"]}), False),
        (result(payload={}), False),
        ('[3,"1",["Accepted"]]', False),
        ('[4,"1","InternalError","",{"status":"Accepted"}]', False),
        (call(payload={"status": "Accepted"}), False),
    ],
)
def test_only_a_result_that_says_so_is_accepted(raw: str, accepted: bool) -> None:
    assert answered(raw).accepted is accepted
