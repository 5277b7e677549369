"""Captures and sessions made to order: keyword-only, valid by default."""

from collections.abc import Iterable
from pathlib import Path

from inspector.protocol.event import Closed, Opened, Received
from inspector.protocol.version import Party
from inspector.store.recording import Recording
from inspector.store.writer import Writer

START_NS = 1_790_000_000_000_000_000
"""2026-09-21T14:13:20Z."""

STATION, CSMS = Party.STATION, Party.CSMS
Said = tuple[Party, str | bytes]

BOOT: tuple[Said, ...] = (
    (STATION, '[2,"b1","BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}]'),
    (CSMS, '[3,"b1",{"status":"Accepted","currentTime":"2026-09-21T14:13:20Z","interval":300}]'),
)
"""A clean exchange of OCPP 1.6."""

BROKEN: tuple[Said, ...] = (
    (STATION, '[2,"s1","StatusNotification",{"connectorId":1,"errorCode":"Error","status":"Available"}]'),
    (CSMS, '[3,"s1",{}]'),
)
"""An exchange with one schema error, at ``/3/errorCode``."""


def opened(
    *,
    time_ns: int = START_NS,
    station: str = "CP-1",
    subprotocol: str | None = "ocpp1.6",
    http_status: int | None = 101,
    origin: str = "live",
    path: str | None = None,
) -> Opened:
    """Make a handshake."""
    return Opened(
        time_ns,
        station,
        path=f"/{station}" if path is None else path,
        peer="127.0.0.1:50000",
        upstream=f"ws://127.0.0.1:9000/{station}",
        offered=(subprotocol,) if subprotocol else (),
        subprotocol=subprotocol,
        http_status=http_status,
        origin=origin,
        headers=(("request", "Host", "127.0.0.1"),),
    )


def received(*, raw: str | bytes, sender: Party = STATION, time_ns: int = START_NS) -> Received:
    """Make a frame on the wire."""
    return Received(time_ns, sender, raw)


def record(
    writer: Writer,
    *,
    said: Iterable[Said] = BOOT,
    station: str = "CP-1",
    gap_ns: int = 10_000_000,
    end: bool = True,
    **options: object,
) -> Recording:
    """Record a session: each frame ``gap_ns`` after the one before, the end by the station with code 1000."""
    recording = Recording(writer, opened(station=station, **options))  # type: ignore[arg-type]
    time_ns = START_NS
    for sender, raw in said:
        time_ns += gap_ns
        recording.feed(Received(time_ns, sender, raw))
    if end:
        recording.feed(Closed(time_ns + gap_ns, 1000, "", "station"))
    return recording


def make_capture(path: Path, *sessions: Iterable[Said]) -> Path:
    """Write a capture with one session for each list of frames; by default one clean and one broken."""
    writer = Writer(path)
    for number, said in enumerate(sessions or (BOOT, (*BOOT, *BROKEN)), 1):
        record(writer, said=said, station=f"CP-{number}")
    writer.close()
    return path
