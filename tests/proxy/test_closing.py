"""A link that the operator ends: what each side sees of it, in order, and how long it may take."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol import timestamp
from inspector.protocol.version import Party
from inspector.proxy import closing as module
from inspector.proxy.link import ENDING, End, Link
from inspector.proxy.websocket import Message, Opcode, Ping, close_frame, write
from inspector.store.control import close_session
from tests.factories import BOOT
from tests.peers import until
from tests.proxy.embedded import Csms, Embedded, embedded
from tests.proxy.ways import Ways
from tests.proxy.wire_peers import FIN, MASK, TEXT, down, frame, up

CODE, REASON = 4001, "come back"
PAYLOAD = close_frame(CODE, REASON).payload
FOR_STATION = write(Opcode.CLOSE, PAYLOAD, masked=False)
SIZE_FOR_CSMS = len(FOR_STATION) + len(MASK)
STATION_ANSWERS = write(Opcode.CLOSE, PAYLOAD, masked=True)
HELLO = write(Opcode.TEXT, b"hello", masked=True)
UNANSWERED = b'[2,"s","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]'
LATE = write(Opcode.TEXT, b"late", masked=True)
PING = write(Opcode.PING, b"?", masked=False)

Told = list[tuple[bool, str]]


def end(proxy: Embedded) -> Told:
    """End the one link; return what is told of it."""
    told: Told = []
    proxy.ears.links[0].close(CODE, REASON, lambda done, words: told.append((done, words)))
    return told


def unmasked(wire: bytes) -> bytes:
    """Return the payload of a short masked frame."""
    mask, payload = wire[2:6], wire[6:]
    return bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


async def test_both_sides_get_the_close_frame_and_close_in_order() -> None:
    """Each in its own time; what they still say goes to nobody, and is known as such."""
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        told = end(proxy)
        assert unmasked(await upstream.readexactly(SIZE_FOR_CSMS)) == PAYLOAD
        writer.write(LATE + STATION_ANSWERS)
        assert await reader.read() == FOR_STATION
        writer.close()
        answer.write(PING + FOR_STATION)
        assert await upstream.read() == b""
        answer.close()
        await until(lambda: not proxy.connections)
        assert told == [(True, "")]
        assert proxy.ears.ends == [End("operator", CODE, REASON)]
        assert proxy.ears.pieces == []
        late, answered = (Party.STATION, Message("late")), close_frame(CODE, REASON)
        assert sorted(map(repr, proxy.ears.left)) == sorted(
            map(repr, [late, (Party.STATION, answered), (Party.CSMS, Ping(b"?")), (Party.CSMS, answered)])
        )
        assert proxy.ears.hooks == ["start", f"end {CODE} False"]


@pytest.mark.parametrize("cut", range(1, len(HELLO) + 3))
async def test_a_message_that_is_half_through_goes_on_to_its_end(cut: int) -> None:
    """And no byte of what follows, also where it came at once; the other direction need not wait."""
    first, second = frame(1, b"hel", fin=False, mask=MASK), frame(0, b"lo", mask=MASK)
    whole = first + second
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        writer.write(whole[:cut])
        assert await upstream.readexactly(cut) == whole[:cut]
        told = end(proxy)
        assert await reader.readexactly(len(FOR_STATION)) == FOR_STATION
        writer.write(whole[cut:] + LATE + STATION_ANSWERS)
        assert await upstream.readexactly(len(whole) - cut) == whole[cut:]
        assert unmasked(await upstream.readexactly(SIZE_FOR_CSMS)) == PAYLOAD
        answer.write(FOR_STATION)
        assert await upstream.read() == b""
        answer.close()
        writer.close()
        await until(lambda: not proxy.connections)
        assert told == [(True, "")]
        assert proxy.ears.pieces == [(Party.STATION, Message("hello"))]


async def test_who_says_good_bye_meanwhile_gets_the_rest_of_a_message_and_the_close_frame() -> None:
    first, second = frame(1, b"hel", fin=False), frame(0, b"lo")
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        answer.write(first)
        assert await reader.readexactly(len(first)) == first
        told = end(proxy)
        assert unmasked(await upstream.readexactly(SIZE_FOR_CSMS)) == PAYLOAD
        writer.write(STATION_ANSWERS)
        await until(lambda: bool(proxy.ears.left))
        answer.write(second + FOR_STATION)
        assert await reader.readexactly(len(second) + len(FOR_STATION)) == second + FOR_STATION
        for each in (writer, answer):
            each.close()
        await until(lambda: not proxy.connections)
        assert told == [(True, "")]


async def test_a_message_that_does_not_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MESSAGE_SECONDS", 0.1)
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, _ = await csms.came.get()
        writer.write(HELLO[:-1])
        assert await upstream.readexactly(len(HELLO) - 1) == HELLO[:-1]
        told = end(proxy)
        assert await reader.readexactly(len(FOR_STATION)) == FOR_STATION
        writer.write(STATION_ANSWERS[:1])  # it completes the message, and not more than that
        assert unmasked((await upstream.readexactly(1 + SIZE_FOR_CSMS))[1:]) == PAYLOAD
        assert told == []
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, _ = await csms.came.get()
        writer.write(HELLO[:-1])
        assert await upstream.readexactly(len(HELLO) - 1) == HELLO[:-1]
        told = end(proxy)
        assert await reader.read() == FOR_STATION
        assert await upstream.read() == b""
        await until(lambda: bool(told))
        said = "the CSMS was cut off in the middle of a message; the station did not answer the close frame"
        assert told == [(True, said)]
        assert proxy.ears.ends == [End("operator", CODE, REASON)]


async def test_who_does_not_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that does not even read; a second order meanwhile is refused."""
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.2)
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        _, writer = await proxy.connect()
        upstream, _ = await csms.came.get()
        upstream._transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(30):
            writer.write(write(Opcode.BINARY, bytes(1_000_000), masked=True))
        (handler,) = proxy.server.connections.values()
        station = handler.transports[handler.client].writer.transport  # type: ignore[union-attr]
        await until(lambda: not station.is_reading())
        told, again = end(proxy), end(proxy)
        assert again == [(False, ENDING)]
        await until(lambda: bool(told))
        assert told == [(True, told[0][1])]
        assert "did not answer the close frame" in told[0][1] or "neither side" in told[0][1]
        await until(lambda: not proxy.connections)
        assert end(proxy) == [(False, ENDING)]


@pytest.mark.parametrize("breaks_off", [False, True])
async def test_one_side_that_just_goes_keeps_the_other_from_nothing(breaks_off: bool) -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, answer = await csms.came.get()
        told = end(proxy)
        assert await reader.readexactly(len(FOR_STATION)) == FOR_STATION
        if breaks_off:
            writer.transport.abort()
        else:
            writer.close()
        assert unmasked(await upstream.readexactly(SIZE_FOR_CSMS)) == PAYLOAD
        answer.write(FOR_STATION)
        assert await upstream.read() == b""
        answer.close()
        await until(lambda: bool(told))
        assert told == [(True, "the station did not answer the close frame")]


async def test_a_link_that_was_about_to_end_is_ended_at_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record keeps who began it: a station said good-bye, and its CSMS, which never answers, hears it once."""
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.2)
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        reader, writer = await proxy.connect()
        upstream, _ = await csms.came.get()
        writer.write(STATION_ANSWERS)
        assert await upstream.readexactly(len(STATION_ANSWERS)) == STATION_ANSWERS
        told = end(proxy)
        assert await reader.read() == FOR_STATION
        assert await upstream.read() == b""
        await until(lambda: bool(told))
        assert told == [(True, "the CSMS did not answer the close frame")]
        assert proxy.ears.ends == [End("station", CODE, REASON)]


async def test_a_proxy_that_stops_meanwhile_says_so_much() -> None:
    async with Csms().running() as csms, embedded(csms.port) as proxy:
        await proxy.connect()
        await csms.came.get()
        told = end(proxy)
        link: Link = proxy.ears.links[0]
        link.cut()
        assert told == [(True, "neither side answered the close frame")]


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """A proxy without encryption, and one with it on both sides."""
    with ExitStack() as stack:
        yield Ways(tmp_path_factory.mktemp("ways"), stack)


def number(capture: Path, station: str) -> int:
    """Return the session of a station, 0 while it is not recorded."""
    with closing(sqlite3.connect(capture)) as connection:
        row = connection.execute("SELECT id FROM session WHERE station = ?", (station,)).fetchone()
    return int(row[0]) if row else 0


@pytest.mark.parametrize("legs", ["ws-ws", "wss-wss"])
async def test_an_order_in_the_capture_ends_one_session_and_no_other(ways: Ways, legs: str) -> None:
    """From another process; over TLS, too. The rules have nothing to say of it."""
    lane, capture = ways.lane(legs), ways.capture(legs)
    ended, other = await lane.meet("/ended"), await lane.meet("/other")
    now = timestamp.write(time.time_ns())
    accepted = str(BOOT[1][1]).replace("2026-09-21T14:13:20Z", now)
    for deed in (up(TEXT, str(BOOT[0][1]).encode()), down(TEXT, accepted.encode()), up(TEXT, UNANSWERED)):
        for pair in (ended, other):
            await pair.go_through((deed,))
    before = len(ended.csms.received)
    await until(lambda: bool(number(capture, "ended")))
    closed = asyncio.create_task(asyncio.to_thread(close_session, capture, number(capture, "ended"), CODE, REASON))
    assert await ended.station.until(lambda end: end.received.endswith(FOR_STATION))
    assert await ended.csms.until(lambda end: len(end.received) == before + SIZE_FOR_CSMS)
    assert unmasked(bytes(ended.csms.received[before:])) == PAYLOAD
    ended.station.send(frame(8, PAYLOAD, mask=MASK))
    ended.csms.send(frame(TEXT, b'[3,"s",{}]') + frame(8, PAYLOAD))
    for side in (ended.station, ended.csms):
        assert await side.until(lambda end: end.ended == FIN)
        side.fin()
    assert await closed == f"session {number(capture, 'ended')} was ended"
    session = await ways.session(legs, "ended")
    assert (session.closed_by, session.close_code, session.close_reason) == ("operator", CODE, REASON)
    assert list(ways.reader(legs).findings(session=session.id)) == []
    frames = [(str(row.sender), str(row.origin)) for row in ways.reader(legs).pages(session=session.id)]
    assert frames == [("station", "wire"), ("csms", "wire"), ("station", "wire"), ("csms", "dropped")]
    assert ended.station.received.endswith(FOR_STATION), "what the CSMS said too late went nowhere"
    events = [(row.sender, row.kind, row.raw) for row in ways.reader(legs).events(session=session.id)]
    assert sorted(events) == [(party, "close", PAYLOAD) for party in ("csms", "station")]
    await other.go_through((down(TEXT, b'[3,"s",{}]'),))
    await other.go_through((up(8, b"\x03\xe8"),))
    await other.go_through((down(8, b"\x03\xe8"),))
    await other.part()
    ended.abandon()
    untouched = await ways.session(legs, "other")
    assert (untouched.closed_by, untouched.close_code, untouched.frames) == ("station", 1000, 4)
    with pytest.raises(InspectorError, match="has ended already"):
        close_session(capture, session.id)
