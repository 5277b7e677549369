"""What the examination meets: real servers on loopback, each with a fault of its own."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from inspector.doctor import handshake

OPENING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


class Authority:
    """A certificate authority whose file is on disk, and the contexts of servers it vouches for."""

    def __init__(self, folder: Path) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(self.file))

    def server(self, *hosts: str, days: int = 100, wants_certificate: bool = False) -> ssl.SSLContext:
        """Return the context of a server for hosts, whose certificate ends in some days."""
        now = datetime.now(UTC)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf = self.ca.issue_cert(
            *hosts, not_before=now - timedelta(days=200), not_after=now + timedelta(days=days, hours=1)
        )
        leaf.configure_cert(context)
        if wants_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            self.ca.configure_trust(context)
        return context


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a CSMS that stays."""
    monkeypatch.setattr(handshake, "LINGER_SECONDS", 0.05)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Make a certificate authority."""
    return Authority(tmp_path)


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run what treats one connection after the other with its bare hands; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def worker() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    answer(connection)

        threading.Thread(target=worker, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def request_of(connection: socket.socket) -> bytes:
    """Read an HTTP request."""
    request = b""
    while b"\r\n\r\n" not in request:
        data = connection.recv(65536)
        if not data:
            break
        request += data
    return request
