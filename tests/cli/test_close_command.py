"""``close``: through a real proxy, and what it refuses."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from inspector.protocol import timestamp
from inspector.store.reader import Reader
from tests.factories import BOOT, make_capture
from tests.peers import csms, proxy, say, station, until

Closes = list[tuple[int | None, str | None]]


def recorded(capture: Path) -> int:
    """Return how many sessions a capture has by now."""
    with Reader(capture) as reader:
        return len(reader.sessions())


async def test_both_sides_see_the_close_and_another_session_nothing(tmp_path: Path, run: Callable[..., Any]) -> None:
    """The station comes back, and no rule has anything to say."""
    capture, closes = tmp_path / "a.db", Closes()

    async def boot(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in connection:
                now = timestamp.write(time.time_ns())
                answer = {"status": "Accepted", "currentTime": now, "interval": 300}
                await connection.send(json.dumps([3, json.loads(message)[1], answer]))
        closes.append((connection.close_code, connection.close_reason))

    async with csms(boot) as upstream:
        with proxy(capture, upstream) as (_, url):
            async with station(f"{url}/CP-1") as one, station(f"{url}/CP-2") as two:
                for connection in (one, two):
                    await say(connection, str(BOOT[0][1]))
                await until(lambda: recorded(capture) == 2)
                options = "close", capture, "--session", 1, "--code", 1012, "--reason", "à bientôt"
                ran = await asyncio.to_thread(run, *options)
                assert (ran.code, ran.out, ran.err) == (0, "session 1 was ended\n", "")
                with pytest.raises(ConnectionClosed):
                    await asyncio.wait_for(one.recv(), 5)
                await until(lambda: bool(closes))
                assert [(one.close_code, one.close_reason), *closes] == [(1012, "à bientôt")] * 2
                async with station(f"{url}/CP-1") as again:
                    await say(again, str(BOOT[0][1]))
                    await say(two, str(BOOT[0][1]).replace("b1", "b2"))
                ran = run(*options)
                assert (ran.code, ran.out) == (2, "")
                assert ran.err == f"ocpp-inspector: {capture}: session 1 has ended already\n"
    first, *others = (json.loads(line) for line in run("sessions", capture, "--json").out.splitlines())
    told = ("closed_by", "close_code", "close_reason", "errors", "warnings", "findings")
    assert [first[name] for name in told] == ["operator", 1012, "à bientôt", 0, 0, []]
    assert [(each["station"], each["closed_by"], each["findings"]) for each in others] == [
        ("CP-2", "station", []),
        ("CP-1", "station", []),
    ]


def test_what_can_not_be_is_said_in_one_line(tmp_path: Path, run: Callable[..., Any]) -> None:
    path = make_capture(tmp_path / "a.db")
    for arguments, words in (
        ((path, "--session", 9), "no session 9"),
        ((path, "--session", 1), "session 1 has ended already"),
        ((path, "--session", 1, "--code", 1006), "no close frame may carry the code 1006"),
        ((path, "--session", 1, "--reason", "x" * 124), "a close frame has room for 123"),
        ((path, "--session", 0), "--session"),
        ((path,), "--session"),
        ((tmp_path / "none.db", "--session", 1), "none.db: no such file"),
    ):
        ran = run("close", *arguments)
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert words in ran.err
