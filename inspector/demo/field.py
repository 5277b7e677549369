"""The demo's child process: CSMS and stations. Speaks JSON lines with its parent, and ends when the parent is gone.

Prints ``{"csms": URL}``, reads the URL the stations shall use, prints ``{"done": true}`` when they are through.
"""

import asyncio
import json
import sys
from contextlib import suppress

from inspector.demo.csms import start_csms
from inspector.demo.stations import run_stations

BEATS = 9.0
"""How many units a demo takes."""


async def main(seconds: float) -> None:
    """Play the field for about ``seconds``, then wait for the end of standard input."""
    unit = seconds / BEATS
    server, url = await start_csms(unit)
    _say({"csms": url})
    proxy = await asyncio.to_thread(sys.stdin.readline)
    if not proxy:
        return
    playing = asyncio.create_task(run_stations(proxy.strip(), unit))
    parent_gone = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait({playing, parent_gone}, return_when=asyncio.FIRST_COMPLETED)
    if playing.done():
        failure = playing.exception()
        _say({"done": failure is None, "error": None if failure is None else repr(failure)})
        await parent_gone
    playing.cancel()
    with suppress(asyncio.CancelledError, Exception):  # what failed has been said
        await playing
    server.close()


def _say(record: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
