"""Where to listen and where to connect, read from what the user typed."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from inspector.errors import InspectorError

_HOST = re.compile(r"[\w-]+(\.[\w-]+)*\.?|[0-9a-fA-F:.]+(%\w+)?")
"""A name of labels between dots, or an IPv6 address."""

_PORTS = {"ws": 80, "wss": 443}


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
        return f"{_bracketed(self.host)}:{self.port}"


def parse_upstream(url: str) -> Upstream:
    """Read ``ws://host[:port][/prefix]`` or ``wss://...``. Raises :class:`InspectorError`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InspectorError(f"{url}: not a URL: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InspectorError(f"{url}: not a WebSocket URL; it looks like ws://csms.example:9000/ocpp or wss://...")
    if not _HOST.fullmatch(parts.hostname) or re.search(r"\s", url):
        raise InspectorError(f"{url}: no host can have this name, no path a space")
    if parts.query or parts.fragment or parts.username:
        raise InspectorError(f"{url}: only scheme, host, port and path can be given")
    secure = parts.scheme == "wss"
    return Upstream(url, secure, parts.hostname, port or _PORTS[parts.scheme], parts.path.rstrip("/"))


def parse_listen(text: str) -> tuple[str, int]:
    """Read ``host:port``, ``[ipv6]:port`` or a port alone (then on loopback). Raises :class:`InspectorError`."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isdecimal() or int(port) > 65535:
        raise InspectorError(f"{text}: not an address to listen on; it looks like 127.0.0.1:8180")
    return host, int(port)


def websocket_url(host: str, port: int) -> str:
    """Return the URL of a listener without TLS."""
    return f"ws://{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
