"""Addresses as users type them."""

import pytest

from inspector.errors import InspectorError
from inspector.proxy.address import parse_listen, parse_upstream, websocket_url


@pytest.mark.parametrize(
    ("url", "authority", "prefix"),
    [
        ("ws://csms.example", "csms.example:80", ""),
        ("wss://csms.example/ocpp/", "csms.example:443", "/ocpp"),
        ("ws://127.0.0.1:9000/a/b", "127.0.0.1:9000", "/a/b"),
        ("ws://[::1]:9000", "[::1]:9000", ""),
    ],
)
def test_an_upstream_is_read(url: str, authority: str, prefix: str) -> None:
    upstream = parse_upstream(url)
    assert (upstream.authority, upstream.prefix, upstream.url) == (authority, prefix, url)
    assert upstream.secure is url.startswith("wss")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "csms.example",
        "http://csms.example",
        "ws://",
        "ws://h:99999",
        "ws://h:x",
        "ws://h/p?q=1",
        "ws://u:p@h",
        "ws://[::1",
    ],
)
def test_a_bad_upstream_is_one_line(url: str) -> None:
    with pytest.raises(InspectorError) as caught:
        parse_upstream(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8180", ("127.0.0.1", 8180)),
        (":8180", ("127.0.0.1", 8180)),
        ("8180", ("127.0.0.1", 8180)),
        ("[::]:1", ("::", 1)),
    ],
)
def test_where_to_listen_is_read(text: str, address: tuple[str, int]) -> None:
    """A port alone is on loopback."""
    assert parse_listen(text) == address


@pytest.mark.parametrize("text", ["", "host", "h:", "h:x", "h:70000", "h:-1"])
def test_a_bad_listen_address_is_one_line(text: str) -> None:
    with pytest.raises(InspectorError, match="not an address to listen on"):
        parse_listen(text)


def test_a_url_is_written_for_both_kinds_of_address() -> None:
    assert websocket_url("127.0.0.1", 1) == "ws://127.0.0.1:1"
    assert websocket_url("::1", 1) == "ws://[::1]:1"
