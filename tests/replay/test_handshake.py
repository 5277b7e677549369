"""What the recording of a run says of its handshake."""

from pathlib import Path

from websockets.asyncio.server import ServerConnection

from inspector.replay.access import Access
from inspector.replay.handshake import refused, shaken
from inspector.replay.station import RefusedError, StationLink
from inspector.store.reader import Reader
from tests.factories import BOOT, make_capture
from tests.peers import csms


async def test_both_sides_tell_who_and_where(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", BOOT)) as reader:
        session = reader.session(1)
    theirs = []

    async def look(connection: ServerConnection) -> None:
        theirs.append(shaken(connection, session))

    async with csms(look) as url:
        connection = await StationLink(f"{url}/ocpp", Access(), station="CP-9").open(session)
        ours = shaken(connection, session, "CP-9", "a name")
        await connection.wait_closed()
    assert (ours.station, ours.path, ours.peer, ours.upstream) == ("CP-9", "/ocpp/CP-9", "replay", f"{url}/ocpp/CP-9")
    assert (ours.origin, ours.source, ours.name, ours.subprotocol, ours.offered) == (
        *("run", 1, "a name"),
        *("ocpp1.6", ("ocpp1.6",)),
    )
    assert {side for side, _, _ in ours.headers} == {"request", "response"}
    assert (theirs[0].station, theirs[0].path, theirs[0].upstream) == ("CP-9", "/ocpp/CP-9", "replay")
    assert theirs[0].peer.startswith("127.0.0.1:")


def test_a_refusal_is_told_with_its_status(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db", BOOT)) as reader:
        session = reader.session(1)
    opened = refused("ws://h:1/ocpp/CP-1", session, ("ocpp1.6",), RefusedError("ws://h:1", "no", 403), name="n")
    assert (opened.http_status, opened.path, opened.station, opened.name) == (403, "/ocpp/CP-1", "CP-1", "n")
