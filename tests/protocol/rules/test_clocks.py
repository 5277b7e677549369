"""C: timestamps on the wire."""

import pytest

from inspector.protocol.finding import Severity
from inspector.protocol.version import Version
from tests.protocol.wire import CSMS, call, findings, heard, result


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026-01-31T12:34:56", "send UTC: 2026-01-31T12:34:56Z"),
        ("2026-01-31 12:34:56Z", "send 2026-01-31T12:34:56Z"),
        ("2026-01-31T12:34:56+0100", "send UTC, ending in Z"),
        ("31.01.2026", "send it as 2026-01-31T12:34:56Z"),
    ],
)
def test_a_timestamp_that_is_none_is_a_warning_with_what_to_send(text: str, hint: str) -> None:
    """Not an error: most receivers read it, some differently than meant."""
    answer = heard(raw=result(payload={"currentTime": text}), sender=CSMS)
    (finding,) = findings([heard(raw=call()), answer], version=Version.V16)
    assert (finding.code, finding.severity, finding.pointer) == ("C001", Severity.WARNING, "/2/currentTime")
    assert finding.hint == hint
    assert finding.blame == "csms"


def test_each_timestamp_is_found_by_itself() -> None:
    values = [
        {"timestamp": text, "sampledValue": [{"value": "1"}]}
        for text in ("2026-01-31T12:34:56", "2026-01-31T12:34:56Z", "")
    ]
    raw = call(action="MeterValues", payload={"connectorId": 1, "meterValue": values})
    found = findings([heard(raw=raw)], version=Version.V16)
    assert [(one.code, one.pointer) for one in found] == [
        ("C001", "/3/meterValue/0/timestamp"),
        ("C001", "/3/meterValue/2/timestamp"),
    ]


def test_a_timestamp_of_the_wrong_type_is_no_matter_of_clocks() -> None:
    answer = heard(raw=result(payload={"currentTime": 1_769_862_896}), sender=CSMS)
    (finding,) = findings([heard(raw=call()), answer], version=Version.V16)
    assert finding.code == "S103"
