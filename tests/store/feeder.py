"""Feeds a scribe at 2000 frames a second until it is killed: ``python -m tests.store.feeder CAPTURE LOG [durable]``.

It says the id of the scribe's process on stdout, then writes down each frame that it has fed: number, monotonic ns.
"""

import os
import sys
import time
from pathlib import Path

from inspector.store.keeper import Keeping
from inspector.store.scribe import Scribe
from tests.factories import opened, received

RATE = 2000


def main(capture: str, journal: str, durable: str = "") -> None:
    """Feed until the end."""
    scribe = Scribe(Keeping(Path(capture), durable=bool(durable)))
    log = os.open(journal, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    key = scribe.open(opened())
    print(scribe._child.process.pid, flush=True)
    begun = time.monotonic()
    number = 0
    while True:
        while number < (time.monotonic() - begun) * RATE:
            number += 1
            scribe.feed(key, received(raw=frame(number), time_ns=time.time_ns()))
            os.write(log, f"{number} {time.monotonic_ns()}\n".encode())
        time.sleep(0.0005)


def frame(number: int) -> str:
    """Return what the station says: one CALL after the other, none of them answered."""
    return f'[2,"{number}","Heartbeat",{{}}]'


if __name__ == "__main__":
    main(*sys.argv[1:])
