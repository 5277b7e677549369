"""What becomes of a field of any shape."""

from typing import Any

import pytest

from inspector.protocol.summary_forms import FORMS, MOST


@pytest.mark.parametrize(
    ("form", "value", "words"),
    [
        ("text", True, "yes"),
        ("text", 12.5, "12.5"),
        ("text", "x" * 1000, "x" * MOST),
        ("short", "037eb7bb-be9c-46ba-93e3-67f9e77dfe64", "037eb7bb…"),
        ("short", 77, "77"),
        ("kwh", 12400, "12.4 kWh"),
        ("allowed", "Blocked", "Rejected: Blocked"),
        ("allowed", "Accepted", "Accepted"),
        ("connector", {"connectorId": 0}, "connector 0"),
        ("connector", {"evse": {"id": 1, "connectorId": 2}}, "EVSE 1/2"),
        ("fault", "NoError", ""),
        ("keys", ["A", "B"], "A, B"),
        ("keys", ["A", "B", "C"], "3 keys"),
        ("keys", [], "0 keys"),
        ("profiles", [{}], "1 profile"),
        ("variables", [{"component": {"name": "C"}, "variable": {"name": "V"}, "attributeValue": "1"}], "C.V = 1"),
        ("statuses", [{"attributeStatus": "Accepted"}, {"attributeStatus": "Rejected"}], "1 Accepted, 1 Rejected"),
        ("limits", {"chargingProfilePurpose": "TxProfile"}, "TxProfile"),
    ],
)
def test_what_each_form_makes_of_a_value(form: str, value: Any, words: str) -> None:
    assert FORMS[form](value) == words


@pytest.mark.parametrize("value", [{}, {"evse": 5}, {"x": [None]}])
@pytest.mark.parametrize("form", FORMS)
def test_of_what_it_can_not_read_it_says_nothing(form: str, value: dict[str, Any]) -> None:
    assert FORMS[form](value) == ""
