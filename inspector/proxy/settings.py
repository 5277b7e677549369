"""What one proxy needs to know, read from the options of the command line or of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inspector.proxy.address import Listener, Route, Upstream, parse_listen, parse_route, parse_upstream
from inspector.store.amounts import parse_bytes, parse_seconds
from inspector.store.keeper import Keeping


@dataclass(frozen=True, slots=True)
class Encryption:
    """How both legs are encrypted. Without ``certificate`` an authority of our own makes one for each name.

    ``station_ca`` signs what stations must show, ``client_certificate`` is shown to the CSMS: a file, or a folder with
    a file for each station. ``oldest`` and ``ciphers`` are for stations only.
    """

    certificate: Path | None = None
    station_ca: Path | None = None
    oldest: str = "1.2"
    ciphers: str = ""
    upstream_ca: Path | None = None
    insecure_upstream: bool = False
    client_certificate: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Where one proxy listens, which CSMS it connects to and how, and what it keeps."""

    upstream: Upstream
    listeners: Sequence[Listener]
    keeping: Keeping
    routes: Sequence[Route] = ()
    encryption: Encryption = field(default_factory=Encryption)
    connect_seconds: float = 10.0
    stop_at_eof: bool = False

    @property
    def upstreams(self) -> Sequence[Upstream]:
        """Every CSMS that a station may get to, each once."""
        return tuple(dict.fromkeys((self.upstream, *(route.upstream for route in self.routes))))

    def upstream_of(self, station: str, path: str) -> Upstream:
        """Return the CSMS of a station: the first route that leads somewhere, else the one for all."""
        return next((route.upstream for route in self.routes if route.leads(station, path)), self.upstream)


def settings_from(options: Mapping[str, Any]) -> Settings:
    """Make settings of the options of ``proxy``, by click's names. Raises :class:`InspectorError`."""
    return Settings(
        parse_upstream(options["upstream"]),
        [parse_listen(text) for text in options["listen"]],
        keeping_from(options),
        [parse_route(text) for text in options["route"]],
        Encryption(
            options["cert"],
            options["station_ca"],
            options["tls_min"],
            options["ciphers"],
            options["upstream_ca"],
            options["insecure_upstream"],
            options["client_cert"],
        ),
        options["connect_timeout"],
        options["stop_at_eof"],
    )


def keeping_from(options: Mapping[str, Any]) -> Keeping:
    """Make of the options of ``proxy`` what is to be kept. Raises :class:`InspectorError`."""
    size, age = options["rotate_size"], options["rotate_time"]
    return Keeping(
        options["capture"],
        int(options["patience"] * 1e9),
        options["keep_secrets"],
        options["schemas"],
        append=options["append"],
        durable=options["durable"],
        rotate_bytes=parse_bytes(size) if size else 0,
        rotate_seconds=parse_seconds(age) if age else 0,
        keep_files=options["keep"],
    )
