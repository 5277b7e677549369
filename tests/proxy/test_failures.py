"""Why no session came to be, in words."""

import pytest

from inspector.proxy.failures import Handshake, newest_version, plain_error, station_tls, upstream


@pytest.mark.parametrize(
    ("hello", "extensions", "name"),
    [
        (b"\x03\x01", [], "TLS 1.0"),
        (b"\x03\x03", [(0, b"x")], "TLS 1.2"),
        (b"\x03\x03", [(43, b"\x06\x5a\x5a\x03\x04\x03\x03")], "TLS 1.3"),
        (b"\x02\x00", [], "an unknown TLS"),
        (b"\x03\x03", [(43, b"")], "an unknown TLS"),
    ],
)
def test_the_newest_version_of_a_hello_is_named(hello: bytes, extensions: list[tuple[int, bytes]], name: str) -> None:
    """Numbers that mean nothing (GREASE, RFC 8701) are no version."""
    assert newest_version(hello, extensions) == name


@pytest.mark.parametrize(
    ("error", "alert", "by", "words"),
    [
        (
            "The client does not trust the proxy's certificate for x (x)",
            48,
            "station",
            "does not trust .* (unknown CA)",
        ),
        ("OpenSSL Error([])", 46, "station", "does not trust .* (certificate unknown)"),
        ("Client and mitmproxy cannot agree on a TLS version to use.", None, "proxy", "speaks TLS 1.0, .* 1.2 and up"),
        ("(OpenSSL Error([('SSL routines', '', 'no shared cipher')]))", None, "proxy", "no cipher in common"),
        ("... 'peer did not return a certificate'", None, "proxy", "showed no certificate"),
        (
            "(Certificate verify failed: certificate has expired)",
            None,
            "proxy",
            "not accepted: certificate has expired",
        ),
        ("Cannot parse ClientHello: 16", None, "proxy", "begins like TLS"),
        ("connection closed", None, "station", "broke off the TLS handshake"),
        ("OpenSSL Error([])", 40, "station", "broke off TLS (handshake failure)"),
        ("OpenSSL Error([])", 199, "station", "broke off TLS (alert 199)"),
        ("OpenSSL Error([('SSL routines', '', 'some news')])", None, "proxy", "with the station: some news"),
    ],
)
def test_tls_with_a_station(error: str, alert: int | None, by: str, words: str) -> None:
    failure = station_tls(error, Handshake(alert), "TLS 1.0", "1.2")
    assert (failure.by, failure.status) == (by, None)
    for part in words.split(" .* "):
        assert part in failure.reason


@pytest.mark.parametrize(
    ("error", "handshake", "by", "words"),
    [
        ("[Errno 111] Connect call failed ('127.0.0.1', 9)", None, "network", "h:9: Connection refused"),
        ("Multiple exceptions: [Errno 111] Connect, [Errno 101] No", None, "network", "h:9: Connection refused"),
        (
            "[Errno -2] Name or service not known",
            None,
            "network",
            "h can't be resolved (DNS): Name or service not known",
        ),
        ("Certificate verify failed: certificate has expired", Handshake(), "proxy", "has expired"),
        ("Certificate verify failed: hostname mismatch", Handshake(), "proxy", "is not for h"),
        ("Certificate verify failed: IP address mismatch", Handshake(), "proxy", "is not for h"),
        ("Certificate verify failed: self-signed certificate", Handshake(), "proxy", "not trusted: self-signed"),
        ("The remote server does not speak TLS.", Handshake(), "proxy", "speaks no TLS"),
        ("connection closed", Handshake(), "csms", "during the TLS handshake"),
        ("server closed connection", None, "csms", "without an answer"),
        ("unexpected server response: b'x\\n'", None, "proxy", "is no HTTP"),
        ("The remote server and mitmproxy cannot agree on a TLS version", Handshake(), "proxy", "none of TLS 1.2 and"),
        (
            "OpenSSL Error([('SSL', '', 'x'), ('SSL', '', 'dh key too small')])",
            Handshake(),
            "proxy",
            "dh key too small",
        ),
        ("OpenSSL Error([])", Handshake(70), "csms", "none of TLS 1.2 and 1.3"),
        ("OpenSSL Error([])", Handshake(112), "csms", "knows no h"),
        ("OpenSSL Error([])", Handshake(80), "csms", "broke off TLS (internal error)"),
        ("server closed connection", Handshake(116, asks_certificate=True), "csms", "there is none (--client-cert)"),
        ("connection closed", Handshake(asks_certificate=True), "csms", "there is none (--client-cert)"),
        ("x", Handshake(48, True, True), "csms", "does not accept the client certificate (unknown CA)"),
        ("server closed connection", Handshake(None, True, True), "csms", "may not accept the client certificate"),
        ("something else", None, "network", "h:9: something else"),
    ],
)
def test_the_csms(error: str, handshake: Handshake | None, by: str, words: str) -> None:
    failure = upstream(error, handshake, "h", 9)
    assert (failure.by, failure.status) == (by, 502)
    assert words in failure.reason


def test_errors_of_the_system_are_said_in_words() -> None:
    assert plain_error("[Errno 111] Connect call failed ('127.0.0.1', 1)") == "Connection refused"
    assert plain_error("something else") == "something else"


def test_a_version_that_is_taken_is_not_what_failed() -> None:
    """The security level of the ciphers may shut an old one out."""
    error = "Client and mitmproxy cannot agree on a TLS version to use."
    assert "no cipher in common" in station_tls(error, Handshake(), "TLS 1.0", "1.0").reason
    assert "takes 1.2 and up" in station_tls(error, Handshake(), "an unknown TLS", "1.2").reason


def test_who_leaves_before_a_whole_hello_is_not_said_to_distrust() -> None:
    failure = station_tls("The client disconnected during the handshake.", Handshake(), "", "1.2")
    assert failure.reason == "the station left before its ClientHello was complete"


def test_an_ipv6_address_is_in_brackets() -> None:
    assert upstream("[Errno 111] Connect call failed", None, "::1", 9).reason == "[::1]:9: Connection refused"


def test_the_inner_one_of_two_errors_is_told() -> None:
    message = "[Errno -2] reverse proxy failed to listen on h:1 with [Errno -2] Name or service not known"
    assert plain_error(message) == "Name or service not known"
