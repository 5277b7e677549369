"""The station's end of a connection: where it leads, and as whom."""

import logging
import ssl
from urllib.parse import quote, unquote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from inspector.errors import InspectorError
from inspector.protocol.version import SUBPROTOCOLS
from inspector.proxy.failures import plain_error
from inspector.replay.access import Access
from inspector.store.rows import Session

LARGEST = 64 * 1024 * 1024
"""Bytes of a message that is taken; who sends a larger one is hung up on (close code 1009)."""

CLOSE_SECONDS = 2.0
"""How long the peer may take to take leave."""

SILENT = logging.Logger("replay")
"""What websockets has to say is in the outcomes; a handshake that failed is no traceback on the terminal."""
SILENT.addHandler(logging.NullHandler())


class RefusedError(InspectorError):
    """The CSMS at ``target`` did not let the station in.

    ``status`` is what it answered by HTTP and ``reason`` its words for that; None, and the fault, if it did not answer.
    """

    def __init__(self, target: str, reason: str, status: int | None = None) -> None:
        what = reason if status is None else f"the CSMS refused it: HTTP {status}"
        super().__init__(f"{target}: no connection: {what}")
        self.reason = reason
        self.status = status


class _Straight(connect):
    """A connection that follows no redirect: no station does, and it could lead to a CSMS that nobody agreed to."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class StationLink:
    """Connects to the CSMS at ``url``, as the recorded station or as ``station``.

    ``authorization`` is the header to show where ``access`` has no password. Where it is ``bare`` there is no
    compression: a thousand connections would take 300 MB for it.
    """

    def __init__(
        self,
        url: str,
        access: Access,
        *,
        station: str = "",
        timeout: float = 10.0,
        bare: bool = False,
        tls: ssl.SSLContext | None = None,
        authorization: str | None = None,
    ) -> None:
        self._url = url
        self._access = access
        self._station = station
        self._timeout = timeout
        self._bare = bare
        self._authorization = authorization
        self._tls = tls or (access.tls() if url.startswith("wss:") else None)

    def target(self, session: Session) -> str:
        """Return the URL that is in place of a recorded session's."""
        return station_url(self._url, session, self._station)

    def _headers(self, session: Session) -> list[tuple[str, str]]:
        given = self._access.headers(self._station or session.station)
        return given or ([("Authorization", self._authorization)] if self._authorization else [])

    async def open(self, session: Session) -> ClientConnection:
        """Connect as the station did: its path, its subprotocols, its compression. Raises :class:`RefusedError`."""
        target = self.target(session)
        names = offered(session)
        try:
            return await _Straight(
                target,
                subprotocols=[Subprotocol(name) for name in names] or None,
                additional_headers=self._headers(session),
                user_agent_header="ocpp-inspector",
                compression="deflate" if not self._bare and _compresses(session) else None,
                ssl=self._tls,
                open_timeout=self._timeout,
                close_timeout=CLOSE_SECONDS,
                max_size=LARGEST,
                ping_interval=None,
                proxy=None,
                logger=SILENT,
            )
        except InvalidStatus as error:
            answer = error.response
            raise RefusedError(target, answer.reason_phrase, answer.status_code) from error
        except (OSError, WebSocketException, ValueError) as error:
            raise RefusedError(target, plain_error(str(error)) or type(error).__name__) from error


def offered(session: Session) -> tuple[str, ...]:
    """Return the subprotocols to offer: the one that was spoken, else those that were offered then.

    Where nobody knows, as of bare frames that were imported, it is that of their version.
    """
    told = (session.subprotocol,) if session.subprotocol else session.offered
    if told or session.headers:
        return told
    return tuple(name for name, version in SUBPROTOCOLS.items() if version is session.version)


def station_url(url: str, session: Session, station: str = "") -> str:
    """Put the station's id behind a URL, as its path had it if that is known, unless it is there."""
    recorded = session.path.partition("?")[0].rstrip("/").rpartition("/")[2]
    segment = quote(station, safe="") or (recorded if session.path else quote(session.station, safe=""))
    base = url.rstrip("/")
    return base if base.endswith(f"/{segment}") or not segment else f"{base}/{segment}"


def station_of(path: str) -> str:
    """Return the id that a path ends with."""
    return unquote(path.partition("?")[0].rstrip("/").rpartition("/")[2])


def _compresses(session: Session) -> bool:
    return any(
        name.lower() == "sec-websocket-extensions" and "permessage-deflate" in value
        for side, name, value in session.headers
        if side == "response"
    )
