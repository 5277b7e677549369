"""What is offered while a filter is typed."""

import pytest

from inspector.store.filter import compile_filter
from inspector.store.filter.completion import Known, complete, quoted
from inspector.store.filter.terms import TERMS

KNOWN = Known(
    stations=("CP-017", "CP 22"),
    sessions={12: "CP-017", 3: "CP 22"},
    actions=("BootNotification", "Odd"),
    codes=("S104",),
    saved={"slow": "latency>2s or type:*ERROR"},
)


def offered(text: str, cursor: int | None = None) -> list[str]:
    """Complete a text at its end, or where the cursor is."""
    return [each.shown for each in complete(text, len(text) if cursor is None else cursor, KNOWN)]


def done(text: str, cursor: int | None = None) -> str:
    """Return the text with the first of what is offered put in."""
    first = complete(text, len(text) if cursor is None else cursor, KNOWN)[0]
    start, end = first.span
    return text[:start] + first.text + text[end:]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["action:", "sender:", "type:"]),
        ("ac", ["action:"]),
        ("se", ["sender:", "session:", "severity:"]),
        ("S", ["sender:", "station:", "session:", "severity:", "size>", "since:"]),
        ("type:CALL o", ["origin:", "or"]),
        ("!mark", ["marked"]),
        ("(ver", ["version:"]),
        ("pay", ["payload."]),
        ("sender:", ["station", "csms"]),
        ("sender:c", ["csms"]),
        ("action:", ["BootNotification", "Odd", "AFRRSignal"]),
        ("action:statusn", ["StatusNotification"]),
        ("action:*boot", []),
        ("code:s10", ["S104", "S101", "S102"]),
        ("station:", ["CP-017", "CP 22"]),
        ('station:"CP 2', ["CP 22"]),
        ("session:", ["12", "3"]),
        ("severity>=", ["info", "warning", "error"]),
        ("type:call", ["CALL", "CALLRESULT", "CALLERROR"]),
        ("version:2", ["2.0.1", "2.1"]),
        ("latency>", ["2s", "500ms"]),
        ("since:", ["10m", "2h", "12:30"]),
        ("@", ["@slow"]),
        ("type:CALL @s", ["@slow"]),
        ("sl", ["@slow"]),
        ("nokey:", []),
        ("payload.a", []),
    ],
)
def test_the_likeliest_comes_first(text: str, first: list[str]) -> None:
    assert offered(text)[: len(first)] == first
    assert bool(offered(text)) == bool(first)


@pytest.mark.parametrize(
    ("text", "cursor", "after"),
    [
        ("ac", None, "action:"),
        ("type:CALL act", None, "type:CALL action:"),
        ("act type:CALL", 3, "action: type:CALL"),
        ("action:Bo type:CALL", 9, "action:BootNotification type:CALL"),
        ("action:BoXX", 9, "action:BootNotification"),
        ("action:Bo", 3, "action:"),
        ("(sender:st)", 10, "(sender:station)"),
        ("station:CP", None, "station:CP-017"),
        ('station:"CP 2', None, 'station:"CP 22"'),
        ("@sl", None, "latency>2s or type:*ERROR"),
        ("type:CALL @sl", None, "type:CALL (latency>2s or type:*ERROR)"),
        ("type:CALL not", None, "type:CALL not "),
    ],
)
def test_only_the_word_at_the_cursor_is_replaced(text: str, cursor: int | None, after: str) -> None:
    assert done(text, cursor) == after


@pytest.mark.parametrize("key", TERMS)
def test_each_key_and_each_of_its_first_values_make_a_filter(key: str) -> None:
    text = done(key)
    if text != "marked" and text != "payload.":
        compile_filter(done(text))


def test_each_offer_says_what_it_is() -> None:
    assert all(each.help for each in complete("", 0, KNOWN))
    assert [each.help for each in complete("session:", 8, KNOWN)] == ["CP-017", "CP 22"]
    assert complete("code:S104", 9, KNOWN)[0].help


def test_what_is_no_word_is_quoted() -> None:
    assert (quoted("a-b"), quoted("a b"), quoted('a"\\ b')) == ("a-b", '"a b"', '"a\\"\\\\ b"')
