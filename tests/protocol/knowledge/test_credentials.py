"""Where secrets stand, and what is in a header of Basic Auth."""

import base64
from typing import Any

import pytest

from inspector.protocol.event import Opened
from inspector.protocol.knowledge.credentials import SENT, TOLD, BasicAuth, Secret, basic_auth
from tests.protocol.rules.dialogue import named

KEY_CODE, CARD = {"idToken": "1234", "type": "KeyCode"}, {"idToken": "CARD", "type": "ISO14443"}
PASSWORD = "0123456789-abcdefghi"


def header(value: str, *, name: str = "Authorization", side: str = "request") -> Opened:
    """Make a handshake with one header."""
    return Opened(0, "CP-1", headers=((side, name, value),))


def basic(credentials: bytes) -> str:
    """Make the value of a header."""
    return f"Basic {base64.b64encode(credentials).decode()}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (basic(b"CP-1:secret"), BasicAuth(6)),
        (basic(b"CP-1:"), BasicAuth(0)),
        (basic(b"CP-1:a:b"), BasicAuth(3)),
        (basic(b"CP-1:" + b"00FF" * 10), BasicAuth(40, is_hex=True)),
        (basic(b"CP-1:" + b"00ff" * 8), BasicAuth(32, is_hex=True)),
        (basic(b"CP-1:" + b"00ff" * 4), BasicAuth(16)),
        (basic(b"CP-1:" + bytes(range(20))), BasicAuth(20)),
        (basic("CP-1:ééé".encode()), BasicAuth(3)),
        (basic(b"no colon"), BasicAuth(None)),
        ("basic " + basic(b"CP-1:x")[6:], BasicAuth(1)),
        ("Basic CP-1:***", BasicAuth(None)),
        ("Basic ***", BasicAuth(None)),
        ("Basic", BasicAuth(None)),
        ("Bearer abc", None),
        ("", None),
    ],
)
def test_a_header_is_read(value: str, expected: BasicAuth | None) -> None:
    """One that was masked tells that there was one, and no more."""
    assert basic_auth(header(value)) == expected


def test_only_the_request_s_own_header_counts() -> None:
    assert basic_auth(header(basic(b"a:b"), name="AUTHORIZATION")) == BasicAuth(1)
    assert basic_auth(header(basic(b"a:b"), name="Proxy-Authorization")) is None
    assert basic_auth(header(basic(b"a:b"), side="response")) is None
    assert basic_auth(Opened(0, "CP-1")) is None


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("ChangeConfiguration", {"key": "authorizationkey", "value": "abc"}, [Secret("/3/value", 3)]),
        ("ChangeConfiguration", {"key": "HeartbeatInterval", "value": "5"}, []),
        ("ChangeConfiguration", {"key": "AuthorizationKey", "value": ""}, []),
        (
            "SetVariables",
            {
                "setVariableData": [
                    {**named("A", "B"), "attributeValue": "x"},
                    {**named("SecurityCtrlr", "BasicAuthPassword"), "attributeValue": "abc"},
                    {**named("WebPaymentsCtrlr", "SharedSecret"), "attributeValue": "abc"},
                ]
            },
            [Secret("/3/setVariableData/1/attributeValue", 3), Secret("/3/setVariableData/2/attributeValue")],
        ),
        (
            "SetNetworkProfile",
            {
                "connectionData": {
                    "basicAuthPassword": "abc",
                    "apn": {"apnPassword": "x"},
                    "vpn": {"password": "y", "key": "z"},
                }
            },
            [
                Secret("/3/connectionData/basicAuthPassword", 3),
                Secret("/3/connectionData/apn/apnPassword"),
                Secret("/3/connectionData/vpn/password"),
                Secret("/3/connectionData/vpn/key"),
            ],
        ),
        ("SetNetworkProfile", {"connectionData": {"ocppCsmsUrl": "wss://x"}}, []),
        ("Authorize", {"idToken": KEY_CODE}, [Secret("/3/idToken/idToken")]),
        ("Authorize", {"idToken": CARD}, []),
        ("Authorize", {"idTag": "CARD"}, []),
        ("TransactionEvent", {"eventType": "Updated"}, []),
        (
            "SendLocalList",
            {"localAuthorizationList": [{"idToken": CARD}, {"idToken": KEY_CODE}]},
            [Secret("/3/localAuthorizationList/1/idToken/idToken")],
        ),
    ],
)
def test_secrets_are_found_where_they_are_sent(action: str, payload: dict[str, Any], expected: list[Secret]) -> None:
    assert list(SENT[action](payload)) == expected


@pytest.mark.parametrize(
    ("value", "real"),
    [
        (PASSWORD, True),
        ("hunter2", True),
        ("0011", True),
        ("*" * 16, False),
        ("***", False),
        ("xxxx", False),
        ("0", False),
        ("-*-", False),
        ("N/A", False),
        ("<hidden>", False),
        ("Write-Only", False),
        ("null", False),
        ("*" * 8, False),
        ("x" * 20, False),
        ("", False),
        (None, False),
        ("hidden", False),
        ("can not be read at all", False),
    ],
)
def test_what_stands_in_the_place_of_a_secret_is_none(value: str | None, real: bool) -> None:
    """OCPP-J 1.6 section 6.2.2 allows a value that has nothing to do with the key."""
    answer = {"configurationKey": [{"key": "X"}, {"key": "AuthorizationKey", "value": value}]}
    assert list(TOLD["GetConfiguration"](answer)) == (["/2/configurationKey/1/value"] if real else [])


def test_secrets_are_found_where_a_2x_station_tells_them() -> None:
    name = named("SecurityCtrlr", "BasicAuthPassword")
    answer = {"getVariableResult": [{**name, "attributeStatus": "Accepted", "attributeValue": PASSWORD}]}
    assert list(TOLD["GetVariables"](answer)) == ["/2/getVariableResult/0/attributeValue"]
    report = {"reportData": [{**name, "variableAttribute": [{"mutability": "WriteOnly"}, {"value": PASSWORD}]}]}
    assert list(TOLD["NotifyReport"](report)) == ["/3/reportData/0/variableAttribute/1/value"]
    assert list(TOLD["GetVariables"]({"getVariableResult": [{**name, "attributeStatus": "Rejected"}]})) == []


@pytest.mark.parametrize("value", [None, True, 5, "x", [], {}, [{}], [[]], [None], {"name": []}, {"type": []}])
def test_payloads_of_any_shape_are_survived(value: Any) -> None:
    fields = ("key", "value", "idToken", "connectionData", "variable", "attributeValue", "variableAttribute", "apn")
    item = dict.fromkeys(fields, value)
    lists = ("setVariableData", "localAuthorizationList", "configurationKey", "getVariableResult", "reportData")
    for payload in (item | dict.fromkeys(lists, value), item | {key: [item, value] for key in lists}):
        for look in (*SENT.values(), *TOLD.values()):
            assert list(look(payload)) == []
