"""The CSMS's end of a connection, as lean as Python allows: the upgrade, and the goodbye."""

import asyncio
import base64
import hashlib
import re

from tests.benchmarks.talk import server_frame

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
GOODBYE = (1000).to_bytes(2)
CLOSE = 0x88


class Serving(asyncio.Protocol):
    """One connection: what comes after the upgrade is for :meth:`hear`."""

    def __init__(self) -> None:
        self._rest = b""
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Do the upgrade as soon as its head is complete."""
        data = self._rest + data
        if not self._upgraded:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self.transport.write(accept(head))
            self._upgraded = True
        self._rest = self.hear(data)

    def hear(self, data: bytes) -> bytes:
        """Take the frames that are complete, and return the rest."""
        raise NotImplementedError

    def leave(self) -> None:
        """Answer a goodbye."""
        self.transport.write(server_frame(GOODBYE, CLOSE))
        self.transport.close()


def accept(request: bytes) -> bytes:
    """Return the answer to an upgrade: it takes the subprotocol that is offered."""
    key, subprotocol = (_header(request, name) for name in (b"Sec-WebSocket-Key", b"Sec-WebSocket-Protocol"))
    digest = base64.b64encode(hashlib.sha1(key + GUID).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: %b\r\nSec-WebSocket-Protocol: %b\r\n\r\n" % (digest, subprotocol)
    )


def _header(head: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?im)^%b: *(.*?)\r?$" % name, head)
    assert found, head
    return found[1]
