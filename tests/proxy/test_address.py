"""Addresses as users type them."""

import pytest

from inspector.errors import InspectorError
from inspector.proxy.address import Listener, is_loopback, parse_listen, parse_route, parse_upstream


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
        "ws://h:0",
        "ws://h/p?q=1",
        "ws://u:p@h",
        "ws://[::1",
        f"ws://{'a' * 64}.example",
        f"ws://{'ü' * 60}.example",
    ],
)
def test_a_bad_upstream_is_one_line(url: str) -> None:
    with pytest.raises(InspectorError) as caught:
        parse_upstream(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("127.0.0.1:8180", Listener("", "127.0.0.1", 8180)),
        (":8180", Listener("", "127.0.0.1", 8180)),
        ("8180", Listener("", "127.0.0.1", 8180)),
        ("[::]:1", Listener("", "::", 1)),
        ("wss://0.0.0.0:443", Listener("wss", "0.0.0.0", 443)),
        ("ws://[::1]:80/", Listener("ws", "::1", 80)),
    ],
)
def test_where_to_listen_is_read(text: str, listener: Listener) -> None:
    """A port alone is on loopback."""
    assert parse_listen(text) == listener


@pytest.mark.parametrize(
    "text",
    ["", "host", "h:", "h:x", "h:٣", "h:70000", "h:-1", "http://h:1", "://h:1", "ws://h", "a b:1", f"{'a' * 64}:1"],
)
def test_a_bad_listen_address_is_one_line(text: str) -> None:
    with pytest.raises(InspectorError, match="not an address to listen on"):
        parse_listen(text)


@pytest.mark.parametrize(
    ("scheme", "plain", "tls", "url"),
    [("", True, True, "ws://[::1]:1"), ("ws", True, False, "ws://[::1]:1"), ("wss", False, True, "wss://[::1]:1")],
)
def test_a_listener_takes_what_its_scheme_says(scheme: str, plain: bool, tls: bool, url: str) -> None:
    listener = Listener(scheme, "::1", 0)
    assert (listener.takes_plain, listener.takes_tls, listener.url(1)) == (plain, tls, url)


@pytest.mark.parametrize(
    ("text", "station", "path", "leads"),
    [
        ("CP-*=ws://a", "CP-1", "/x", True),
        ("CP-*=ws://a", "cp-1", "/x", False),
        ("/lab/*=ws://a", "CP-1", "/lab/CP-1?q=/no", True),
        ("/lab/*=ws://a", "CP-1", "/CP-1?/lab/", False),
        ("*=wss://a/b", "", "/", True),
    ],
)
def test_a_route_leads_by_id_or_by_path(text: str, station: str, path: str, leads: bool) -> None:
    assert parse_route(text).leads(station, path) is leads


@pytest.mark.parametrize("text", ["", "CP-*", "=ws://a", "CP-*=http://a", "CP-*=ws://"])
def test_a_bad_route_is_one_line(text: str) -> None:
    with pytest.raises(InspectorError, match=r"not a route|not a WebSocket URL"):
        parse_route(text)


def test_only_this_machine_is_loopback() -> None:
    """A name that only looks like it is another machine."""
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST.")))
    others = ("127.evil.example", "localhost.evil.example", "0.0.0.0", "10.0.0.1", "::", "")
    assert not any(map(is_loopback, others))
