"""Secrets: each kind is overwritten in place, and not one other character of the frame changes."""

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.frame import decode, encode
from inspector.protocol.secrets import blot, is_password, is_secret, mask, mask_authorization, mask_header, scrub
from inspector.protocol.version import Version
from tests.protocol.documents import anything, quick
from tests.protocol.instances import full, messages
from tests.protocol.wire import call, error, named_result, result

PROFILE = {
    "ocppVersion": "OCPP20",
    "ocppTransport": "JSON",
    "ocppCsmsUrl": "wss://csms.example",
    "messageTimeout": 30,
    "securityProfile": 2,
    "ocppInterface": "Wireless0",
}


def set_variable(name: str, value: str) -> str:
    data = {"attributeValue": value, "component": {"name": "SecurityCtrlr"}, "variable": {"name": name}}
    return call(action="SetVariables", payload={"setVariableData": [data]})


def get_variable(name: str, value: str) -> str:
    both = [
        {
            "attributeStatus": "Accepted",
            "attributeValue": value_of,
            "component": {"name": "SecurityCtrlr"},
            "variable": {"name": name_of_it},
        }
        for name_of_it, value_of in ((name, value), ("Identity", "CP-1"))
    ]
    return result(payload={"getVariableResult": both})


def report(name: str, *values: str) -> str:
    attributes = [{"type": "Actual", "value": value, "mutability": "WriteOnly"} for value in values]
    data = {
        "component": {"name": "SecurityCtrlr"},
        "variable": {"name": name},
        "variableAttribute": attributes,
        "variableCharacteristics": {"dataType": "string", "supportsMonitoring": False},
    }
    payload = {"requestId": 1, "generatedAt": "2026-01-31T12:34:56Z", "seqNo": 0, "reportData": [data]}
    return call(action="NotifyReport", payload=payload)


def network_profile(**fields: Any) -> str:
    payload = {"configurationSlot": 1, "connectionData": {**PROFILE, **fields}}
    return call(action="SetNetworkProfile", payload=payload)


APN = {"apn": "internet", "apnUserName": "user", "apnPassword": "S3cr3t-apn", "apnAuthentication": "PAP"}
VPN = {"server": "vpn.example", "user": "u", "password": "S3cr3t-vpn", "key": "S3cr3t-key", "type": "IKEv2"}
KEY_CODE = {"idToken": "S3cr3t-pin", "type": "KeyCode"}

SECRET: dict[str, tuple[str, int]] = {
    **{
        f"2.1 {name}": (set_variable(name, "S3cr3t"), 1)
        for name in ("SharedSecret", "VpnPassword", "VpnKey", "ApnPassword", "sharedSECRET")
    },
    "1.6 ChangeConfiguration": (
        call(action="ChangeConfiguration", payload={"key": "AuthorizationKey", "value": "S3cr3t"}),
        1,
    ),
    "1.6 ChangeConfiguration, value first": (
        '[2,"1","ChangeConfiguration",{"value":"S3cr3t","key":"AuthorizationKey"}]',
        1,
    ),
    "1.6 ChangeConfiguration, another case": (
        call(action="ChangeConfiguration", payload={"key": "AUTHORIZATIONkey", "value": "S3cr3t"}),
        1,
    ),
    "1.6 GetConfiguration answer": (
        result(
            payload={
                "configurationKey": [
                    {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
                    {"key": "AuthorizationKey", "readonly": False, "value": "S3cr3t"},
                ],
                "unknownKey": ["AuthorizationKey2"],
            }
        ),
        1,
    ),
    "2.0.1 SetVariables": (set_variable("BasicAuthPassword", "S3cr3t"), 1),
    "2.0.1 SetVariables, another case": (set_variable("basicauthpassword", "S3cr3t"), 1),
    "2.0.1 GetVariables answer": (get_variable("BasicAuthPassword", "S3cr3t"), 1),
    "2.0.1 NotifyReport": (report("BasicAuthPassword", "S3cr3t-1", "S3cr3t-2"), 2),
    "2.0.1 SetNetworkProfile, APN": (network_profile(apn=APN), 1),
    "2.0.1 SetNetworkProfile, VPN": (network_profile(vpn=VPN), 2),
    "2.1 SetNetworkProfile": (network_profile(basicAuthPassword="S3cr3t", identity="CP-1"), 1),
    "2.1 SetNetworkProfile, all": (network_profile(basicAuthPassword="S3cr3t", apn=APN, vpn=VPN), 4),
    "2.x Authorize": (call(action="Authorize", payload={"idToken": KEY_CODE}), 1),
    "2.x RequestStartTransaction": (
        call(
            action="RequestStartTransaction",
            payload={"remoteStartId": 1, "idToken": KEY_CODE, "groupIdToken": {"idToken": "G", "type": "Central"}},
        ),
        1,
    ),
    "2.x SendLocalList": (
        call(
            action="SendLocalList",
            payload={
                "versionNumber": 1,
                "updateType": "Full",
                "localAuthorizationList": [
                    {"idToken": {"idToken": "04A1", "type": "ISO14443"}},
                    {"idToken": KEY_CODE},
                    {"idToken": {"type": "KeyCode", "idToken": "S3cr3t-2"}},
                ],
            },
        ),
        2,
    ),
    "an answer that names its action": (
        named_result(
            action="GetConfiguration",
            payload={"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": "S3cr3t"}]},
        ),
        1,
    ),
    "error details": ('[4,"1","InternalError","",{"key":"AuthorizationKey","value":"S3cr3t"}]', 1),
    "written apart": (
        '[ 2, "1" ,"ChangeConfiguration",\r\n{ "key" : "AuthorizationKey" ,\t"value" :  "S3cr3t" } ]\n',
        1,
    ),
    "the name escaped": ('[2,"1","ChangeConfiguration",{"\\u006bey":"\\u0041uthorizationKey","value":"S3cr3t"}]', 1),
    "the field escaped": ('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","v\\u0061lue":"S3cr3t"}]', 1),
    "behind letters of many bytes": ('[2,"é€😀","ChangeConfiguration",{"key":"AuthorizationKey","value":"S3cr3t"}]', 1),
    "below an odd key": ('[2,"1","DataTransfer",{"a/b~c":{"key":"AuthorizationKey","value":"S3cr3t"}}]', 1),
    "empty": (call(action="ChangeConfiguration", payload={"key": "AuthorizationKey", "value": ""}), 1),
}


def hidden(raw: str) -> str:
    """Overwrite every secret of a test frame by hand: they all start with ``S3cr3t``."""
    parts = raw.split("S3cr3t")
    for number, part in enumerate(parts[1:], 1):
        tail, quote, rest = part.partition('"')
        parts[number] = "*" * len("S3cr3t" + tail) + quote + rest
    return "".join(parts)


@pytest.mark.parametrize(("raw", "count"), SECRET.values(), ids=SECRET)
def test_a_secret_is_overwritten_and_nothing_else(raw: str, count: int) -> None:
    """The frame keeps its length and every other character, and the secrets are counted."""
    masked, found = mask(decode(raw))
    assert masked == hidden(raw)
    assert (len(masked), found) == (len(raw), count)
    assert "S3cr3t" not in masked
    assert decode(masked).type is decode(raw).type


@pytest.mark.parametrize("secret", ['a\\"b', "\\u00e9\\ud83d\\ude00", "é€😀", "a\\\\", "*", "[]{},:"])
def test_a_secret_of_any_letters_is_overwritten_as_it_is_written(secret: str) -> None:
    """An escape is as long as it stands in the text."""
    raw = f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{secret}"}}]'
    assert mask(decode(raw)) == (raw.replace(f'"{secret}"', f'"{"*" * len(secret)}"'), 1)


CLEAN = {
    "heartbeat": call(),
    "another configuration key": call(
        action="ChangeConfiguration", payload={"key": "Foo", "value": "AuthorizationKey"}
    ),
    "a key asked for": call(action="GetConfiguration", payload={"key": ["AuthorizationKey"]}),
    "a variable asked for": call(
        action="GetVariables",
        payload={
            "getVariableData": [{"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}]
        },
    ),
    "another variable": set_variable("Identity", "BasicAuthPassword"),
    "another variable reported": report("OrganizationName", "BasicAuthPassword"),
    "a name that only starts so": call(
        action="ChangeConfiguration", payload={"key": "AuthorizationKeyLength", "value": "20"}
    ),
    "a card": call(action="Authorize", payload={"idToken": {"idToken": "KeyCode", "type": "ISO14443"}}),
    "a 1.6 card": call(action="Authorize", payload={"idTag": "KeyCode"}),
    "a password outside of a profile": call(
        action="DataTransfer", payload={"vendorId": "v", "data": {"password": "p", "key": "k"}}
    ),
    "a profile without a secret": network_profile(vpnServer="x"),
    "a value that is missing": '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey"}]',
    "escapes": '[2,"1","DataTransfer",{"vendorId":"\\u00e9","data":"\\ud800"}]',
    "an error": error(),
    "odd shapes": '[2,"1","NotifyReport",{"variable":"BasicAuthPassword","variableAttribute":"vpn","key":7}]',
    "odd attributes": '[2,"1","N",{"variable":{"name":"BasicAuthPassword"},"variableAttribute":[1,{"value":null}]}]',
    "not JSON": '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"x"}',
    "not a frame": '"AuthorizationKey"',
}


@pytest.mark.parametrize("raw", CLEAN.values(), ids=CLEAN)
def test_a_frame_without_a_secret_stays_as_it_is(raw: str) -> None:
    """The very same text, and none counted."""
    masked, count = mask(decode(raw))
    assert masked is raw
    assert count == 0


@pytest.mark.parametrize(
    "raw",
    [
        '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"S3cr3t","value":"S3cr3t-2"}]',
        '[2,"1","ChangeConfiguration",{"value":"S3cr3t","key":"AuthorizationKey","value":""}]',
        '[2,"1","X",{"connectionData":{"basicAuthPassword":"S3cr3t"},"connectionData":{}}]',
        '[2,"1","Authorize",{"idToken":{"idToken":"S3cr3t","idToken":"S3cr3t-2","type":"KeyCode"}}]',
    ],
)
def test_a_repeated_key_hides_no_secret(raw: str) -> None:
    """The value that loses is in the text all the same."""
    masked, _ = mask(decode(raw))
    assert masked == hidden(raw)


def test_a_binary_frame_is_searched_too() -> None:
    """It was read as JSON, so its secrets are known; the bytes around them stay."""
    raw = '[2,"é","ChangeConfiguration",{"key":"AuthorizationKey","value":"S3cr3t"}]'
    masked, count = mask(decode(raw.encode()))
    assert (masked, count) == (hidden(raw).encode(), 1)


@pytest.mark.parametrize(
    "raw",
    [
        '[7,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"S3cr3t"}]',
        '[2,"1",{"key":"AuthorizationKey","value":"S3cr3t"}]',
        '[2,"1","ChangeConfiguration",[{"key":"AuthorizationKey","value":"S3cr3t"}]]',
        '[3,"1",{},{"key":"AuthorizationKey","value":"S3cr3t"}]',
        '{"key":"AuthorizationKey","value":"S3cr3t"}',
    ],
    ids=["unknown type", "no action", "payload in a list", "one element too many", "not an array"],
)
def test_json_that_is_a_bad_frame_is_searched_too(raw: str) -> None:
    """Only what is not JSON can't be searched."""
    masked, _ = mask(decode(raw))
    assert masked == hidden(raw)


@pytest.mark.parametrize("version", list(Version))
def test_the_fullest_official_messages_keep_their_shape(version: Version) -> None:
    """Masked, a message is JSON of the same length and keys; only SetNetworkProfile has secrets by its fields alone."""
    masked_in = {}
    for message in messages(version):
        raw = encode([2, "1", message[1], full(message)])
        masked, count = mask(decode(raw))
        assert isinstance(masked, str)
        assert len(masked) == len(raw)
        assert differences(json.loads(raw), json.loads(masked)) == count
        if count:
            masked_in[message[1]] = count
    profile = {Version.V16: {}, Version.V201: {"SetNetworkProfile": 3}, Version.V21: {"SetNetworkProfile": 4}}
    assert masked_in == profile[version]


def differences(one: Any, other: Any) -> int:
    """Count the strings and numbers that differ, in two values of one shape: all else has the length it had."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        return sum(differences(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return sum(differences(*pair) for pair in zip(one, other, strict=True))
    if one != other:
        if isinstance(one, str):
            assert set(other) == {"*"}
            assert len(other) in {len(one), len(json.dumps(one)) - 2}  # its letters may have been escaped
        else:
            assert json.dumps(other) == re.sub(r"\d", "1", json.dumps(one))
    return int(one != other)


def test_deep_nesting_is_no_trouble() -> None:
    """What decode takes, mask takes, on every Python."""
    for depth in (100, 500, *range(900, 1000), 2_000, 9_000):
        raw = '[2,"1","A",{"password":' + "[" * depth + "]" * depth + "}]"
        assert mask(decode(raw)) == (raw, 0)


words = st.sampled_from(["AuthorizationKey", "BasicAuthPassword", "KeyCode", "S3cr3t", "é", ""])
fields = st.sampled_from(["key", "value", "variable", "name", "variableAttribute", "attributeValue"]) | st.sampled_from(
    ["connectionData", "vpn", "apn", "password", "basicAuthPassword", "apnPassword", "idToken", "type"]
)
suspicious: st.SearchStrategy[Any] = st.recursive(
    words | st.integers(100, 999) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=5),
    max_leaves=20,
)
"""Payloads with the fields of secrets in any order and depth."""


@quick
@given(suspicious, st.sampled_from([None, 1]))
def test_whatever_is_masked_is_counted_and_keeps_its_shape(payload: Any, indent: int | None) -> None:
    """Also where the fields of a secret stand in no place the standard knows."""
    raw = json.dumps([2, "1", "DataTransfer", {"data": payload}], indent=indent)
    masked, count = mask(decode(raw))
    assert isinstance(masked, str)
    assert len(masked) == len(raw)
    assert differences(json.loads(raw), json.loads(masked)) <= count


@quick
@given(anything)
def test_mask_takes_anything(raw: str) -> None:
    """No text is too odd, and what has no secret comes back as it is."""
    masked, count = mask(decode(raw))
    assert len(masked) == len(raw)
    assert (masked == raw) or count


@quick
@given(st.text(min_size=1, max_size=40), st.booleans())
def test_no_secret_is_left_whatever_its_letters(secret: str, escaped: bool) -> None:
    raw = json.dumps(
        [2, "1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": secret}], ensure_ascii=escaped
    )
    masked, count = mask(decode(raw))
    assert count == 1
    assert set(json.loads(masked)[3]["value"]) == {"*"}


def basic(credentials: str | bytes, *, scheme: str = "Basic") -> str:
    data = credentials.encode() if isinstance(credentials, str) else credentials
    return f"{scheme} {base64.b64encode(data).decode()}"


AUTHORIZATION = {
    "basic": (basic("CP-1:S3cr3t"), "Basic CP-1:***"),
    "the scheme in another case": (basic("CP-1:S3cr3t", scheme="bAsIc"), "bAsIc CP-1:***"),
    "a colon in the password": (basic("CP-1:S3:cr3t"), "Basic CP-1:***"),
    "a password of bytes": (basic(b"CP-1:\xff\x00\xfe"), "Basic CP-1:***"),
    "a user of many letters": (basic("Säule 1:S3cr3t"), "Basic Säule 1:***"),
    "no user": (basic(":S3cr3t"), "Basic :***"),
    "no password": (basic("CP-1:"), "Basic CP-1:***"),
    "a user of bytes": (basic(b"\xff\xfe:S3cr3t"), "Basic ***"),
    "not base64": ("Basic CP-1:S3cr3t", "Basic ***"),
    "base64 cut short": ("Basic Q1AtMTpTM2NyM3", "Basic ***"),
    "bearer": ("Bearer eyJhbGciOi.J9", "Bearer ***"),
    "digest": ('Digest username="CP-1", response="6629"', "Digest ***"),
}


@pytest.mark.parametrize(("value", "masked"), AUTHORIZATION.values(), ids=AUTHORIZATION)
def test_an_authorization_header_keeps_scheme_and_user(value: str, masked: str) -> None:
    assert mask_authorization(value) == masked


@pytest.mark.parametrize(
    "value",
    [
        "S3cr3t",
        "S3cr3t ",
        " S3cr3t",
        "Basic\tS3cr3t",
        "Basic S3cr3t€",
        "Basic  " + base64.b64encode(b"CP-1:S3cr3t").decode(),
        base64.b64encode(b"CP-1:S3cr3t").decode(),
        basic("S3cr3t"),
        basic("S3cr3t").replace("=", ""),
        "",
    ],
)
def test_an_authorization_header_that_is_none_gives_nothing_away(value: str) -> None:
    """Without a scheme, or without a colon in it, all of it may be the secret."""
    masked = mask_authorization(value)
    assert "S3cr3t" not in masked
    assert base64.b64encode(b"CP-1:S3cr3t").decode() not in masked
    assert masked.endswith("***")


def test_a_number_is_hidden_too_and_the_frame_stays_json() -> None:
    """A strict CSMS refuses it, but the number is the key all the same."""
    raw = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":[1234.5,"S3cr3t"]}]'
    assert mask(decode(raw)) == (raw.replace("1234.5", "1111.1").replace("S3cr3t", "******"), 2)


def test_what_a_finding_quotes_is_hidden_too() -> None:
    frame = decode('[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"S3cr3t"}]')
    assert scrub(frame, 'value is "S3cr3t", which is bad') == 'value is "***", which is bad'
    assert scrub(decode('[2,"1","Heartbeat",{}]'), "S3cr3t") == "S3cr3t"


def test_headers_keep_no_secret() -> None:
    assert mask_header("Cookie", "sid=S3cr3t") == "***"
    assert mask_header("AUTHORIZATION", "Bearer S3cr3t") == "Bearer ***"
    assert mask_header("Host", "csms") == "csms"


@pytest.mark.parametrize(
    ("name", "secret", "password"),
    [
        ("AuthorizationKey", True, True),
        (" basicauthpassword ", True, True),
        ("SharedSecret", True, False),
        ("AuthorizationKeyLength", False, False),
        ("", False, False),
    ],
)
def test_a_secret_is_known_by_the_name_of_its_key(name: str, secret: bool, password: bool) -> None:
    assert (is_secret(name), is_password(name)) == (secret, password)


@pytest.mark.parametrize("padding", ["\x00\x00", "\x00"])
def test_a_padded_frame_keeps_no_secret(padding: str) -> None:
    """It is read all the same, so it is searched."""
    raw = call(action="ChangeConfiguration", payload={"key": "AuthorizationKey", "value": "S3cr3t"}) + padding
    masked, found = mask(decode(raw))
    assert (found, "S3cr3t" in masked, len(masked)) == (1, False, len(raw))


@pytest.mark.parametrize("name", ["AuthorizationKey", "basicAuthPASSWORD", "k\\u0065ycode"])
@pytest.mark.parametrize("form", [str, str.encode])
def test_a_frame_too_large_to_be_searched_is_overwritten_around_the_names_of_secrets(name: str, form: Any) -> None:
    """Before and behind, as nobody looks where the value stands; the rest stays."""
    filler = "é" * 9000
    raw = form(f'{filler}"value":"s3cret","key":"{name}","value":"s3cret"{filler}')
    masked, places = blot(raw)
    assert len(masked) == len(raw)
    assert form("s3cret") not in masked
    assert masked.startswith(raw[:4000])
    assert masked.endswith(raw[-4000:])
    assert places


def test_a_large_frame_without_such_names_stays() -> None:
    assert blot("\\u00fc" * 9000) == ("\\u00fc" * 9000, 0)
