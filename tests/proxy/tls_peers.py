"""Stations and CSMS of every kind of TLS, for tests: blocking sockets, which send the alerts that asyncio swallows."""

import contextlib
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import trustme

from inspector.proxy.authority import usual_folder

SECONDS = 10.0

REQUEST = (
    b"GET %s HTTP/1.1\r\nHost: csms.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)
"""A handshake, by its path."""


@dataclass(frozen=True)
class Files:
    """Authorities and certificates: whom the CSMS trusts and whom nobody does."""

    csms_ca: trustme.CA
    station_ca: trustme.CA
    folder: Path

    @classmethod
    def made(cls, folder: Path) -> "Files":
        """Make them: ``csms-ca.pem``, ``station-ca.pem``, and certificates ``CP-1.pem`` and ``stranger.pem``."""
        files = cls(trustme.CA(), trustme.CA(), folder)
        files.csms_ca.cert_pem.write_to_path(folder / "csms-ca.pem")
        files.station_ca.cert_pem.write_to_path(folder / "station-ca.pem")
        station = files.station_ca.issue_cert(common_name="CP-1")
        station.private_key_and_cert_chain_pem.write_to_path(folder / "CP-1.pem")
        trustme.CA().issue_cert("CP-1").private_key_and_cert_chain_pem.write_to_path(folder / "stranger.pem")
        return files

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)

    def csms(self, *names: str, **options: object) -> ssl.SSLContext:
        """Make the context of a CSMS with a certificate for these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.csms_ca.issue_cert(*(names or ("127.0.0.1",)), **options).configure_cert(context)  # type: ignore[arg-type]
        return context


def trusting(certificate: str | None = None, *, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Make the context of a station that trusts the proxy's own authority, and shows a certificate."""
    context = ssl.create_default_context(cafile=str(usual_folder() / "ca.pem"))
    if certificate is not None:
        context.load_cert_chain(certificate)
    if newest is not None:
        context.maximum_version = newest
    return context


def old(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Make the context of a station that speaks this version only, and trusts everybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


def ask(port: int, request: bytes, context: ssl.SSLContext | None = None, name: str = "127.0.0.1") -> bytes | str:
    """Connect, send a request, and return what comes until there is no more, or what went wrong with TLS.

    Without a request, leave at once.
    """
    with socket.create_connection(("127.0.0.1", port), SECONDS) as plain:
        try:
            side = plain if context is None else context.wrap_socket(plain, server_hostname=name)
            with contextlib.closing(side):
                side.sendall(request)
                return head(side) if request else b""
        except (ssl.SSLError, ConnectionError) as error:
            return str(error)


def head(side: socket.socket) -> bytes:
    """Read until the end, or until the head of an answer that leaves the connection open."""
    read = b""
    while (data := side.recv(65536)) != b"":
        read += data
        if b" 101 " in read and b"\r\n\r\n" in read:
            break
    return read


@contextlib.contextmanager
def answering(answer: bytes, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[bytes]]]:
    """Run a CSMS of few words: it reads the head of each request, keeps it, answers and closes. Yield its port."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, answer, context, seen), daemon=True)
        thread.start()
        yield listener.getsockname()[1], seen
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(SECONDS)


def _answer(listener: socket.socket, answer: bytes, context: ssl.SSLContext | None, seen: list[bytes]) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        plain.settimeout(SECONDS)
        with contextlib.suppress(OSError), contextlib.closing(plain):
            side = plain if context is None else context.wrap_socket(plain, server_side=True)
            with contextlib.closing(side):
                read = b""
                while b"\r\n\r\n" not in read and read[:1] != b"\x16" and (data := side.recv(65536)):
                    read += data
                seen.append(read)
                side.sendall(answer)
