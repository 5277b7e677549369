"""The way to a CSMS: real servers, each with another fault."""

import asyncio
import socket
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from inspector.doctor import csms as module
from inspector.doctor.check import Check, State
from inspector.doctor.csms import Way, examine
from inspector.proxy.address import parse_listen, parse_upstream
from tests.doctor.conftest import Authority, server
from tests.peers import csms, free_port


async def examined(url: str, **options: Any) -> dict[str, Check]:
    """Examine off the loop that the server runs on."""
    way = Way(parse_upstream(url), **options)
    return {check.name: check for check in await asyncio.to_thread(lambda: list(examine(way)))}


def states(checks: dict[str, Check]) -> dict[str, State]:
    return {name: check.state for name, check in checks.items()}


async def test_a_csms_in_order_is_fine_in_every_step(authority: Authority) -> None:
    async with csms(tls=authority.server("localhost")) as url:
        checks = await examined(url.replace("127.0.0.1", "localhost"), authorities=authority.file)
    assert states(checks) == dict.fromkeys(("dns", "tcp", "tls", "upgrade", "clock"), State.OK)
    assert checks["dns"].what.startswith("localhost is ")
    assert "TLSv1.3" in checks["tls"].what


@pytest.mark.parametrize(
    ("hosts", "days", "state", "words"),
    [
        (("127.0.0.1",), 10, State.WARNING, "expires in 10 days"),
        (("127.0.0.1",), -10, State.ERROR, "a certificate has expired (for 127.0.0.1; by "),
        (("127.0.0.2",), 100, State.ERROR, "its certificate is for another address (for 127.0.0.2; by "),
    ],
)
async def test_a_faulty_certificate_is_described(
    authority: Authority, hosts: tuple[str, ...], days: int, state: State, words: str
) -> None:
    async with csms(tls=authority.server(*hosts, days=days)) as url:
        checks = await examined(url, authorities=authority.file)
    assert (checks["tls"].state, words in checks["tls"].what) == (state, True), checks
    assert ("upgrade" in checks) == (state is not State.ERROR)


async def test_a_wrong_name_is_told(authority: Authority) -> None:
    async with csms(tls=authority.server("csms.example")) as url:
        checks = await examined(url.replace("127.0.0.1", "localhost"), authorities=authority.file)
    assert "for another name (for csms.example;" in checks["tls"].what


async def test_an_authority_nobody_knows_is_an_error_unless_told_to_mind_none(authority: Authority) -> None:
    async with csms(tls=authority.server("127.0.0.1")) as url:
        strict, lax = await examined(url), await examined(url, insecure=True)
    assert (strict["tls"].state, "its authority is not known here" in strict["tls"].what) == (State.ERROR, True)
    assert "--upstream-ca" in strict["tls"].todo
    assert states(lax) | {"tls": State.WARNING} == states(lax)
    assert lax["upgrade"].state is State.OK


async def test_a_csms_that_wants_a_certificate_gets_one(authority: Authority, tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    authority.ca.issue_cert("CP-1").private_key_and_cert_chain_pem.write_to_path(str(own))
    async with csms(tls=authority.server("127.0.0.1", wants_certificate=True)) as url:
        without = await examined(url, authorities=authority.file)
        given = await examined(url, authorities=authority.file, certificate=own)
    assert without["upgrade"].state is State.ERROR
    assert given["upgrade"].state is State.OK
    assert "--client-cert" in without["upgrade"].todo


async def test_a_refusal_of_an_older_tls_names_the_certificate(authority: Authority) -> None:
    context = authority.server("127.0.0.1", wants_certificate=True)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    async with csms(tls=context) as url:
        checks = await examined(url, authorities=authority.file)
    assert (checks["tls"].state, "--client-cert" in checks["tls"].todo) == (State.ERROR, True), checks


async def test_plain_text_where_tls_should_be_is_told() -> None:
    def chatter(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.recv(65536)

    with server(chatter) as port:
        checks = await examined(f"wss://127.0.0.1:{port}")
    assert (checks["tls"].state, "plain text" in checks["tls"].what) == (State.ERROR, True)


async def test_tls_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        checks = await examined(f"wss://127.0.0.1:{silent.getsockname()[1]}")
    assert checks["tls"].what == "127.0.0.1: no answer to TLS within 0.2 s"


async def test_a_closed_port_is_refused() -> None:
    checks = await examined(f"ws://127.0.0.1:{free_port()}")
    assert states(checks) == {"tcp": State.ERROR}
    assert checks["tcp"].what.endswith(": refused")


async def test_a_black_hole_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener whose queue is full lets new connections wait."""
    monkeypatch.setattr(module, "SECONDS", 0.3)
    with socket.socket() as hole, socket.socket() as first, socket.socket() as second:
        hole.bind(("127.0.0.1", 0))
        hole.listen(0)
        for queued in (first, second):
            queued.setblocking(False)
            queued.connect_ex(hole.getsockname())
        began = time.monotonic()
        checks = await examined(f"ws://127.0.0.1:{hole.getsockname()[1]}")
    assert (checks["tcp"].state, checks["tcp"].what.endswith("no answer")) == (State.ERROR, True)
    assert time.monotonic() - began < 3


async def test_a_name_that_is_none_is_told() -> None:
    checks = await examined("ws://nowhere.invalid")
    assert states(checks) == {"dns": State.ERROR}


async def test_a_name_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.05)
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_, **__: time.sleep(0.5))
    checks = await examined("ws://csms.example")
    assert checks["dns"].what == "csms.example: no answer within 0.05 s"


@pytest.mark.parametrize(
    ("listen", "looped"),
    [("0.0.0.0:{}", True), ("127.0.0.1:{}", True), ("127.0.0.2:{}", False), ("127.0.0.1:1", False)],
)
async def test_a_name_that_leads_back_to_the_proxy_is_told(listen: str, looped: bool) -> None:
    port = free_port()
    checks = await examined(f"ws://127.0.0.1:{port}", listeners=[parse_listen(listen.format(port))])
    assert ("dns" in checks) == looped
    assert not looped or "the proxy itself" in checks["dns"].what


async def test_it_verifies_by_the_rules_of_the_proxy(authority: Authority, tmp_path: Path) -> None:
    """Python 3.13 would be content with an authority that is no root, and want more of a certificate than OpenSSL."""
    between = authority.ca.create_child_ca()
    between.cert_pem.write_to_path(str(tmp_path / "between.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    between.issue_cert("127.0.0.1").configure_cert(context)
    async with csms(tls=context) as url:
        checks = await examined(url, authorities=tmp_path / "between.pem")
    assert checks["tls"].state is State.ERROR
    flags = module.context_for(Way(parse_upstream("wss://csms"))).verify_flags
    assert not flags & (ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN)
