"""H0: who a station says it is, in the path and in Basic Auth."""

import base64

import pytest

from inspector.protocol.event import Opened
from inspector.protocol.knowledge.identity import check, credentials, header, quoted
from inspector.protocol.secrets import mask_header


def opened(path: str = "/ocpp/CP-1", station: str = "CP-1", authorization: str | None = None) -> Opened:
    headers = () if authorization is None else (("request", "authorization", authorization),)
    return Opened(1, station, path=path, headers=headers)


def basic(user: str, password: bytes = b"secret") -> str:
    return "Basic " + base64.b64encode(user.encode() + b":" + password).decode()


def found(opening: Opened) -> list[tuple[str, str, str]]:
    return [(fault.code, fault.message, fault.hint) for fault in check(opening)]


@pytest.mark.parametrize(
    ("path", "station"),
    [
        ("/CP-1", "CP-1"),
        ("/ocpp/CP-1", "CP-1"),
        ("/a/b/c/RDAM%20123", "RDAM 123"),
        ("/ocpp/CP-1?token=a b/", "CP-1"),
        ("/ocpp/DE*ABC*E1", "DE*ABC*E1"),
        ("/ocpp/CP_1.a~b:c@d+e=f", "CP_1.a~b:c@d+e=f"),
        ("/ocpp/L%C3%A4nd", "Länd"),
        ("/ocpp/100%25", "100%"),
        ("", ""),
    ],
)
def test_an_identity_by_the_book_is_clean(path: str, station: str) -> None:
    """Encoded where it must be, a query behind it; an empty path was not recorded."""
    assert found(opened(path, station)) == []


@pytest.mark.parametrize(
    ("path", "station", "words"),
    [
        ("/", "", "the path / names no station"),
        ("/ocpp/", "ocpp", "the path /ocpp/ ends in a slash, so that the identity behind it is empty; ocpp is taken"),
        ("/ocpp/CP-1/", "CP-1", "; CP-1 is taken for it"),
        ("/ocpp/?id=CP-1", "", "the path /ocpp/ ends in a slash"),
    ],
)
def test_a_path_without_an_identity_says_what_is_taken_for_it(path: str, station: str, words: str) -> None:
    ((code, message, _),) = found(opened(path, station))
    assert code == "H010"
    assert words in message


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("///charger", "has an empty segment"),
        ("/ocpp//CP-1", "has an empty segment"),
        ("/ocpp/CP 1", "has ' ' as it is, which must be percent-encoded"),
        ("/ocpp/CP|1", "has '|' as it is, which must be percent-encoded"),
        ("/ocpp/Länd", "has 'ä' as it is, which must be percent-encoded"),
        ("/ocpp/100%", "has %, which encodes nothing"),
        ("/ocpp/50%zz", "has %zz, which encodes nothing"),
        ("/ocpp/CP%2D1", "has %2D, which needs no encoding"),
        ("/ocpp/%43P1", "has %43, which needs no encoding"),
        ("/ocpp/RDAM%2520123", "has %2520, which looks encoded twice"),
        ("/ocpp/A%2FB", "has %2F, a slash that many servers take for the end of a segment"),
        ("/ws://csms.example/ocpp/CP-1", "holds a whole URL"),
        ("wss://csms.example/ocpp/CP-1", "holds a whole URL"),
    ],
)
def test_an_odd_path_is_told_once_with_what_is_odd(path: str, words: str) -> None:
    assert found(opened(path)) == [("H011", f"the path {path} {words}", "")]


def test_several_oddities_are_one_finding() -> None:
    ((_, message, _),) = found(opened("//CP|%41"))
    assert message.count(";") == 2


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize(
    ("user", "station", "code"),
    [
        ("CP-1", "CP-1", None),
        ("CP-2", "CP-1", "H012"),
        ("", "CP-1", "H012"),
        ("cp-1", "CP-1", "H013"),
        ("CP 1", "CP+1", "H011"),
        ("Länd", "Länd", None),
    ],
)
def test_the_user_is_held_against_the_identity_also_where_a_capture_masked_it(
    user: str, station: str, code: str | None, kept: bool
) -> None:
    value = mask_header("Authorization", basic(user)) if kept else basic(user)
    assert [each[0] for each in found(opened("/ocpp/x", station, value))] == ([code] if code else [])


def test_the_password_is_in_no_message() -> None:
    (fault,) = check(opened(authorization=basic("CP-2", b"hunter2")))
    assert "hunter2" not in fault.message + fault.hint


def test_an_identity_with_a_colon_can_not_be_a_user() -> None:
    ((code, _, hint),) = found(opened("/ocpp/a:b", "a:b", basic("a", b"b:secret")))
    assert (code, "colon" in hint) == ("H012", True)


@pytest.mark.parametrize("value", ["", "Basic", "Basic ***", "***", "Basic !!!", "Bearer abc", "Basic Q1A="])
def test_what_can_not_be_read_is_not_judged(value: str) -> None:
    """``Q1A=`` is CP without a colon; ``***`` is what a capture keeps of what it can't read."""
    assert credentials(opened(authorization=value)) is None
    assert found(opened(authorization=value)) == []


def test_a_binary_password_is_a_password() -> None:
    """OCPP-J 1.6 sends the bytes of the key."""
    given = credentials(opened(authorization=basic("CP-1", bytes(range(20)))))
    assert given is not None
    assert (given.user, given.password) == ("CP-1", bytes(range(20)))


def test_a_session_without_a_station_has_no_user_to_compare() -> None:
    assert found(opened("", "", basic("CP-2"))) == []


def test_headers_are_found_by_side_in_any_case_and_joined() -> None:
    lines = (("request", "X-A", "1"), ("response", "x-a", "2"), ("request", "x-A", "3"))
    opening = Opened(1, "", headers=lines)
    assert (header(opening, "x-a"), header(opening, "X-A", "response"), header(opening, "y")) == ("1, 3", "2", None)


def test_a_hostile_path_is_cut_and_takes_no_time() -> None:
    ((_, message, _),) = found(opened("/" + "%2541" * 20_000 + "\x1b[31m" * 1000))
    assert len(message) < 300
    assert quoted("x" * 60) == "x" * 60
