"""How a session began, read from mitmproxy's flow."""

from datetime import UTC, datetime

import trustme
from mitmproxy.certs import Cert
from mitmproxy.http import Headers
from mitmproxy.test import tflow

from inspector.protocol.event import Tls
from inspector.protocol.version import Party
from inspector.proxy.opening import FAILURE, PATH, SHOWN, address, attempted, failure, opened


def certificate(**names: str) -> Cert:
    return Cert.from_pem(trustme.CA().issue_cert("x.example", **names).cert_chain_pems[0].bytes())


def test_each_step_has_its_time() -> None:
    """In the order of STEPS, and only those that were done."""
    flow = tflow.twebsocketflow()
    flow.client_conn.timestamp_start, flow.client_conn.timestamp_tls_setup = 1.5, None
    flow.request.timestamp_start = 2.0
    flow.server_conn.timestamp_tcp_setup, flow.server_conn.timestamp_tls_setup = 3.0, 4.0
    assert flow.response is not None
    flow.response.timestamp_start = 5.0
    assert opened(flow, 101).times == (
        ("connected", 1_500_000_000),
        ("asked", 2_000_000_000),
        ("upstream connected", 3_000_000_000),
        ("upstream encrypted", 4_000_000_000),
        ("answered", 5_000_000_000),
    )


def test_each_leg_tells_who_showed_what() -> None:
    flow, ours, theirs = tflow.twebsocketflow(), certificate(common_name="proxy"), certificate(common_name="csms")
    client, server = flow.client_conn, flow.server_conn
    client.tls_version, client.cipher, client.sni, client.mitmcert = "TLSv1.2", "A", "proxy.example", ours
    client.certificate_list = [certificate(common_name="CP-1")]
    server.tls_version, server.cipher, server.sni, server.certificate_list = "TLSv1.3", "B", "csms.example", [theirs]
    flow.metadata[SHOWN] = certificate(common_name="shown")
    near, far = opened(flow, 101).tls
    ends_ns = int(ours.notafter.timestamp()) * 10**9
    assert near == Tls(
        Party.STATION, "TLSv1.2", "A", ends_ns, "proxy.example", near.certificate, near.client_certificate
    )
    assert datetime.fromtimestamp(ends_ns / 1e9, UTC) == ours.notafter
    for subject, name in (
        (near.certificate, "proxy"),
        (near.client_certificate, "CP-1"),
        (far.certificate, "csms"),
        (far.client_certificate, "shown"),
    ):
        assert subject.endswith(f"CN={name}")


def test_bytes_that_are_no_text_can_be_kept() -> None:
    """Mitmproxy keeps them as lone surrogates, which no database takes."""
    flow = tflow.twebsocketflow()
    flow.metadata[PATH] = "/a/CP-\udcff"
    flow.request.headers["X"] = "\udce9"
    event = opened(flow, 101)
    assert (event.path, event.station) == ("/a/CP-\\xff", "CP-\\xff")
    assert ("request", "X", "\\xe9") in event.headers


def test_an_attempt_tells_what_is_known() -> None:
    client = tflow.tclient_conn()
    client.tls_version = None
    event = attempted(client)
    assert (event.station, event.path, event.http_status, event.tls) == ("", "", None, ())
    assert [step for step, _ in event.times][:1] == ["connected"]
    event = attempted(client, "ws://h/CP-1", Headers([(b"Sec-WebSocket-Protocol", b"ocpp1.6, x")]), 400)
    assert (event.station, event.offered, event.http_status) == ("CP-1", ("ocpp1.6", "x"), 400)
    assert attempted(client, "csms.example:443").station == ""


def test_without_the_engine_mitmproxy_s_words_are_translated() -> None:
    flow = tflow.twebsocketflow()
    flow.request.host, flow.request.port = "h", 9
    assert FAILURE not in flow.metadata
    assert failure(flow, "[Errno 111] Connect call failed").reason == "h:9: Connection refused"
    assert failure(flow, "Client disconnected.").by == "station"


def test_an_address_nobody_knows_is_empty() -> None:
    assert (address(("::1", 5, 0, 0)), address(None)) == ("[::1]:5", "")


def test_an_attempt_begins_when_it_was_asked_for() -> None:
    flow, client = tflow.twebsocketflow(), tflow.tclient_conn()
    flow.request.timestamp_start, client.timestamp_start = 2.0, 1.5
    assert [opened(flow, status).time_ns for status in (None, 401)] == [2_000_000_000] * 2
    assert opened(flow, 101).time_ns > 2_000_000_000
    assert attempted(client).time_ns == 1_500_000_000
