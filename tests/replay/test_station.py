"""The station's end: where it leads, and who comes."""

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from inspector.replay.access import Access
from inspector.replay.station import RefusedError, StationLink, offered, station_of, station_url
from inspector.store.reader import Reader
from inspector.store.rows import Session
from tests.factories import BOOT, make_capture
from tests.peers import csms, free_port
from tests.proxy.tls_peers import Files


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A recorded session of CP-1."""
    with Reader(make_capture(tmp_path / "a.db", BOOT)) as reader:
        return reader.session(1)


def test_the_station_s_id_is_put_behind_the_url_once(session: Session) -> None:
    assert station_url("ws://h/ocpp", session) == "ws://h/ocpp/CP-1"
    assert station_url("ws://h/ocpp/", session) == "ws://h/ocpp/CP-1"
    assert station_url("ws://h/ocpp/CP-1", session) == "ws://h/ocpp/CP-1"
    assert station_url("ws://h/ocpp", session, "A/B c") == "ws://h/ocpp/A%2FB%20c"
    assert station_of("/ocpp/A%2FB%20c?x=/1") == "A/B c"
    assert offered(session) == ("ocpp1.6",)


def test_what_bare_frames_do_not_tell_follows_from_their_station_and_version(session: Session) -> None:
    bare = replace(session, path="", subprotocol=None, offered=(), headers=())
    assert station_url("ws://h/ocpp", bare) == "ws://h/ocpp/CP-1"
    assert offered(bare) == ("ocpp1.6",)
    assert offered(replace(bare, version=None)) == ()
    assert offered(replace(bare, headers=(("request", "Host", "h"),))) == (), "it is known that none was offered"


async def test_no_redirect_is_followed(session: Session) -> None:
    """It could lead to a CSMS that nobody agreed to put under load."""
    paths: list[str] = []
    async with csms(paths=paths) as elsewhere:

        def send_away(_: ServerConnection, __: Request) -> Response:
            return Response(302, "Found", Headers(Location=elsewhere), b"")

        async with serve(lambda _: asyncio.sleep(0), "127.0.0.1", 0, process_request=send_away) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            with pytest.raises(RefusedError, match="HTTP 302"):
                await StationLink(f"ws://127.0.0.1:{port}", Access()).open(session)
    assert paths == []


@pytest.mark.parametrize(
    ("access", "station", "header"),
    [
        (Access(), "", None),
        (Access(password="secret"), "", "Basic Q1AtMTpzZWNyZXQ="),
        (Access(password="secret"), "me", "Basic bWU6c2VjcmV0"),
        (Access("you", "a:b"), "me", "Basic eW91OmE6Yg=="),
    ],
)
async def test_the_password_goes_into_the_handshake(
    session: Session, access: Access, station: str, header: str | None
) -> None:
    seen: list[Headers] = []

    async def look(connection: ServerConnection) -> None:
        assert connection.request is not None
        seen.append(connection.request.headers)

    async with csms(look) as url:
        connection = await StationLink(url, access, station=station).open(session)
        await connection.wait_closed()
    assert seen[0].get("Authorization") == header
    assert "secret" not in repr(access)
    assert connection.subprotocol == "ocpp1.6"


async def test_tls_trusts_whom_it_is_told_and_shows_its_certificate(session: Session, tmp_path: Path) -> None:
    """Security profile 3: the CSMS asks for the station's certificate."""
    files = Files.made(tmp_path)
    context = files.csms()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(files["station-ca.pem"])
    certificate = tmp_path / "CP-1.pem"
    async with csms(tls=context) as url:
        with pytest.raises(RefusedError, match="certificate verify failed"):
            await StationLink(url, Access(certificate=certificate)).open(session)
        for access in (
            Access(authorities=tmp_path / "csms-ca.pem", certificate=certificate),
            Access(certificate=certificate, insecure=True),
        ):
            connection = await StationLink(url, access).open(session)
            await connection.close()


async def test_a_refusal_tells_its_status(session: Session) -> None:
    async with csms(refuse=401) as url:
        with pytest.raises(RefusedError, match="HTTP 401") as caught:
            await StationLink(url, Access()).open(session)
    assert (caught.value.status, caught.value.reason) == (401, "Unauthorized")
    with pytest.raises(RefusedError, match="no connection: Connection refused") as caught:
        await StationLink(f"ws://127.0.0.1:{free_port()}", Access()).open(session)
    assert caught.value.status is None
    async with csms() as url:
        with pytest.raises(RefusedError, match=r"no connection: \S"):
            await StationLink(url.replace("ws:", "wss:"), Access()).open(session)
