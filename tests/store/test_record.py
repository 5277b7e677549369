"""The JSON contract of sessions, frames and findings."""

import base64
from contextlib import closing
from pathlib import Path

from inspector.protocol.event import Tls
from inspector.protocol.version import Party
from inspector.store.reader import Reader
from inspector.store.record import event_record, frame_record, session_record, tls_record
from inspector.store.rows import EventRow
from tests.factories import BOOT, START_NS, STATION, make_capture


def test_a_session_has_the_contract_s_fields(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        assert session_record(reader.session(2), []) == {
            "id": 2,
            "station": "CP-2",
            "ocpp_version": "1.6",
            "subprotocols_offered": ["ocpp1.6"],
            "subprotocol": "ocpp1.6",
            "peer": "127.0.0.1:50000",
            "upstream": "ws://127.0.0.1:9000/CP-2",
            "origin": "live",
            "source": None,
            "name": "",
            "opened": "2026-09-21T14:13:20.000000Z",
            "closed": "2026-09-21T14:13:20.050000Z",
            "close_code": 1000,
            "close_reason": "",
            "closed_by": "station",
            "http_status": 101,
            "live": False,
            "silence_ms": 10.0,
            "times": {},
            "tls": [],
            "continues": None,
            "continued_in": None,
            "hears_pings": False,
            "pings": 0,
            "violations": 0,
            "lost": 0,
            "patience": 30.0,
            "frames": 4,
            "errors": 1,
            "warnings": 0,
            "findings": [],
        }


def test_a_leg_has_the_contract_s_fields() -> None:
    """A certificate may end after the times that SQLite can count in nanoseconds."""
    never = 253_402_300_799 * 1_000_000_000
    assert tls_record(Tls(Party.CSMS, "TLSv1.3", "TLS_AES_256_GCM_SHA384", never)) == {
        "leg": "csms",
        "version": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "certificate_ends": "9999-12-31T23:59:59.000000Z",
        "sni": "",
        "certificate": "",
        "client_certificate": "",
    }
    assert tls_record(Tls(Party.STATION, "TLSv1"))["certificate_ends"] is None


def test_an_event_has_the_contract_s_fields() -> None:
    ping = EventRow(7, 2, START_NS, Party.STATION, "ping", "", b"\x00")
    assert event_record(ping) == {
        "id": 7,
        "session": 2,
        "time": "2026-09-21T14:13:20.000000Z",
        "sender": "station",
        "event": "ping",
        "what": "",
        "raw_base64": "AA==",
    }


def test_an_answer_has_the_contract_s_fields(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        assert frame_record(reader.page()[1], []) == {
            "id": 2,
            "session": 1,
            "time": "2026-09-21T14:13:20.020000Z",
            "sender": "csms",
            "type": "CALLRESULT",
            "message_id": "b1",
            "action": "BootNotification",
            "latency_ms": 10.0,
            "answers": 1,
            "origin": "wire",
            "raw": BOOT[1][1],
            "findings": [],
        }


def test_a_finding_has_the_contract_s_fields(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        (frame, findings) = list(reader.judged(reader.pages()))[4]
        found = frame_record(frame, findings)["findings"][0]
    assert {key: found[key] for key in ("code", "severity", "blame", "pointer", "offset")} == {
        "code": "S104",
        "severity": "error",
        "blame": "station",
        "pointer": "/3/errorCode",
        "offset": None,
    }
    assert "NoError" in found["hint"]


def test_what_is_no_text_is_base64(tmp_path: Path) -> None:
    with closing(Reader(make_capture(tmp_path / "a.db", [(STATION, b"\xff\xfe")]))) as reader:
        found = frame_record(reader.page()[0], [])
    assert "raw" not in found
    assert base64.b64decode(found["raw_base64"]) == b"\xff\xfe"
