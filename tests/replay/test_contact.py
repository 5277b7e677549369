"""Connections as they begin and end; what is said on them, see test_player."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.protocol.frame import Frame
from inspector.protocol.version import Party
from inspector.replay.access import Access
from inspector.replay.contact import Contact, sendable
from inspector.replay.expectations import Answers
from inspector.replay.handshake import shaken
from inspector.replay.means import means_for
from inspector.replay.options import RunOptions
from inspector.replay.script import script
from inspector.replay.station import StationLink
from inspector.replay.texts import Texts
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.writer import Writer
from tests.factories import BOOT, START_NS, make_capture
from tests.peers import csms
from tests.replay.runs import PATIENT


@pytest.mark.parametrize(
    ("code", "sent"),
    [(1000, 1000), (1011, 1011), (4000, 4000), (None, 1000), (1006, 1000), (1005, 1000), (999, 1000), (70_000, 1000)],
)
def test_only_a_code_that_may_be_sent_is_sent(code: int | None, sent: int) -> None:
    assert sendable(code) == sent


async def test_each_end_is_recorded_with_who_made_it(tmp_path: Path) -> None:
    """By us, with and without a word; by the CSMS; and for what the CSMS sent, which can't be taken."""
    capture = make_capture(tmp_path / "a.db", BOOT)
    codes: list[Any] = []

    async def handle(connection: ServerConnection) -> None:
        number = len(codes)
        codes.append(None)
        if number == 2:
            await connection.close(1011, "no more")
        elif number == 3:
            connection.transport.write(b"\x81\x02\xff\xff")
        await connection.wait_closed()
        codes[number] = connection.close_code, connection.close_reason

    reader, writer = Reader(capture), Writer(capture)
    made = script(reader, [1], Party.STATION)

    def begin(session: Any, connection: Any) -> Recording:
        return Recording(writer, shaken(connection, session))

    async def take(_: Frame) -> None:
        raise AssertionError("nothing comes")

    lost: list[bool] = []
    options = RunOptions(capture=capture, pace=PATIENT)
    means = means_for(options, made, Texts(reader), Answers(made.steps), begin, START_NS)
    async with csms(handle) as url:
        contact = Contact(Party.STATION, StationLink(url, Access()), means, take, lambda: lost.append(True))
        await contact.open(made.sessions[0])
        await contact.hang_up(code=4001, reason="é" * 100)
        await contact.open(made.sessions[0])
        await contact.hang_up(abort=True)
        endings = []
        for _ in range(2):
            await contact.open(made.sessions[0])
            assert await contact.is_left()
            endings.append(contact.ending)
            with pytest.raises(TimeoutError):
                await contact.write("too late")
        await contact.hang_up()
        await contact.hang_up()
    await asyncio.to_thread(writer.close)
    assert codes[0] == (4001, "é" * 61)
    assert codes[1][0] == 1006
    assert endings[0] == "the CSMS ended the connection: 1011 no more"
    assert endings[1].startswith("what the CSMS sent can't be taken: 1007")
    with reader:
        ended = [(row.closed_by, row.close_code) for row in reader.sessions()[1:]]
    assert ended == [("station", 4001), ("station", None), ("csms", 1011), ("station", 1007)]
    assert len(lost) == 4
