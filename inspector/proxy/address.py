"""Where to listen and where to connect, read from what the user typed."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from ipaddress import ip_address
from urllib.parse import urlsplit

from inspector.errors import InspectorError

_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-fA-F:.]+(%\w+)?")
"""A name of labels between dots, or an IPv6 address."""

_PORTS = {"ws": 80, "wss": 443}

_ROUTE = re.compile(r"(.+?)=(wss?://.*)")


@dataclass(frozen=True, slots=True)
class Upstream:
    """The CSMS: ``prefix`` is put before each station's path."""

    url: str
    secure: bool
    host: str
    port: int
    prefix: str

    @property
    def authority(self) -> str:
        """Host and port, as they stand in a URL."""
        return f"{bracketed(self.host)}:{self.port}"


@dataclass(frozen=True, slots=True)
class Listener:
    """Where stations connect. ``scheme`` is what it takes: ``ws``, ``wss``, or both if empty. Port 0: any free one."""

    scheme: str
    host: str
    port: int

    def url(self, port: int) -> str:
        """Return its URL, at the port that it got."""
        return f"{self.scheme or 'ws'}://{bracketed(self.host)}:{port}"

    @property
    def takes_plain(self) -> bool:
        """Whether stations may come without TLS."""
        return self.scheme != "wss"

    @property
    def takes_tls(self) -> bool:
        """Whether stations may come with TLS."""
        return self.scheme != "ws"


@dataclass(frozen=True, slots=True)
class Route:
    """Which CSMS serves the stations whose id, or path if the pattern begins with a slash, is like ``pattern``."""

    pattern: str
    upstream: Upstream

    def leads(self, station: str, path: str) -> bool:
        """Tell whether this is the way for a station, or for its path without the query."""
        return fnmatchcase(path.partition("?")[0] if self.pattern.startswith("/") else station, self.pattern)


def parse_upstream(url: str) -> Upstream:
    """Read ``ws://host[:port][/prefix]`` or ``wss://...``. Raises :class:`InspectorError`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InspectorError(f"{url}: not a URL: {error}") from error
    if port == 0:
        raise InspectorError(f"{url}: nobody answers at port 0")
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InspectorError(f"{url}: not a WebSocket URL; it looks like ws://csms.example:9000/ocpp or wss://...")
    if not _is_host(parts.hostname) or re.search(r"\s", url):
        raise InspectorError(f"{url}: no host can have this name, no path a space")
    if parts.query or parts.fragment or parts.username:
        raise InspectorError(f"{url}: only scheme, host, port and path can be given")
    secure = parts.scheme == "wss"
    return Upstream(url, secure, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/"))


def parse_listen(text: str) -> Listener:
    """Read ``host:port``, ``[ipv6]:port`` or a port alone (then on loopback), with or without ``ws://`` or ``wss://``.

    Raises :class:`InspectorError`.
    """
    scheme, found, rest = text.rpartition("://")
    host, _, port = rest.removesuffix("/").rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    known = scheme in _PORTS if found else True
    if not known or not (port.isascii() and port.isdecimal()) or int(port) > 65535 or not _is_host(host):
        raise InspectorError(f"{text}: not an address to listen on; it looks like 127.0.0.1:8180 or wss://0.0.0.0:443")
    return Listener(scheme, host, int(port))


def parse_route(text: str) -> Route:
    """Read ``PATTERN=URL``. Raises :class:`InspectorError`."""
    found = _ROUTE.fullmatch(text)
    if found is None:
        raise InspectorError(f"{text}: not a route; it looks like CP-*=wss://csms.example/ocpp")
    return Route(found[1], parse_upstream(found[2]))


def _is_host(text: str) -> bool:
    """Tell whether a host can have this name or address: a label has up to 63 octets on the wire (RFC 1035, 2.3.4)."""
    try:
        text.encode("idna")
    except UnicodeError:
        return False
    return _HOST.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, and can be no other one."""
    try:
        return ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def bracketed(host: str) -> str:
    """Write a host as it stands before a port: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host
