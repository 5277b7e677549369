"""Runs for tests: what to replay, against whom, and what came of it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection

from inspector.protocol.event import Closed, Received
from inspector.protocol.version import Party
from inspector.replay.pace import Pace
from inspector.replay.run import Run, RunOptions
from inspector.replay.steps import Outcome
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, CSMS, START_NS, STATION, opened, record
from tests.peers import csms, echo

CHARGE = (
    *BOOT,
    (STATION, '[2,"a1","Authorize",{"idTag":"CARD"}]'),
    (CSMS, '[3,"a1",{"idTagInfo":{"status":"Accepted"}}]'),
    (
        STATION,
        '[2,"s1","StartTransaction",{"connectorId":1,"idTag":"CARD","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"}]',
    ),
    (CSMS, '[3,"s1",{"transactionId":7,"idTagInfo":{"status":"Accepted"}}]'),
    (STATION, '[2,"p1","StopTransaction",{"transactionId":7,"meterStop":9,"timestamp":"2026-01-01T01:00:00Z"}]'),
    (CSMS, '[3,"p1",{"idTagInfo":{"status":"Accepted"}}]'),
    (CSMS, '[2,"r1","RemoteStartTransaction",{"connectorId":1,"idTag":"REMOTE-42"}]'),
    (STATION, '[3,"r1",{"status":"Accepted"}]'),
)
"""A transaction of 1.6, and a remote start after it."""

BOOTED = {"status": "Accepted", "currentTime": "2030-01-01T00:00:00Z", "interval": 300}

PATIENT = Pace(timeout=5.0)
QUICK = Pace(timeout=0.15)

Handler = Callable[[ServerConnection], Awaitable[None]]


async def replay(capture: Path, url: str, **more: Any) -> tuple[list[Outcome], Run]:
    """Replay the first session as its station; return how its steps went, and the run."""
    run = Run(RunOptions(**{"capture": capture, "sessions": (1,), "to": url, "pace": PATIENT, **more}))
    return [outcome async for outcome in run.play()], run


def verdicts(outcomes: list[Outcome]) -> list[str]:
    """Return how each went."""
    return [outcome.verdict.value for outcome in outcomes]


def answering(*answers: Any) -> Handler:
    """Make a CSMS that answers each CALL with the next of ``answers``: a payload, an error code, or None for none."""

    async def handle(connection: ServerConnection) -> None:
        rest = iter(answers)
        async for message in connection:
            answer, message_id = next(rest, {}), json.loads(message)[1]
            if isinstance(answer, str):
                await connection.send(json.dumps([4, message_id, answer, "", {}]))
            elif answer is not None:
                await connection.send(json.dumps([3, message_id, answer]))

    return handle


@dataclass
class Played:
    """A run as the CSMS, and its outcomes so far."""

    run: Run
    url: str = ""
    outcomes: list[Outcome] = field(default_factory=list)


@asynccontextmanager
async def playing_csms(capture: Path, **more: Any) -> AsyncIterator[Played]:
    """Play the CSMS of the first session; at the end wait until it is through."""
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    given = {"capture": capture, "sessions": (1,), "role": Party.CSMS, "listen": "127.0.0.1:0", "pace": PATIENT}
    it = Played(Run(RunOptions(**{**given, **more}), listening.set_result))

    async def play() -> None:
        async for outcome in it.run.play():
            it.outcomes.append(outcome)

    playing = asyncio.create_task(play())
    it.url = await asyncio.wait_for(listening, 5)
    yield it
    await asyncio.wait_for(playing, 10)


def broken_off(path: Path) -> Path:
    """Make a capture of a station that was cut off, was refused, came back, and was cut off again."""
    writer = Writer(path)
    for number, (code, by, status) in enumerate(((1006, "network", 101), (None, "csms", 401), (1006, "station", 101))):
        start = START_NS + number * 60_000_000_000
        recording = Recording(writer, opened(time_ns=start, http_status=status))
        for sender, raw in BOOT if status == 101 else ():
            recording.feed(Received(start + 1_000_000, sender, raw))
        recording.feed(Closed(start + 2_000_000, code, "", by))
    record(writer, station="CP-2")
    writer.close()
    return path


def played_thrice(path: Path) -> Path:
    """Make a capture of three runs of one session, a second apart."""
    writer = Writer(path)
    for number in range(3):
        start = START_NS + number * 1_000_000_000
        recording = Recording(writer, opened(time_ns=start, origin="run"))
        for place, (sender, raw) in enumerate(CHARGE, 1):
            recording.feed(Received(start + place * 1_000_000, sender, raw))
        recording.feed(Closed(start + 900_000_000, 1000, "", "station"))
    writer.close()
    return path


@contextmanager
def csms_beside(handler: Handler = echo, **more: Any) -> Iterator[str]:
    """Run a CSMS in a thread, for commands that run in this one; yield its URL."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    urls: list[str] = []

    async def serve() -> None:
        async with csms(handler, **more) as url:
            urls.append(url)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield urls[0]
    loop.call_soon_threadsafe(over.set)
    thread.join(10)
    loop.close()
