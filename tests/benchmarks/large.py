"""A capture of ten million frames: a block of them comes through the real pipe, the rest are copies of it in SQL."""

import heapq
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from inspector.protocol import timestamp
from inspector.protocol.event import Closed, Control, Controlled, Opened, Received
from inspector.protocol.version import Party
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.benchmarks.traffic import NOON_NS, SECOND_NS

FRAMES = 10_000_000
BLOCK_FRAMES = 100_000
STATIONS = 50
"""Sessions of a block, half of them of each version."""

WAIT_EVERY = 5_000
"""Events after which the record is waited for: the writer leaves out what comes much too fast."""

BEAT_NS = 7 * SECOND_NS
PLACE = "CARD-00000"
"""Stands in each transaction; the number is that of the block."""

HEIR = "'CARD-' || printf('%05d', block)"

Said = tuple[str, dict[str, Any], dict[str, Any]]


class Wire(NamedTuple):
    """What happens on one station's connection: when (Unix ns), and the event."""

    time_ns: int
    station: int
    event: Received | Controlled | Closed


def large_capture(folder: Path, frames: int) -> Path:
    """Return a capture of so many frames, made if it is not there yet, which takes some minutes for ten million."""
    path = folder / f"{frames}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=folder) as making:
        made = Path(making) / "made.db"
        _record(made)
        _multiply(made, frames // BLOCK_FRAMES)
        made.rename(path)
    size = path.stat().st_size
    print(f"made {path}: {frames:,} frames, {size / 1e6:,.0f} MB, {time.monotonic() - began:.0f} s")
    return path


def cache_folder() -> Path:
    """Return where captures are kept between two runs: the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ocpp-inspector" / "benchmarks"


def _record(path: Path) -> None:
    """Record one block: the stations talk at the same time."""
    writer = Writer(path)
    recordings = [Recording(writer, _opened(station)) for station in range(STATIONS)]
    for number, wire in enumerate(heapq.merge(*(_wire(station) for station in range(STATIONS)))):
        recordings[wire.station].feed(wire.event)
        if number % WAIT_EVERY == 0:
            assert writer.flush(60)
    writer.close()
    assert not writer.lost


def _opened(station: int) -> Opened:
    subprotocol = _subprotocol(station)
    name = f"CP-{station:03}"
    return Opened(
        NOON_NS + station,
        name,
        path=f"/ocpp/{name}",
        peer=f"192.0.2.{station + 1}:50000",
        upstream=f"wss://csms.example/ocpp/{name}",
        offered=(subprotocol,),
        subprotocol=subprotocol,
        http_status=101,
        headers=(("request", "Host", "csms.example"), ("request", "User-Agent", "station/1.4")),
    )


def _subprotocol(station: int) -> str:
    return "ocpp1.6" if station % 2 else "ocpp2.0.1"


def _wire(station: int) -> Iterator[Wire]:
    """Yield a station's CALLs, each answered within a second or not at all, a ping now and then, and the end."""
    script = _script_16 if station % 2 else _script_201
    exchanges = BLOCK_FRAMES // STATIONS // 2
    for number in range(exchanges):
        time_ns = NOON_NS + number * BEAT_NS + station * (BEAT_NS // STATIONS) + 1_000
        action, payload, answer = script(station, number, timestamp.write(time_ns))
        call, result = [2, f"{station}-{number}", action, payload], [3, f"{station}-{number}", answer]
        if number % 97 == 96:
            result = [4, f"{station}-{number}", "InternalError", "", {}]
        yield Wire(time_ns, station, Received(time_ns, Party.STATION, _text(call)))
        answered_ns = time_ns + (20 + number * 37 % 400) * SECOND_NS // 1000
        yield Wire(answered_ns, station, Received(answered_ns, Party.CSMS, _text(result)))
        if number % 10 == 5:
            ping_ns = answered_ns + SECOND_NS
            yield Wire(ping_ns, station, Controlled(ping_ns, Party.STATION, Control.PING))
    end_ns = NOON_NS + (exchanges + 1) * BEAT_NS
    yield Wire(end_ns + station, station, Closed(end_ns + station, 1000, "", "station"))


def _text(elements: list[Any]) -> str:
    return json.dumps(elements, separators=(",", ":"))


def _script_16(station: int, number: int, now: str) -> Said:
    step, transaction = number % 25, station * 10_000 + number // 25
    if number == 0:
        boot = {"chargePointVendor": "Acme", "chargePointModel": "One", "chargePointSerialNumber": f"SN-{station}"}
        return "BootNotification", boot, {"currentTime": now, "interval": 300, "status": "Accepted"}
    if step == 1:
        begin = {"connectorId": 1, "idTag": PLACE, "meterStart": 1000, "timestamp": now}
        return "StartTransaction", begin, {"idTagInfo": {"status": "Accepted"}, "transactionId": transaction}
    if step == 23:
        end = {"transactionId": transaction, "idTag": PLACE, "meterStop": 1000 + step * 20, "timestamp": now}
        return "StopTransaction", end, {"idTagInfo": {"status": "Accepted"}}
    if step in {2, 24}:
        error = "NoError" if number % 2 else "Sunshine"  # no value of the schema
        state = {2: "Charging", 24: "Available"}[step]
        return "StatusNotification", {"connectorId": 1, "errorCode": error, "status": state, "timestamp": now}, {}
    if step % 3:
        return "Heartbeat", {}, {"currentTime": now}
    units = {"Energy.Active.Import.Register": "Wh", "Power.Active.Import": "W"}
    sampled = [
        {**each, "value": str(each["value"]), "unit": units.get(each["measurand"], "A")} for each in _samples(step)
    ]
    values = {"connectorId": 1, "meterValue": [{"timestamp": now, "sampledValue": sampled}]}
    return "MeterValues", values | ({"transactionId": transaction} if step else {}), {}


def _script_201(station: int, number: int, now: str) -> Said:
    step, transaction = number % 25, f"tx-{station}-{number // 25}"
    if number == 0:
        boot = {"reason": "PowerUp", "chargingStation": {"vendorName": "Acme", "model": "Two"}}
        return "BootNotification", boot, {"currentTime": now, "interval": 300, "status": "Accepted"}
    if step in {2, 24}:
        state = {2: "Occupied", 24: "Available"}[step] if number % 2 else "Sunny"  # no value of the schema
        return "StatusNotification", {"timestamp": now, "connectorStatus": state, "evseId": 1, "connectorId": 1}, {}
    if step in {0, 1} or (step % 3 and step != 23):
        return "Heartbeat", {}, {"currentTime": now}
    kind, reason = {3: ("Started", "Authorized"), 23: ("Ended", "EVDeparted")}.get(
        step, ("Updated", "MeterValuePeriodic")
    )
    event = {
        "eventType": kind,
        "timestamp": now,
        "triggerReason": reason,
        "seqNo": (3, 6, 9, 12, 15, 18, 21, 23).index(step),
        "transactionInfo": {"transactionId": transaction},
        "evse": {"id": 1, "connectorId": 1},
        "meterValue": [{"timestamp": now, "sampledValue": list(_samples(step))}],
    }
    if kind == "Started":
        event |= {"idToken": {"idToken": PLACE, "type": "Central"}}
    return "TransactionEvent", event, {"idTokenInfo": {"status": "Accepted"}} if kind == "Started" else {}


def _samples(step: int) -> Iterator[dict[str, Any]]:
    """Yield what a station samples: energy, power, and the current of each phase."""
    yield {"value": 1000 + step * 20, "measurand": "Energy.Active.Import.Register", "location": "Outlet"}
    yield {"value": 11_040.5, "measurand": "Power.Active.Import", "location": "Outlet"}
    for phase in ("L1", "L2", "L3"):
        yield {"value": 16.1, "context": "Sample.Periodic", "measurand": "Current.Import", "phase": phase}


def _multiply(path: Path, blocks: int) -> None:
    """Copy the block, each copy later, with other sessions and transactions; the indexes are made at the end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
        ).fetchall()
        span_ns = connection.execute("SELECT max(closed_ns) - min(opened_ns) FROM session").fetchone()[0] + SECOND_NS
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for table in ("session", "frame", "finding", "event"):
            _multiply_table(connection, table, blocks, span_ns)
        for _, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _multiply_table(connection: sqlite3.Connection, table: str, blocks: int, span_ns: int) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    changed = {
        "id": "id + ? * block",
        "session": "session + ? * block",
        "raw": f"replace(raw, '{PLACE}', {HEIR})" if table == "frame" else "raw",
    }
    amounts = {"id": rows, "session": STATIONS}
    later = {name: f"{name} + {span_ns} * block" for name in columns if name in MOMENTS}
    values = [changed.get(name, later.get(name, name)) for name in columns]
    parameters = [amounts[name] for name in columns if name in amounts]
    connection.execute(f"CREATE TEMP TABLE block_{table} AS SELECT * FROM {table} ORDER BY id")
    for block in count(1):
        if block >= blocks:
            return
        sql = ", ".join(values).replace("block", str(block))
        connection.execute(f"INSERT INTO {table} SELECT {sql} FROM temp.block_{table}", parameters)


MOMENTS = {"time_ns", "opened_ns", "closed_ns", "last_ns"}
