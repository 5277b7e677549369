"""The demo's CSMS, made with the package ``ocpp``: it answers, and starts one transaction by itself."""

import asyncio
from datetime import UTC, datetime
from itertools import count
from typing import Any

import ocpp.v16
import ocpp.v201
from ocpp.routing import on
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

INTERVAL = 300
"""Seconds between heartbeats, as the CSMS asks for."""


def now() -> str:
    """Return the time as OCPP writes it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z"


class Csms16(ocpp.v16.ChargePoint):
    """The CSMS's side of an OCPP 1.6 session."""

    def __init__(self, *arguments: Any, unit: float) -> None:
        super().__init__(*arguments)
        self._unit = unit
        self._transactions = count(1001)
        self._started_remotely = False

    @on("BootNotification")
    def boot(self, **_: Any) -> Any:
        """Accept the station."""
        return ocpp.v16.call_result.BootNotification(current_time=now(), interval=INTERVAL, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self) -> Any:
        """Tell the time."""
        return ocpp.v16.call_result.Heartbeat(current_time=now())

    @on("StatusNotification", skip_schema_validation=True)
    def status(self, **_: Any) -> Any:
        """Take whatever status comes, also a broken one: not every CSMS is strict."""
        return ocpp.v16.call_result.StatusNotification()

    @on("Authorize")
    def authorize(self, **_: Any) -> Any:
        """Let everybody charge."""
        return ocpp.v16.call_result.Authorize(id_tag_info={"status": "Accepted"})

    @on("StartTransaction")
    def start_transaction(self, **_: Any) -> Any:
        """Hand out the next transaction id."""
        return ocpp.v16.call_result.StartTransaction(
            transaction_id=next(self._transactions), id_tag_info={"status": "Accepted"}
        )

    @on("MeterValues")
    def meter_values(self, **_: Any) -> Any:
        """Take them."""
        return ocpp.v16.call_result.MeterValues()

    @on("StopTransaction")
    def stop_transaction(self, **_: Any) -> Any:
        """Take it, and start another transaction from here, once."""
        if not self._started_remotely:
            self._started_remotely = True
            self._task = asyncio.create_task(self._start_remotely())
        return ocpp.v16.call_result.StopTransaction(id_tag_info={"status": "Accepted"})

    async def _start_remotely(self) -> None:
        await asyncio.sleep(self._unit)
        await self.call(ocpp.v16.call.RemoteStartTransaction(id_tag="REMOTE-42", connector_id=1))


class Csms201(ocpp.v201.ChargePoint):
    """The CSMS's side of an OCPP 2.0.1 session."""

    def __init__(self, *arguments: Any, unit: float) -> None:
        super().__init__(*arguments)
        self._unit = unit
        self._started_remotely = False

    async def route_message(self, raw_msg: str) -> None:
        """Planted fault: leave the station's DataTransfer without an answer."""
        if '"DataTransfer"' not in raw_msg:
            await super().route_message(raw_msg)

    @on("BootNotification")
    def boot(self, **_: Any) -> Any:
        """Accept the station."""
        return ocpp.v201.call_result.BootNotification(current_time=now(), interval=INTERVAL, status="Accepted")

    @on("Heartbeat")
    def heartbeat(self) -> Any:
        """Tell the time, and start a transaction from here, once."""
        if not self._started_remotely:
            self._started_remotely = True
            self._task = asyncio.create_task(self._start_remotely())
        return ocpp.v201.call_result.Heartbeat(current_time=now())

    @on("StatusNotification")
    def status(self, **_: Any) -> Any:
        """Take it."""
        return ocpp.v201.call_result.StatusNotification()

    @on("Authorize")
    def authorize(self, **_: Any) -> Any:
        """Let everybody charge."""
        return ocpp.v201.call_result.Authorize(id_token_info={"status": "Accepted"})

    @on("TransactionEvent")
    def transaction_event(self, **_: Any) -> Any:
        """Take it."""
        return ocpp.v201.call_result.TransactionEvent()

    async def _start_remotely(self) -> None:
        await asyncio.sleep(self._unit)
        token = {"idToken": "REMOTE-43", "type": "Central"}
        await self.call(ocpp.v201.call.RequestStartTransaction(id_token=token, remote_start_id=7, evse_id=1))


async def start_csms(unit: float) -> tuple[Server, str]:
    """Listen on a free port of loopback; return the server and its URL. ``unit`` is the beat of the demo in seconds."""
    sides: dict[str, Any] = {"ocpp1.6": Csms16, "ocpp2.0.1": Csms201}

    async def handle(connection: ServerConnection) -> None:
        station = connection.request.path.rpartition("/")[2] if connection.request else ""
        try:
            await sides[str(connection.subprotocol)](station, connection, unit=unit).start()
        except ConnectionClosed:
            return

    server = await serve(handle, "127.0.0.1", 0, subprotocols=[Subprotocol(name) for name in sides])
    port = next(iter(server.sockets)).getsockname()[1]
    return server, f"ws://127.0.0.1:{port}/ocpp"
