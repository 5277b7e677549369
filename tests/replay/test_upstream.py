"""The real CSMS behind a stand-in; what it is asked for, see test_mock."""

import asyncio
import json
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection

from inspector.errors import InspectorError
from inspector.replay.options import RunOptions
from inspector.replay.upstream import Upstream
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import BOOT, make_capture
from tests.peers import csms
from tests.replay.runs import PATIENT, QUICK


async def test_answers_find_their_callers_and_a_lost_connection_is_made_anew(tmp_path: Path) -> None:
    connections = 0

    async def real(connection: ServerConnection) -> None:
        nonlocal connections
        connections += 1
        calls = [json.loads(await connection.recv()) for _ in range(2)]
        await connection.send('[2,"own","Reset",{"type":"Soft"}]')
        for call in reversed(calls):
            await connection.send(json.dumps([3, call[1], {"of": call[1]}]))
        assert json.loads(await connection.recv())[:3] == [4, "own", "NotImplemented"]

    capture = make_capture(tmp_path / "a.db", BOOT)
    with Reader(capture) as reader:
        session = reader.session(1)
    writer = Writer(capture)
    async with csms(real) as url:
        upstream = Upstream(url, RunOptions(capture=capture, pace=PATIENT), session, "CP-1", None, writer)
        for _ in range(2):
            asked = [upstream.ask(f'[2,"{name}","Heartbeat",{{}}]', name) for name in "ab"]
            answers = [json.loads(answer)[2]["of"] for answer in await asyncio.gather(*asked)]
            assert answers == ["a", "b"]
            assert upstream._listening is not None
            await asyncio.wait_for(upstream._listening, 5)
        await upstream.close()
        await upstream.close()
    writer.close()
    assert connections == 2
    with Reader(capture) as reader:
        assert [(row.origin, row.name, row.closed_by) for row in reader.sessions()[1:]] == [
            ("live", "asked by a mock", "csms")
        ] * 2


async def test_no_answer_is_one_line(tmp_path: Path) -> None:
    async def mute(connection: ServerConnection) -> None:
        await connection.wait_closed()

    capture = make_capture(tmp_path / "a.db", BOOT)
    with Reader(capture) as reader:
        session = reader.session(1)
    writer = Writer(capture)
    async with csms(mute) as url:
        upstream = Upstream(url, RunOptions(capture=capture, pace=QUICK), session, "CP-1", None, writer)
        with pytest.raises(InspectorError, match="did not answer"):
            await upstream.ask('[2,"a","Heartbeat",{}]', "a")
        await upstream.close()
    writer.close()
