"""X: passwords, secrets, TLS and certificates; no finding ever quotes a secret."""

import base64
from collections.abc import Iterable
from dataclasses import replace

import pytest

from inspector.protocol.event import Closed, Event, Tls
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.rules.security import is_plain
from inspector.protocol.version import Party, Version
from tests.protocol.rules.dialogue import at, begins, boots, csms, event, flat, named, station
from tests.protocol.wire import codes, findings

DAY = 86_400
PLAIN, SAFE = "ws://csms.example:8080/ocpp/CP-1", "wss://csms.example/ocpp/CP-1"
SECRET = "S3cr3t-0123456789"
HEX = "00112233445566778899aabbccddeeff00112233"


def found(*events: Event | Iterable[Event]) -> list[Finding]:
    """Return what this family says of a session, and see that it never tells a secret."""
    here = [finding for finding in findings(flat(*events)) if finding.code[0] == "X"]
    assert not [one for one in here if "S3cr3t" in one.message + one.hint + one.pointer or HEX in one.message]
    return here


def said(*events: Event | Iterable[Event]) -> list[str]:
    """Return the codes of what this family says."""
    return codes(found(*events))


def logs_in(
    password: str = SECRET, *, upstream: str = SAFE, seconds: float = 0, version: Version = Version.V16
) -> tuple[Event, ...]:
    """Begin a session with Basic Auth."""
    credentials = base64.b64encode(f"CP-1:{password}".encode()).decode()
    headers = (("request", "Authorization", f"Basic {credentials}"),)
    return (begins(seconds, headers=headers, upstream=upstream, version=version),)


def over(*legs: Tls, seconds: float = 0) -> tuple[Event, ...]:
    """Begin a session with TLS."""
    return (begins(seconds, upstream=SAFE, tls=legs),)


def test_a_password_without_tls_is_told_once_for_each_station() -> None:
    """However often it reconnects."""
    (finding,) = found(*(logs_in(upstream=PLAIN, seconds=number) for number in range(5)))
    assert (finding.code, finding.severity, finding.blame, finding.frame) == (
        "X001",
        Severity.WARNING,
        Blame.STATION,
        None,
    )
    assert finding.message == "Basic Auth to csms.example over ws://"


def test_a_masked_password_still_travels_without_tls() -> None:
    """As it stands in a capture; how long it is nobody knows."""
    masked = (("request", "authorization", "Basic CP-1:***"),)
    assert said(begins(upstream=PLAIN, headers=masked)) == ["X001"]


@pytest.mark.parametrize("upstream", [SAFE, "ws://127.0.0.1:9000/CP-1", "ws://localhost/", "ws://[::1]/", ""])
def test_a_password_over_tls_or_on_the_same_machine_is_fine(upstream: str) -> None:
    """The station's leg to the proxy is the operator's choice."""
    assert said(logs_in(upstream=upstream)) == []


def test_no_password_no_finding() -> None:
    assert said(begins(upstream=PLAIN)) == []
    assert said(begins(upstream=PLAIN, headers=(("request", "Authorization", "Bearer abc"),))) == []


@pytest.mark.parametrize(
    ("upstream", "plain"),
    [
        (PLAIN, True),
        ("WS://CSMS.example/", True),
        ("ws://192.168.1.5/", True),
        ("ws://127.0.0.2/", False),
        ("ws://a.localhost/", False),
        ("wss://csms.example/", False),
        ("ws:///", False),
        ("csms.example", False),
        ("ws://[broken/", False),
        ("", False),
    ],
)
def test_an_address_is_plain_or_not(upstream: str, plain: bool) -> None:
    assert is_plain(upstream) is plain


@pytest.mark.parametrize(("password", "expected"), [("x" * 15, ["X002"]), ("x" * 16, []), ("", ["X002"])])
@pytest.mark.parametrize("version", list(Version))
def test_a_password_has_16_characters(password: str, expected: list[str], version: Version) -> None:
    assert said(logs_in(password, version=version)) == expected


def test_a_password_of_16_may_be_short_without_the_security_extensions() -> None:
    """The message names both readings; in 2.x there is one."""
    old, new = (found(logs_in("x" * 15, version=version))[0].message for version in (Version.V16, Version.V201))
    assert old.endswith("with the security extensions of 1.6 it must have 16 at least, without them any will do")
    assert new == "the password has 15 characters; it must have 16 at least"


def test_a_hex_key_is_sent_decoded_in_16_only() -> None:
    """A 2.x password is a text, of hex digits if it likes."""
    (finding,) = found(logs_in(HEX))
    assert (finding.code, finding.severity, finding.message) == (
        "X003",
        Severity.INFO,
        "the password is 40 hex digits",
    )
    assert said(logs_in(HEX, version=Version.V201)) == []


def sets_key(value: str) -> tuple[Event, ...]:
    """Set the password of a 1.6 station."""
    return csms(2, "ChangeConfiguration", {"key": "AuthorizationKey", "value": value})


def sets_password(value: str) -> tuple[Event, ...]:
    """Set the password of a 2.x station."""
    name = named("SecurityCtrlr", "BasicAuthPassword")
    asked = {"setVariableData": [{**name, "attributeValue": value}]}
    return csms(2, "SetVariables", asked, {"setVariableResult": [{**name, "attributeStatus": "Accepted"}]})


def test_a_short_password_that_is_set_is_the_csms_s_fault() -> None:
    (finding,) = found(begins(upstream=SAFE), boots(1), sets_key("S3cr3t"))
    assert (finding.code, finding.blame, finding.frame, finding.pointer) == ("X002", Blame.CSMS, 3, "/3/value")
    assert said(begins(upstream=SAFE, version=Version.V201), sets_password("S3cr3t")) == ["X002"]
    assert said(begins(upstream=SAFE), sets_key(HEX)) == []
    assert said(begins(upstream=SAFE), sets_key("")) == []


def test_a_secret_without_tls_is_told_once_for_each_action() -> None:
    events = begins(upstream=PLAIN), sets_key(SECRET), sets_key(SECRET)
    (finding,) = found(*events)
    assert (finding.code, finding.blame, finding.pointer) == ("X004", Blame.CSMS, "/3/value")
    assert said(begins(upstream=PLAIN, version=Version.V201), sets_password(SECRET)) == ["X004"]
    assert said(begins(upstream=SAFE), sets_key(SECRET)) == []


@pytest.mark.parametrize("upstream", ["", PLAIN, SAFE])
def test_a_pin_that_a_driver_types_is_a_secret(upstream: str) -> None:
    token = {"idToken": "S3cr3t", "type": "KeyCode"}
    answer = {"idTokenInfo": {"status": "Accepted"}}
    begun = event(5, "Started", 0, idToken=token)
    events = station(2, "Authorize", {"idToken": token}, answer), begun, event(9, "Updated", 1, idToken=token)
    expected = ["X004", "X004"] if upstream == PLAIN else []
    assert said(begins(upstream=upstream, version=Version.V201), *events) == expected


def test_frames_without_a_handshake_are_not_called_plain() -> None:
    assert [one.code for one in findings(flat(sets_key(SECRET)), version=Version.V16) if one.code[0] == "X"] == []


def test_a_secret_that_is_read_back_is_told_once() -> None:
    told = {"configurationKey": [{"key": "AuthorizationKey", "readonly": False, "value": SECRET}]}
    events = [csms(2 + number, "GetConfiguration", {}, told) for number in range(4)]
    (finding,) = found(begins(upstream=SAFE), *events)
    assert (finding.code, finding.severity, finding.blame) == ("X005", Severity.ERROR, Blame.STATION)
    assert finding.pointer == "/2/configurationKey/0/value"


def test_a_key_without_a_value_tells_nothing() -> None:
    told = {"configurationKey": [{"key": "AuthorizationKey", "readonly": False}], "unknownKey": ["AuthorizationKey"]}
    assert said(begins(upstream=SAFE), csms(2, "GetConfiguration", {}, told)) == []


@pytest.mark.parametrize(
    ("version", "expected"),
    [("SSLv3", ["X006"]), ("TLSv1", ["X006"]), ("TLSv1.1", ["X006"]), ("TLSv1.2", []), ("TLSv1.3", []), ("QUIC", [])],
)
def test_tls_below_12_is_told(version: str, expected: list[str]) -> None:
    assert said(over(Tls(Party.CSMS, version))) == expected


@pytest.mark.parametrize("leg", list(Party))
def test_who_speaks_an_old_tls_is_to_blame(leg: Party) -> None:
    (finding,) = found(over(Tls(leg, "TLSv1")), over(Tls(leg, "TLSv1"), seconds=60))
    assert (finding.blame, finding.frame) == (Blame(leg.value), None)
    assert finding.message == f"TLSv1 to the {leg.label}"


@pytest.mark.parametrize(
    ("days", "expected"), [(-1, ["X007"]), (0, ["X007"]), (1, ["X008"]), (29, ["X008"]), (30, []), (400, [])]
)
def test_a_certificate_should_be_renewed_a_month_before_its_end(days: int, expected: list[str]) -> None:
    assert said(over(Tls(Party.CSMS, "TLSv1.3", "", at(days * DAY)))) == expected


def test_the_owner_of_a_certificate_is_to_blame() -> None:
    """On the station's leg the server is the proxy."""
    ended = found(over(*(Tls(party, "TLSv1.3", "", at(-DAY)) for party in Party)))
    assert [(finding.blame, finding.message) for finding in ended] == [
        (Blame.PROXY, "the certificate of the proxy ended on 2026-01-30"),
        (Blame.CSMS, "the certificate of the CSMS ended on 2026-01-30"),
    ]


def test_a_certificate_is_told_of_once_until_it_is_another() -> None:
    old, new = Tls(Party.CSMS, "TLSv1.3", "", at(DAY)), Tls(Party.CSMS, "TLSv1.3", "", at(5 * DAY))
    assert said(over(old), over(old, seconds=60), over(new, seconds=120), over(new, seconds=180)) == ["X008", "X008"]


def test_a_recorder_without_a_clock_judges_no_certificate() -> None:
    (opening,) = over(Tls(Party.CSMS, "TLSv1.3", "", at(-DAY)))
    assert said(replace(opening, time_ns=5)) == []  # type: ignore[type-var]
    assert said(over(Tls(Party.CSMS, "TLSv1.3", "", None), Tls(Party.STATION, "TLSv1.3", "", -(10**40)))) == []


def test_a_clean_session_over_tls_has_no_finding() -> None:
    """With a password, a hex key that is set, and certificates that hold."""
    legs = tuple(Tls(party, "TLSv1.3", "TLS_AES_256_GCM_SHA384", at(90 * DAY)) for party in Party)
    (opening,) = logs_in("0123456789abcdef")
    events = replace(opening, tls=legs), boots(1), sets_key(HEX), Closed(at(9), 1000, "", "station")  # type: ignore[type-var]
    assert said(*events) == []
