"""No open proxy: what is served, and what is refused plainly."""

import pytest

from inspector.proxy.upgrades import answer, headers, refusal, target

UPGRADE = (b"Host: x", b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Key: k")


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        (b"CONNECT csms.example:443 HTTP/1.1", 405, "no open proxy"),
        (b"GET http://csms.example/CP-1 HTTP/1.1", 400, "a whole URL"),
        (b"GET WSS://csms.example/CP-1 HTTP/1.1", 400, "a whole URL"),
        (b"POST /CP-1 HTTP/1.1", 405, "only GET"),
        (b"get /CP-1 HTTP/1.1", 405, "only GET"),
        (b"OPTIONS * HTTP/1.1", 405, "only GET"),
        (b"GET * HTTP/1.1", 400, "no path"),
        (b"PRI * HTTP/2.0", 505, "HTTP/2"),
        (b"GET /CP-1 HTTP/2.0", 505, "HTTP/2"),
        (b"GET /CP 1 HTTP/1.1", 400, "no HTTP"),
        (b"GET /CP-1", 400, "no HTTP"),
        (b"\x00\xff", 400, "no HTTP"),
        (b"", 400, "no HTTP"),
    ],
)
def test_only_an_upgrade_of_a_path_is_served(line: bytes, status: int, words: str) -> None:
    failure = refusal([line, *UPGRADE])
    assert failure is not None
    assert (failure.by, failure.status) == ("proxy", status)
    assert failure.reason.startswith("refused by the proxy: ")
    assert words in failure.reason


@pytest.mark.parametrize(
    "lines",
    [
        (b"GET /CP-1 HTTP/1.1", *UPGRADE),
        (b"GET /CP-1 HTTP/1.0", *UPGRADE),
        (b"GET /%2F/\xff?x=http://y HTTP/1.1", *UPGRADE),
        (b"GET //CP-1 HTTP/1.1", b"upgrade: WebSocket"),
        (b"GET /CP-1 HTTP/1.1", b"Odd name: x", b"Upgrade: h2c, websocket"),
    ],
)
def test_an_odd_upgrade_is_for_the_csms_to_judge(lines: tuple[bytes, ...]) -> None:
    assert refusal(lines) is None


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"GET / HTTP/1.1", b"Host: x"), 426),
        ((b"GET / HTTP/1.1", b"Upgrade: h2c"), 426),
        ((b"GET /CP-1 HTTP/1.1", b"Host: x", b"Sec-WebSocket-Key: k"), 426),
        ((b"GET / HTTP/1.1", b"no header", b"Upgrade: websocket"), 400),
        ((b"GET / HTTP/1.1", b"Content-Length: x", b"Upgrade: websocket"), 400),
    ],
)
def test_what_is_no_upgrade_is_refused(lines: tuple[bytes, ...], status: int) -> None:
    failure = refusal(lines)
    assert failure is not None
    assert failure.status == status


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        (b"GET /CP-1?x HTTP/1.1", "/CP-1?x"),
        (b"GET ws://h/CP-1 HTTP/1.1", "ws://h/CP-1"),
        (b"GET /CP 1 HTTP/1.1", "/CP 1"),
        (b"GET /CP-1", "/CP-1"),
        (b"nonsense", ""),
    ],
)
def test_what_was_asked_for_is_kept_as_it_was_sent(line: bytes, asked: str) -> None:
    assert target(line) == asked


def test_the_headers_of_a_broken_head_are_read_as_far_as_they_are_some() -> None:
    found = headers([b"GET / HTTP/1.1", b"Host: x", b"nonsense", b"Authorization:Basic  y "])
    assert list(found.items(multi=True)) == [("Host", "x"), ("Authorization", "Basic  y")]


def test_an_answer_is_one_plain_line() -> None:
    head, _, body = answer(426, "only WebSocket").partition(b"\r\n\r\n")
    assert head.splitlines() == [
        b"HTTP/1.1 426 Upgrade Required",
        b"Upgrade: websocket",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Length: 31",
        b"Connection: close, Upgrade",
    ]
    assert body == b"ocpp-inspector: only WebSocket\n"
    assert b"Allow: GET\r\n" in answer(405, "no")
    assert answer(504, "no").startswith(b"HTTP/1.1 504 Gateway Timeout\r\n")
