"""H0: attempts that got no answer, or were turned away."""

import pytest

from inspector.protocol.event import Closed, Opened
from inspector.protocol.knowledge.attempts import LONGEST_REASON, turned_away, unanswered

ASKED = Opened(1, "CP-1", path="/ocpp/CP-1", http_status=None)
UNASKED = Opened(1, "", http_status=None)


def end(reason: str, by: str) -> Closed:
    return Closed(2, None, reason, by)


@pytest.mark.parametrize(
    ("reason", "by", "message", "blame", "hint"),
    [
        ("the station does not trust this proxy's certificate (unknown CA)", "station", "no hand", "proxy", "ca`"),
        ("the station left before its request was complete", "station", "no handshake came: ", "network", "trusts"),
        ("the station left before its ClientHello was complete", "station", "no hand", "network", "what it is"),
        ("", "station", "no handshake came", "network", "trusts"),
    ],
)
def test_a_station_that_never_asked_is_told_so(reason: str, by: str, message: str, blame: str, hint: str) -> None:
    fault = unanswered(UNASKED, end(reason, by))
    assert (fault.code, fault.blame) == ("H009", blame)
    assert fault.message.startswith(message)
    assert fault.message.endswith(reason)
    assert hint in fault.hint


@pytest.mark.parametrize(
    ("reason", "by", "message", "blame"),
    [
        ("Connection refused", "network", "the CSMS could not be reached: Connection refused", "network"),
        ("", "network", "no answer came to the handshake", "network"),
        ("", "", "no answer came to the handshake", "network"),
        ("the station gave up", "station", "no answer came to the handshake: the station gave up", "network"),
        ("it broke off TLS", "csms", "no answer came to the handshake: it broke off TLS", "csms"),
        (
            "the CSMS asks for a client certificate, and there is none (--client-cert)",
            "csms",
            "no answer came to the handshake: the CSMS asks for a client certificate, and there is none"
            " (--client-cert)",
            "proxy",
        ),
    ],
)
def test_a_handshake_without_an_answer_tells_who_must_act(reason: str, by: str, message: str, blame: str) -> None:
    fault = unanswered(ASKED, end(reason, by))
    assert (fault.message, fault.blame) == (message, blame)
    assert fault.hint


@pytest.mark.parametrize("reason", ["the proxy was stopped", "", "refused by the proxy: only GET is served"])
def test_a_proxy_that_stops_and_a_request_of_no_station_are_nobodys_fault(reason: str) -> None:
    assert turned_away(end(reason, "proxy")) is None


@pytest.mark.parametrize(
    ("reason", "blame"),
    [
        ("refused by the proxy: TLS on the port for plain text (ws://)", "station"),
        ("refused by the proxy: plain text on the TLS port (wss://)", "station"),
        ("the station said nothing within 60 s", "network"),
        ("the CSMS gave no answer within 10 s (--connect-timeout)", "csms"),
        ("refused by the proxy: this connection is another station's", "station"),
        ("nothing answers at h:9 within 10 s (--connect-timeout)", "network"),
        ("refused by the proxy: the request for WebSocket lacks its header Upgrade: websocket", "station"),
        ("the proxy can't read its certificates for the CSMS (--client-cert, --upstream-ca)", "proxy"),
        ("the CSMS's certificate has expired", "csms"),
        ("the CSMS's certificate is not for h", "proxy"),
        ("what answers at h:9 speaks no TLS: is it ws://?", "proxy"),
        ("what the CSMS answered is no HTTP", "csms"),
        ("the station speaks TLS 1.0, this proxy takes TLS 1.2 and up (--tls-min)", "proxy"),
    ],
)
def test_who_was_turned_away_is_told_what_to_do(reason: str, blame: str) -> None:
    fault = turned_away(end(reason, "proxy"))
    assert fault is not None
    assert (fault.code, fault.message, fault.blame) == ("H009", reason, blame)
    assert fault.hint


def test_a_long_reason_is_cut() -> None:
    assert len(unanswered(ASKED, end("x" * 10_000, "csms")).message) < LONGEST_REASON + 50
