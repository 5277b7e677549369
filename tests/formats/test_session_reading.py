"""What a line says of a session; see also ``test_jsonl``."""

from typing import Any

import pytest

from inspector.formats.session_reading import closed, opened, patience_ns, place
from inspector.store.entries import Place

SESSION: dict[str, Any] = {
    "opened": "2026-01-01T00:00:00Z",
    **dict.fromkeys(("station", "path", "peer", "upstream"), "x"),
    "subprotocols_offered": ["ocpp1.6"],
    "headers": [["request", "Host", "h"]],
    "times": {"asked": "2026-01-01T00:00:00Z"},
}


def test_a_handshake_is_read() -> None:
    found = opened(SESSION | {"opened_ns": 1_767_225_600_000_000_007, "hears_pings": True, "name": "a draft"})
    assert (found.time_ns, found.offered, found.subprotocol, found.http_status) == (
        1_767_225_600_000_000_007,
        ("ocpp1.6",),
        None,
        None,
    )
    assert (found.hears_pings, found.name, found.times) == (True, "a draft", (("asked", 1_767_225_600_000_000_000),))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"times": {"asked": 5}}, "asked is not a string"),
        ({"headers": [5]}, "a header is not a list"),
        ({"http_status": 70_000}, "http_status is out of range"),
        ({"tls": [{"leg": "nobody"}]}, "Party"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        opened(SESSION | changes)


def test_an_end_is_read() -> None:
    end = closed({"closed": "2026-01-01T00:00:00Z", "close_code": 1000, "close_reason": "bye", "closed_by": "csms"})
    assert (end.code, end.reason, end.by) == (1000, "bye", "csms")


def test_patience_and_places_may_be_absent() -> None:
    assert (patience_ns({}), patience_ns({"patience": 2})) == (30_000_000_000, 2_000_000_000)
    assert place({}, "continues") is None
    assert place({"continues": {"capture": "a.db", "session": 3}}, "continues") == Place("a.db", 3)
