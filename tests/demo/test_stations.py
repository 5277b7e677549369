"""The demo's stations, against the demo's CSMS: what they plant and nothing else."""

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
        import asyncio

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
