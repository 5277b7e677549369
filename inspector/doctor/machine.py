"""What the proxy needs of its machine: a port to listen on, room to record, files to open, a clock that is right."""

import errno
import fcntl
import os
import resource
import shutil
import socket
import struct
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from inspector.doctor.check import SECONDS, Check, State
from inspector.proxy.address import is_loopback

ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, never bound to

LEAST_BYTES, FEW_BYTES = 50 << 20, 1 << 30
"""Free space on the disk that is an error, and that is a warning."""

FEW_FILES = 1024
FILES_OF_OUR_OWN = 50
FILES_PER_STATION = 2

_SIOCGIFADDR = 0x8915
"""Linux's request for the IPv4 address of an interface (netdevice(7))."""

_CANNOT_LISTEN = {
    errno.EADDRINUSE: "another program listens there, or the proxy itself runs already: `ss -ltnp` tells; choose"
    " another port",
    errno.EACCES: "ports below 1024 are for root, or for who has CAP_NET_BIND_SERVICE; choose a higher one",
    errno.EADDRNOTAVAIL: "this machine has no such address; 0.0.0.0 stands for all it has",
}

_LISTENS_TWICE = "a --listen before it has that port already, 0.0.0.0 on every address: leave one out"


def listening(places: Iterable[tuple[str, int]]) -> Iterator[Check]:
    """Tell of each host and port whether it can be had, beside those before it, and who could reach it."""
    taken: set[int] = set()
    with ExitStack() as held:
        for host, port in places:
            place = f"{host}:{port}"
            try:
                _listen(host, port, held)
            except OSError as error:
                ours = error.errno == errno.EADDRINUSE and port in taken
                todo = _LISTENS_TWICE if ours else _CANNOT_LISTEN.get(error.errno or 0, "see how --listen is written")
                yield Check("listen", State.ERROR, f"{place}: can't listen: {error.strerror}", todo)
                continue
            taken.add(port)
            yield _free(host, port, place)


def _listen(host: str, port: int, held: ExitStack) -> None:
    """Listen as the proxy will, for as long as ``held`` lasts. Raises OSError."""
    for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            probe = held.enter_context(socket.socket(family, kind))
        except OSError:  # this machine has no IPv6, and the proxy goes without
            continue
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        probe.bind(address)
        probe.listen(1)  # else another may bind beside it


def _free(host: str, port: int, place: str) -> Check:
    if is_loopback(host):
        return Check(
            "listen",
            State.WARNING,
            f"{place} is free, but only programs on this machine reach it",
            f"for stations: --listen 0.0.0.0:{port}; behind a web server on this machine it is right as it is",
        )
    return Check("listen", State.OK, f"{place} is free")


def is_ours(address: str) -> bool:
    """Tell whether an IP address belongs to this machine: one can bind to it."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
        return True


def addresses() -> list[str]:
    """Return this machine's IPv4 addresses but for loopback, one an interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        found = [_address_of(probe, name) for _, name in socket.if_nameindex()]
    return [address for address in found if address and not is_loopback(address)]


def _address_of(probe: socket.socket, interface: str) -> str:
    try:
        answer = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
    except OSError:  # it has none
        return ""
    return socket.inet_ntoa(answer[20:24])


def disk(capture: Path) -> Check:
    """Tell whether a capture can be written, and how much room it has."""
    folder = next(parent for parent in capture.absolute().parents if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
        if capture.exists() and not os.access(capture, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        return Check(
            "disk", State.ERROR, f"{folder}: can't write: {error.strerror}", "say with --capture where to record"
        )
    state = State.ERROR if free < LEAST_BYTES else State.WARNING if free < FEW_BYTES else State.OK
    todo = "make room, or say with --capture where there is more" if state is not State.OK else ""
    return Check("disk", state, f"{folder}: {_amount(free)} free", todo)


def _amount(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def files() -> Check:
    """Tell how many stations the limit on open files allows at once."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return Check("files", State.OK, "any number of files may be open")
    stations = max(0, (limit - FILES_OF_OUR_OWN) // FILES_PER_STATION)
    what = f"{limit} files may be open: room for {stations} stations at once"
    if limit < FEW_FILES:
        return Check("files", State.WARNING, what, "raise it: `ulimit -n 65536`, or LimitNOFILE= in the systemd unit")
    return Check("files", State.OK, what)


def synchronisation() -> Iterator[Check]:
    """Tell whether the clock is kept by NTP, where systemd knows."""
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return
    if told.stdout.strip() == "yes":
        yield Check("time", State.OK, "this machine's clock is synchronised")
    elif told.stdout.strip() == "no":
        todo = "switch it on: `timedatectl set-ntp true`; what is recorded bears this clock's time"
        yield Check("time", State.WARNING, "this machine's clock is not synchronised", todo)
