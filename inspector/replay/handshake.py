"""The handshake of a run's connection, as its recording tells it."""

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import Connection

from inspector.protocol.event import Opened
from inspector.replay.station import RefusedError, station_of
from inspector.store.rows import Session

OURSELVES = "replay"
"""What stands for the address of the side that is played."""


def shaken(connection: Connection, source: Session, station: str = "", name: str = "") -> Opened:
    """Tell how a connection was opened that is in place of a recorded session's; ``station`` is who we are, if new."""
    request = connection.request
    path = request.path if request else ""
    there = _address(connection)
    offered = request.headers.get("Sec-WebSocket-Protocol", "") if request else ""
    if isinstance(connection, ClientConnection):
        who, peer, upstream = station or source.station, OURSELVES, f"{there}{path}"
    else:
        who, peer, upstream = station_of(path) or source.station, there.rpartition("/")[2], OURSELVES
    return Opened(
        time.time_ns(),
        who,
        path=path,
        peer=peer,
        upstream=upstream,
        offered=tuple(filter(None, (each.strip() for each in offered.split(",")))),
        subprotocol=connection.subprotocol,
        origin="run",
        source=source.id,
        headers=tuple(_headers(connection)),
        name=name,
    )


def refused(
    target: str, source: Session, offered: tuple[str, ...], error: RefusedError, station: str = "", name: str = ""
) -> Opened:
    """Tell of a handshake that the CSMS at ``target`` refused, or did not answer."""
    return Opened(
        time.time_ns(),
        station or source.station,
        path=urlsplit(target).path,
        peer=OURSELVES,
        upstream=target,
        offered=offered,
        http_status=error.status,
        origin="run",
        source=source.id,
        name=name,
    )


def _address(connection: Connection) -> str:
    """Return where the other side is, as a URL without its path."""
    scheme = "wss" if connection.transport.get_extra_info("ssl_object") else "ws"
    host, port = (*(connection.remote_address or ("", 0)),)[:2]
    return f"{scheme}://{f'[{host}]' if ':' in str(host) else host}:{port}"


def _headers(connection: Connection) -> Iterator[tuple[str, str, str]]:
    for side, message in (("request", connection.request), ("response", connection.response)):
        if message is not None:
            yield from ((side, name, value) for name, value in message.headers.raw_items())
