"""The demo's stations, against the demo's CSMS: what they plant and nothing else."""

import asyncio

from websockets.asyncio.server import ServerConnection

from inspector.demo.csms import start_csms
from inspector.demo.stations import run_stations
from inspector.protocol.event import Received
from inspector.protocol.inspection import Inspection
from inspector.protocol.version import Party, Version
from tests.peers import Handler, csms, station


async def test_what_they_send_has_just_the_planted_faults() -> None:
    """Every frame of both, seen by an inspection on the way."""
    behind, url = await start_csms(0.05)
    codes: list[str] = []

    async def relay(connection) -> None:  # type: ignore[no-untyped-def]
        name = str(connection.subprotocol)
        inspection = Inspection(Version.V16 if name == "ocpp1.6" else Version.V201)
        async with station(f"{url}{connection.request.path}", subprotocol=name) as onward:

            async def pump(source, target, sender) -> None:  # type: ignore[no-untyped-def]
                async for message in source:
                    codes.extend(f.code for f in inspection.observe(Received(0, sender, message)).findings)
                    await target.send(message)
                await target.close()

            await asyncio.gather(pump(connection, onward, Party.STATION), pump(onward, connection, Party.CSMS))

    handler: Handler = relay
    async with csms(handler) as front:
        await run_stations(front, 0.05)
    behind.close()
    assert sorted(codes) == ["C001", "S104"], "and the unanswered call, which needs a clock"


async def test_a_station_whose_connection_is_ended_comes_back() -> None:
    """In the middle of its script, at a pause or at a CALL without an answer; it begins anew."""
    came: list[str] = []
    back = asyncio.Event()

    async def end(connection: ServerConnection) -> None:
        assert connection.request is not None
        path = connection.request.path
        came.append(path)
        await connection.recv()
        await connection.close(1001)
        if came.count(path) > 1:
            back.set()

    async with csms(end) as front:
        running = asyncio.create_task(run_stations(front, 0.05))
        await asyncio.wait_for(back.wait(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert {"/CP-DEMO-16", "/CP-DEMO-201"} == set(came)
