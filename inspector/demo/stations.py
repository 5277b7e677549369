"""The demo's stations, made with the package ``ocpp``: a charging session each, and three planted faults."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import ocpp.v16
import ocpp.v201
from ocpp.routing import on
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from inspector.demo.csms import now

SAMPLES = 4
"""Meter values in the long transaction."""


class Station16(ocpp.v16.ChargePoint):
    """An OCPP 1.6 station."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.started_remotely = asyncio.Event()

    @on("RemoteStartTransaction")
    def remote_start(self, **_: Any) -> Any:
        """Accept, and let the script go on."""
        self.started_remotely.set()
        return ocpp.v16.call_result.RemoteStartTransaction(status="Accepted")


class Station201(ocpp.v201.ChargePoint):
    """An OCPP 2.0.1 station."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.started_remotely = asyncio.Event()

    @on("RequestStartTransaction")
    def request_start(self, **_: Any) -> Any:
        """Accept, and let the script go on."""
        self.started_remotely.set()
        return ocpp.v201.call_result.RequestStartTransaction(status="Accepted")


async def charge_16(station: Station16, unit: float) -> None:
    """Boot, charge with a card, break one status, then charge once more because the CSMS says so."""
    call = ocpp.v16.call
    await station.call(
        call.BootNotification(charge_point_model="Wall-11", charge_point_vendor="Demo", firmware_version="1.4.2")
    )
    for connector in (0, 1):
        await station.call(call.StatusNotification(connector_id=connector, error_code="NoError", status="Available"))
    await station.call(call.Heartbeat())
    await asyncio.sleep(unit)
    await station.call(call.Authorize(id_tag="CARD-0815"))
    await _transaction_16(station, unit, "CARD-0815", meter_start=1200, samples=SAMPLES)
    broken = call.StatusNotification(connector_id=1, error_code="Error", status="Faulted", timestamp=now())
    await station.call(broken, skip_schema_validation=True)  # planted fault: there is no errorCode "Error"
    await station.started_remotely.wait()
    await _transaction_16(station, unit, "REMOTE-42", meter_start=5200, samples=1)


async def _transaction_16(station: Station16, unit: float, tag: str, *, meter_start: int, samples: int) -> None:
    call = ocpp.v16.call

    async def status(name: str) -> None:
        await station.call(call.StatusNotification(connector_id=1, error_code="NoError", status=name, timestamp=now()))

    await status("Preparing")
    started = await station.call(
        call.StartTransaction(connector_id=1, id_tag=tag, meter_start=meter_start, timestamp=now())
    )
    await status("Charging")
    register = meter_start
    for _ in range(samples):
        await asyncio.sleep(unit)
        register += 1000
        values = [
            {"value": str(register), "measurand": "Energy.Active.Import.Register", "unit": "Wh"},
            {"value": "11040", "measurand": "Power.Active.Import", "unit": "W"},
        ]
        meter = [{"timestamp": now(), "sampledValue": values}]
        await station.call(call.MeterValues(connector_id=1, transaction_id=started.transaction_id, meter_value=meter))
    await station.call(
        call.StopTransaction(
            meter_stop=register,
            timestamp=now(),
            transaction_id=started.transaction_id,
            id_tag=tag,
            reason="Local",
        )
    )
    await status("Available")


async def charge_201(station: Station201, unit: float) -> None:
    """Boot, charge because the CSMS says so, send one time without its zone and one message nobody answers."""
    call = ocpp.v201.call
    await station.call(
        call.BootNotification(charging_station={"model": "Post-22", "vendor_name": "Demo"}, reason="PowerUp")
    )
    await _status_201(station, now(), "Available")
    await station.call(call.Heartbeat())
    await station.started_remotely.wait()
    await station.call(call.Authorize(id_token={"id_token": "REMOTE-43", "type": "Central"}))
    await _status_201(station, now().removesuffix("Z"), "Occupied")  # planted fault: no time zone
    await _event_201(station, "Started", "RemoteStart", 0, 48_000)
    for number in range(1, SAMPLES + 1):
        await asyncio.sleep(unit)
        await _event_201(station, "Updated", "MeterValuePeriodic", number, 48_000 + 1500 * number)
    with suppress(asyncio.TimeoutError):  # planted fault: the CSMS does not answer this
        await station.call(call.DataTransfer(vendor_id="com.example.demo", message_id="Uptime", data="86400"))
    await _event_201(station, "Ended", "RemoteStop", SAMPLES + 1, 48_000 + 1500 * SAMPLES)
    await _status_201(station, now(), "Available")


async def _status_201(station: Station201, timestamp: str, status: str) -> None:
    message = ocpp.v201.call.StatusNotification(timestamp=timestamp, connector_status=status, evse_id=1, connector_id=1)
    await station.call(message)


async def _event_201(station: Station201, kind: str, trigger: str, number: int, register: int) -> None:
    info: dict[str, Any] = {"transaction_id": "b7f0e2d4-demo", "charging_state": "Charging"}
    if kind == "Started":
        info["remote_start_id"] = 7
    if kind == "Ended":
        info |= {"charging_state": "EVConnected", "stopped_reason": "Remote"}
    sample = {
        "value": register,
        "measurand": "Energy.Active.Import.Register",
        "unit_of_measure": {"unit": "Wh"},
    }
    await station.call(
        ocpp.v201.call.TransactionEvent(
            event_type=kind,
            timestamp=now(),
            trigger_reason=trigger,
            seq_no=number,
            transaction_info=info,
            evse={"id": 1, "connector_id": 1},
            meter_value=[{"timestamp": now(), "sampled_value": [sample]}],
            id_token={"id_token": "REMOTE-43", "type": "Central"} if kind == "Started" else None,
        )
    )


async def run_stations(url: str, unit: float) -> None:
    """Run both stations against ``url`` to their ends, side by side."""
    async with asyncio.TaskGroup() as group:
        for station in (
            partial(_connected, url, "CP-DEMO-16", "ocpp1.6", Station16, charge_16, unit),
            partial(_connected, url, "CP-DEMO-201", "ocpp2.0.1", Station201, charge_201, unit),
        ):
            group.create_task(_until_done(station, BACK_AFTER * unit))


BACK_AFTER = 0.3
"""Units after which a station comes back whose connection somebody ended."""


async def _until_done(play: Callable[[], Awaitable[bool]], pause: float) -> None:
    """Play a script to its end; it begins anew whenever the connection is ended meanwhile."""
    while not await play():
        await asyncio.sleep(pause)


async def _connected(
    url: str,
    name: str,
    subprotocol: str,
    make: Callable[..., Any],
    script: Callable[[Any, float], Awaitable[None]],
    unit: float,
) -> bool:
    """Play a script on one connection; tell whether it came to its end."""
    async with connect(f"{url}/{name}", subprotocols=[Subprotocol(subprotocol)], proxy=None) as connection:
        station = make(name, connection, 3 * unit)
        listening = asyncio.create_task(_listen(station))
        playing = asyncio.ensure_future(script(station, unit))
        try:
            await asyncio.wait({playing, listening}, return_when=asyncio.FIRST_COMPLETED)
            if not listening.done():
                await playing
            return not listening.done()
        finally:
            playing.cancel()
            listening.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            await connection.close()  # also when the demo is left early: as a station does, not as a crash


async def _listen(station: Any) -> None:
    with suppress(ConnectionClosed):
        await station.start()
