"""Reads what a line of JSON says of a session: how it began, how it ended, and how long a CALL may wait."""

from typing import Any

from inspector.formats.json_fields import field, read_time
from inspector.protocol import timestamp
from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Closed, Opened, Tls
from inspector.protocol.finding import Blame
from inspector.protocol.version import Party
from inspector.store.entries import Place


def _small(record: Any, name: str) -> int | None:
    """Return a status or a close code, None for null."""
    value = field(record, name, int, -1)
    if not -1 <= value <= 65_535:
        raise ValueError(f"{name} is out of range")
    return None if value == -1 else value


def patience_ns(record: dict[str, Any]) -> int:
    """Return how long a CALL may wait; exports of earlier versions do not say it."""
    seconds = record.get("patience")
    if seconds is None:
        return PATIENCE_NS
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        raise ValueError("patience is not a number")
    if not 1e-9 <= seconds < 2**63 / 1e9:
        raise ValueError("patience is out of range")
    return round(seconds * 1e9)


def place(record: dict[str, Any], name: str) -> Place | None:
    """Return where a session goes on; exports of earlier versions do not say it."""
    found = field(record, name, dict, {})
    return Place(field(found, "capture", str), field(found, "session", int)) if found else None


def opened(record: dict[str, Any]) -> Opened:
    """Read a handshake. Raises ValueError."""
    times = field(record, "times", dict, {})
    exact = field(record, "times_ns", dict, {})
    both = {step: {"time": times[step], "exact": exact.get(step)} for step in times}
    return Opened(
        read_time(record, "opened", "opened_ns"),
        field(record, "station", str),
        path=field(record, "path", str),
        peer=field(record, "peer", str),
        upstream=field(record, "upstream", str),
        offered=tuple(str(name) for name in field(record, "subprotocols_offered", list)),
        subprotocol=field(record, "subprotocol", str, "") or None,
        http_status=_small(record, "http_status"),
        origin="import",
        headers=tuple(_header(line) for line in field(record, "headers", list)),
        tls=tuple(_tls(leg) for leg in field(record, "tls", list, [])),
        hears_pings=record.get("hears_pings") is True,
        times=tuple((str(step), _step_time(step, both[step])) for step in both),
        name=field(record, "name", str, ""),
    )


def _step_time(step: str, record: dict[str, Any]) -> int:
    if not isinstance(record["time"], str):
        raise ValueError(f"{step} is not a string")
    return read_time(record, "time", "exact")


def _header(record: Any) -> tuple[str, str, str]:
    if not isinstance(record, list) or len(record) != 3:
        raise ValueError("a header is not a list of its side, its name and its value")
    side, name, value = map(str, record)
    return side, name, value


def _tls(record: Any) -> Tls:
    if not isinstance(record, dict):
        raise ValueError("a leg of tls is not an object")
    ends = field(record, "certificate_ends", str, "")  # beyond the year 2262, too
    return Tls(
        Party(field(record, "leg", str)),
        field(record, "version", str),
        field(record, "cipher", str, ""),
        timestamp.read(ends) if ends else None,
        *(field(record, name, str, "") for name in ("sni", "certificate", "client_certificate")),
    )


def closed(record: dict[str, Any]) -> Closed:
    """Read an end. Raises ValueError."""
    return Closed(
        read_time(record, "closed", "closed_ns"),
        _small(record, "close_code"),
        field(record, "close_reason", str, ""),
        Blame(field(record, "closed_by", str)),
    )
