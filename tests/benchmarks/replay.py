"""What a replay can do: how exactly it keeps its times, how much load it makes, what a thousand connections take."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from os import getpid
from pathlib import Path
from typing import NamedTuple

from inspector.protocol.event import Closed, Opened, Received
from inspector.protocol.version import Party
from inspector.replay.load import Load, LoadOptions
from inspector.replay.pace import Pace
from inspector.replay.run import Run, RunOptions
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.benchmarks.processes import on_core, resident
from tests.benchmarks.serving import CLOSE, Serving
from tests.benchmarks.talk import mask, server_frame
from tests.benchmarks.verdict import verdict

LATE_MS = 5.0
PER_SECOND = 3000
MEGABYTES = 200
ANSWERS = {
    ord("B"): b'{"currentTime":"2026-09-21T14:13:20Z","interval":300,"status":"Accepted"}',
    ord("H"): b'{"currentTime":"2026-09-21T14:13:20Z"}',
    ord("S"): b'{"idTagInfo":{"status":"Accepted"},"transactionId":77}',
    ord("M"): b"{}",
}
"""What the CSMS answers, by the first letter of the action."""

BOOT = '"BootNotification",{"chargePointVendor":"Acme","chargePointModel":"One"}'
START = '"StartTransaction",{"connectorId":1,"idTag":"CARD","meterStart":0,"timestamp":"2026-09-21T14:13:20Z"}'
METER = (
    '"MeterValues",{"connectorId":1,"transactionId":77,"meterValue":[{"timestamp":"2026-09-21T14:13:20Z",'
    '"sampledValue":[{"value":"1000","measurand":"Energy.Active.Import.Register","unit":"Wh"}]}]}'
)
BEAT = '"Heartbeat",{}'


class Amount(NamedTuple):
    """How much is measured with."""

    sends: int = 1000
    stations: int = 100
    repeat: int = 5
    connections: int = 1000


QUICK = Amount(sends=100, stations=10, repeat=2, connections=100)


def run(*, quick: bool = False) -> None:
    """Print what was measured, and whether it is enough."""
    amount = QUICK if quick else Amount()
    with on_core(0):
        for measured in (pacing(amount.sends), load(amount.stations, amount.repeat), weight(amount.connections)):
            print(asyncio.run(measured))


async def pacing(sends: int) -> str:
    """Replay heartbeats at odd times, as they were; recorded and compared, as each run is."""
    chance = random.Random(7)
    gaps = [chance.randrange(2_000_000, 40_000_000) for _ in range(sends)]
    with recorded((BEAT, gap) for gap in gaps) as capture:
        async with csms() as url:
            replay = Run(RunOptions(capture=capture, sessions=(1,), to=url, pace=Pace(speed=1.0)))
            late = sorted([outcome.late_ns or 0 async for outcome in replay.play()])
    p99 = late[int(len(late) * 0.99) - 1] / 1e6
    return verdict(
        p99 <= LATE_MS, f"{sends} sends at speed 1: late by {p99:.2f} ms in the 99th percentile (<= {LATE_MS})"
    )


async def load(stations: int, repeat: int) -> str:
    """Let stations charge as fast as the answers come; the CSMS is in this process, on the same core."""
    with recorded((text, 1_000_000) for text in (BOOT, START, *[METER] * 100)) as capture:
        async with csms() as url:
            run = RunOptions(capture=capture, sessions=(1,), to=url)
            tally = await Load(LoadOptions(run=run, stations=stations, repeat=repeat)).play()
    assert not tally.errors, tally
    speed = tally.per_second
    return verdict(speed >= PER_SECOND, f"{stations} stations: {speed:,.0f} exchanges a second (>= {PER_SECOND:,})")


async def weight(connections: int) -> str:
    """Connect stations that boot and then stay."""
    with recorded(((BOOT, 0), (BEAT, 3_600_000_000_000))) as capture:
        async with csms() as url:
            run = RunOptions(capture=capture, sessions=(1,), to=url, pace=Pace(speed=1.0))
            load = Load(LoadOptions(run=run, stations=connections, ramp=connections / 500))
            playing = asyncio.create_task(load.play())
            while load.tally.exchanges < connections:
                await asyncio.sleep(0.05)
            held = resident(getpid()) / 1e6
            load.stop()
            await playing
    return verdict(held <= MEGABYTES, f"{connections} connections: {held:,.0f} MB in all (<= {MEGABYTES})")


@contextmanager
def recorded(said: Iterable[tuple[str, int]]) -> Iterator[Path]:
    """Make a capture with one session: CALLs with the nanoseconds before each, all answered at once."""
    with tempfile.TemporaryDirectory() as folder:
        path, now = Path(folder) / "recorded.db", 1_790_000_000_000_000_000
        writer = Writer(path)
        opened = Opened(now, "CP-1", path="/CP-1", offered=("ocpp1.6",), subprotocol="ocpp1.6")
        recording = Recording(writer, opened)
        for number, (text, gap) in enumerate(said):
            now += gap
            answer = ANSWERS[ord(text[1])].decode()
            recording.feed(Received(now, Party.STATION, f'[2,"{number:036}",{text}]'))
            recording.feed(Received(now + 1, Party.CSMS, f'[3,"{number:036}",{answer}]'))
        recording.feed(Closed(now, 1000, "", "station"))
        writer.close()
        yield path


@asynccontextmanager
async def csms() -> AsyncIterator[str]:
    """Run a CSMS in this process, as lean as Python allows; yield its URL."""
    server = await asyncio.get_running_loop().create_server(Csms, "127.0.0.1", 0, backlog=1000)
    try:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class Csms(Serving):
    """One connection: each CALL is answered at once, by the first letter of its action. Ids have 36 characters."""

    def hear(self, data: bytes) -> bytes:
        while len(data) >= 8:
            length, start = data[1] & 127, 6
            if length == 126:
                length, start = data[2] << 8 | data[3], 8
            if data[0] == CLOSE:
                self.leave()
                return b""
            if len(data) < start + length:
                break
            words = mask(data[start : start + 44], data[start - 4 : start])
            self.transport.write(server_frame(b'[3,"%b",%b]' % (words[4:40], ANSWERS[words[43]])))
            data = data[start + length :]
        return data
