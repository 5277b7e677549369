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
        ("Certificate verify failed: certificate has expired", Handshake(), "network", "has expired"),
        ("Certificate verify failed: hostname mismatch", Handshake(), "network", "is not for h"),
        ("Certificate verify failed: IP address mismatch", Handshake(), "network", "is not for h"),
        ("Certificate verify failed: self-signed certificate", Handshake(), "network", "not trusted: self-signed"),
        ("The remote server does not speak TLS.", Handshake(), "network", "speaks no TLS"),
        ("connection closed", Handshake(), "csms", "during the TLS handshake"),
        ("server closed connection", None, "csms", "without an answer"),
        ("unexpected server response: b'x\\n'", None, "csms", "is no HTTP"),
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
