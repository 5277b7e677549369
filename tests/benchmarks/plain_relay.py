"""The rival that anybody would write: a relay of a few lines with ``websockets``, which looks at nothing."""

import asyncio
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol


async def main(upstream: str, port: int) -> None:
    """Relay for ever."""

    async def relay(station: ServerConnection) -> None:
        assert station.request is not None
        url, offered = upstream + station.request.path, [Subprotocol(str(station.subprotocol))]
        async with connect(url, subprotocols=offered, compression=None, ping_interval=None, proxy=None) as csms:
            await asyncio.gather(_pass_on(station, csms), _pass_on(csms, station))

    async with serve(
        relay, "127.0.0.1", port, select_subprotocol=lambda _, offered: offered[0], compression=None, ping_interval=None
    ) as server:
        await server.serve_forever()


async def _pass_on(source: Connection, target: Connection) -> None:
    try:
        async for message in source:
            await target.send(message)
    except ConnectionClosed:
        pass
    await target.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
