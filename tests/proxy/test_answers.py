"""Interim answers of the CSMS."""

import asyncio
from pathlib import Path

import pytest

from tests.peers import until
from tests.proxy.test_attempts import ASKED, SWITCHING, recorded, running, sessions, told
from tests.proxy.tls_peers import answering, ask

INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
FRAME = b"\x81\x05[0,1]"
REFUSED = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(("final", "status"), [(REFUSED, 401), (SWITCHING, 101)])
async def test_the_final_answer_is_the_one_that_counts(tmp_path: Path, final: bytes, status: int) -> None:
    """Those before it pass as well."""
    capture = tmp_path / "a.db"
    with answering(INTERIM + final + FRAME) as (port, _), running(capture, f"ws://127.0.0.1:{port}") as (proxied,):
        said = await asyncio.to_thread(ask, proxied, ASKED)
        assert isinstance(said, bytes)
        assert said.removesuffix(FRAME) == INTERIM + final
        await until(lambda: bool(sessions(capture)))
    assert [(station, found) for station, found, *_ in told(capture)] == [("CP-1", status)]


async def test_an_interim_answer_alone_is_none(tmp_path: Path) -> None:
    capture = tmp_path / "a.db"
    with answering(INTERIM) as (port, _), running(capture, f"ws://127.0.0.1:{port}") as (proxied,):
        said = await asyncio.to_thread(ask, proxied, ASKED)
        assert isinstance(said, bytes)
        assert said.startswith(INTERIM + b"HTTP/1.1 502 ")
        await recorded(capture)
    assert told(capture)[0][1:] == (None, "csms", "the CSMS closed the connection without an answer")
