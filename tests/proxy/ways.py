"""The ways from a station to a CSMS: the direct one, and some through a proxy each."""

import socket
from contextlib import ExitStack
from pathlib import Path

import trustme
from OpenSSL import SSL

from inspector.store.reader import Reader
from inspector.store.rows import Session
from tests.peers import Program, proxy, until
from tests.proxy.wire_peers import Lane


class Ways:
    """The direct way, and ways through one proxy each, begun when first gone."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        self._csms_tls = SSL.Context(SSL.TLS_METHOD)
        authority.issue_cert("127.0.0.1").configure_cert(self._csms_tls)
        self._station_tls = SSL.Context(SSL.TLS_METHOD)
        self._listeners: dict[str, socket.socket] = {}
        self._ports: dict[str, int] = {}
        self._programs: dict[str, Program] = {}
        self._readers: dict[str, Reader] = {}

    def lane(self, name: str) -> Lane:
        """Return the way of a name: ``direct``, or each leg's scheme, as ``wss-ws``."""
        station, _, csms = name.partition("-")
        return Lane(
            self.listener(name).getsockname()[1] if name == "direct" else self.port(name),
            self.listener(name),
            self._station_tls if station == "wss" else None,
            self._csms_tls if csms == "wss" else None,
        )

    def listener(self, name: str) -> socket.socket:
        """Return the socket at which the CSMS of a way listens."""
        if name not in self._listeners:
            self._listeners[name] = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            self._listeners[name].setblocking(False)
        return self._listeners[name]

    def port(self, name: str) -> int:
        """Return the port of the proxy of a way."""
        if name not in self._ports:
            scheme = "wss" if name.endswith("-wss") else "ws"
            upstream = f"{scheme}://127.0.0.1:{self.listener(name).getsockname()[1]}"
            trust = ("--upstream-ca", str(self.folder / "ca.pem")) if scheme == "wss" else ()
            self._programs[name], url = self._stack.enter_context(proxy(self.capture(name), upstream, *trust))
            self._ports[name] = int(url.rpartition(":")[2])
        return self._ports[name]

    def capture(self, name: str) -> Path:
        """Return the capture of a proxy."""
        return self.folder / f"{name}.db"

    def pid(self, name: str) -> int:
        """Return the process of a proxy."""
        return self._programs[name].process.pid

    def reader(self, name: str) -> Reader:
        """Return the reader of a proxy's capture."""
        if name not in self._readers:
            self._readers[name] = self._stack.enter_context(Reader(self.capture(name)))
        return self._readers[name]

    async def session(self, name: str, station: str, seconds: float = 10.0) -> Session:
        """Return what was recorded of a station, once it is over."""
        reader, found = self.reader(name), list[Session]()

        def over() -> bool:
            found[:] = [one for one in reader.sessions() if one.station == station and not one.live]
            return bool(found)

        await until(over, seconds)
        return found[0]
