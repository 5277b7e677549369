"""H0: why handshakes come to nothing."""

import base64
from typing import Any

import pytest

from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Fault
from inspector.protocol.knowledge.refusals import describe, is_plain_http

HOST = (("request", "Host", "csms.example"), ("request", "Upgrade", "websocket"))


def refused(status: int | None, reason: str = "", by: str = "csms", **fields: Any) -> Fault:
    """Say why the CSMS refused, or did not answer."""
    usual: dict[str, Any] = {"path": "/ocpp/CP-1", "offered": ("ocpp1.6",), "headers": HOST}
    return describe(Opened(1, "CP-1", http_status=status, **(usual | fields)), Closed(1, None, reason, by))


@pytest.mark.parametrize(
    ("status", "words", "blame"),
    [
        (400, "something wrong with the request", "station"),
        (401, "does not accept the credentials", "station"),
        (403, "does not let it in", "station"),
        (404, "neither this path nor this identity", "station"),
        (405, "for other requests", "station"),
        (426, "wants an upgrade", "station"),
        (429, "too often", "station"),
        (500, "failed", "csms"),
        (502, "could not reach it", "csms"),
        (503, "is down", "csms"),
        (504, "in vain", "csms"),
        (200, "a web page", "station"),
        (302, "elsewhere", "station"),
        (418, "takes the request for wrong", "station"),
        (599, "failed", "csms"),
        (100, "did not finish", "csms"),
        (7, "no such status", "csms"),
        (-1, "no such status", "csms"),
    ],
)
def test_a_status_is_explained_with_who_must_act(status: int, words: str, blame: str) -> None:
    fault = refused(status, "Reason", headers=(*HOST, ("request", "Authorization", "Basic CP-1:***")))
    assert (fault.code, fault.blame) == ("H009", blame)
    assert fault.message.startswith(f"the CSMS answered {status} Reason to /ocpp/CP-1: ")
    assert words in fault.message
    assert fault.hint


def test_a_csms_that_can_not_be_reached_did_not_refuse() -> None:
    """What the proxy answers the station is no word of the CSMS; the network is to blame."""
    fault = refused(None, "Connection refused", "network")
    assert (fault.message, fault.blame) == ("the CSMS could not be reached: Connection refused", "network")


def test_a_handshake_without_an_answer_tells_who_ended_it() -> None:
    """A station that waits in vain is not to blame."""
    fault = refused(None, "the station gave up", "station")
    assert (fault.message, fault.blame) == ("no answer came to the handshake: the station gave up", "network")
    assert refused(None, "the CSMS broke off TLS", "csms").blame == "csms"
    fault = refused(None)
    assert (fault.message, fault.blame) == ("no answer came to the handshake", "csms")
    assert refused(None, by="").blame == "network"


def test_a_redirect_names_its_target_without_the_query() -> None:
    headers = (*HOST, ("response", "location", "wss://other.example/ocpp?token=secret"))
    fault = refused(301, "Moved Permanently", headers=headers)
    assert fault.message.endswith(": it sends the station elsewhere, to wss://other.example/ocpp")


@pytest.mark.parametrize("status", [400, 426])
def test_a_missing_subprotocol_is_the_likely_cause_where_none_was_offered(status: int) -> None:
    assert "offered no subprotocol" in refused(status, offered=()).message
    assert "offered no subprotocol" not in refused(status, offered=(), headers=()).message
    assert "offered no subprotocol" not in refused(status).message


def authorized(password: bytes) -> tuple[tuple[str, str, str], ...]:
    return (*HOST, ("request", "Authorization", "Basic " + base64.b64encode(b"CP-1:" + password).decode()))


def test_missing_credentials_are_told_from_wrong_ones() -> None:
    assert "sent no credentials" in refused(401).message
    assert "sent no credentials" not in refused(401, headers=()).message
    assert "sent no credentials" not in refused(401, headers=authorized(b"x")).message


def test_a_key_sent_as_hex_digits_is_the_likely_cause() -> None:
    """Only live: a capture keeps no password."""
    fault = refused(401, headers=authorized(b"00112233445566778899aabbccddeeff00112233"))
    assert "hex digits" in fault.message
    assert "0011" not in fault.message + fault.hint
    for other in (b"00112233", b"not hex digits, but as long as it", bytes(20)):
        assert "hex digits" not in refused(401, headers=authorized(other)).message
    assert "hex digits" not in refused(401, headers=(*HOST, ("request", "Authorization", "Basic CP-1:***"))).message


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        ({"headers": (("request", "Host", "x"),)}, True),
        ({"headers": (("request", "Host", "x"),), "http_status": 101}, False),
        ({"headers": (("request", "Host", "x"),), "offered": ("ocpp1.6",)}, False),
        ({"headers": (("request", "host", "x"), ("request", "Sec-WebSocket-Key", "k"))}, False),
        ({"headers": HOST}, False),
        ({"headers": ()}, False),
    ],
)
def test_a_plain_request_is_told_from_a_handshake(fields: dict[str, Any], plain: bool) -> None:
    """As far as the headers were kept."""
    assert is_plain_http(Opened(1, "", **({"http_status": 404} | fields))) is plain


def test_a_long_reason_is_cut() -> None:
    assert len(refused(500, "x" * 10_000, path="/" + "y" * 10_000).message) < 300
