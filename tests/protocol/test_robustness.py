"""Whatever comes, it is taken: hostile text in linear time, and broken messages with findings at the right place."""

import json
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import chain
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.protocol import actions
from inspector.protocol.event import Closed, Control, Controlled, Event, Opened, Received, Ticked
from inspector.protocol.frame import MessageType, decode, encode
from inspector.protocol.inspection import Inspection
from inspector.protocol.json_places import pointer
from inspector.protocol.rules import TABLE
from inspector.protocol.schema import Part
from inspector.protocol.version import Party, Version
from tests import fuzz
from tests.protocol.documents import anything, derandomized
from tests.protocol.instances import UNKNOWN, Message, Path, full, messages, minimal
from tests.protocol.wire import SECOND, call, findings, result

EVERY: list[Message] = list(chain.from_iterable(map(messages, Version)))


def frames_of(message: Message, payload: Any) -> tuple[str, ...]:
    """Write a request, or a request and its answer with the payload."""
    version, action, part = message
    if part is Part.RESPONSE:
        asked = call(action=action, payload=deepcopy(minimal((version, action, Part.REQUEST))), message_id="é-1")
        return asked, result(payload=payload, message_id="é-1")
    kind = 2 if actions.table(version)[action].answered else 6
    return (call(action=action, payload=payload, message_id="é-1", kind=kind),)


def sender_of(message: Message) -> Party:
    version, action, _ = message
    return min(actions.table(version)[action].senders)


def told(message: Message, raws: tuple[str, ...]) -> list[Event]:
    """Let who may ask ask, and the other side answer."""
    sender = sender_of(message)
    return [Received((at + 1) * SECOND, (sender, sender.peer)[at], raw) for at, raw in enumerate(raws)]


@pytest.mark.parametrize("version", Version)
def test_a_valid_frame_is_encoded_as_it_came(version: Version) -> None:
    """Every message of every version, byte for byte; and the frame keeps what came."""
    for message in messages(version):
        for payload in (minimal(message), full(message)):
            raw = frames_of(message, payload)[-1]
            frame = decode(raw)
            assert frame.raw is raw
            assert frame.faults == ()
            assert encode(json.loads(raw)) == raw


WRONG: tuple[Any, ...] = (None, [], {}, "", "x" * 3000, -1, 1.5, 10**30, True, [[]], {UNKNOWN: 1}, "1970", "\ud800")
"""What no field takes, or only some."""


def places_of(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path to each value below a value, and to itself."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield from places_of(item, (*path, step))


Change = Callable[[Any, Any], Any]

CHANGES: dict[str, Change] = {
    "leave out": lambda parent, step: parent.pop(step),
    "put in": lambda parent, step: parent[step].update({UNKNOWN: 1}) if isinstance(parent[step], dict) else None,
    "send twice": lambda parent, step: parent.append(parent[step]) if isinstance(parent, list) else None,
    "quote": lambda parent, step: parent.__setitem__(step, json.dumps(parent[step])),
    "upper case": lambda parent, step: parent.__setitem__(step, str(parent[step]).upper()),
    **{
        f"make it {str(wrong)[:9]}": lambda parent, step, wrong=wrong: parent.__setitem__(step, deepcopy(wrong))
        for wrong in WRONG
    },
}
"""Ways to spoil the member that a container has at a step."""


def spoil(frame: list[Any], path: Path, change: Change) -> None:
    parent = frame
    for step in path[:-1]:
        parent = parent[step]  # type: ignore[call-overload]
    change(parent, path[-1])


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[Message, tuple[str, ...], Path]:
    """Write a valid message and spoil one place below its payload, or its id or action."""
    message = draw(st.sampled_from(EVERY))
    *before, raw = frames_of(message, draw(st.sampled_from([minimal, full]))(message))
    frame = json.loads(raw)
    payload_at = len(frame) - 1
    below = [place for place in places_of(frame) if place[:1] == (payload_at,) and len(place) > 1]
    path = draw(st.sampled_from([(at,) for at in range(1, payload_at + 1)] + below))
    change = draw(st.sampled_from([name for name in CHANGES if len(path) > 1 or name.startswith(("make", "quote"))]))
    spoil(frame, path, CHANGES[change])
    return message, (*before, encode(frame)), path


def is_related(one: str, other: str) -> bool:
    """Say whether one pointer leads to a value that holds the other's, or to the same."""
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


@settings(derandomized, max_examples=400)
@given(spoilt())
def test_a_spoilt_place_is_found_there_and_nowhere_else(case: tuple[Message, tuple[str, ...], Path]) -> None:
    """No finding about the form of a message points at a place that is as it should be."""
    message, raws, path = case
    place = pointer(path)
    about = [one for one in findings(told(message, raws), version=message[0]) if one.frame == len(raws)]
    for finding in about:
        if finding.code[0] in "FS" or finding.code == "C001":
            assert is_related(finding.pointer, place), (finding, raws[-1])


def test_a_spoilt_place_is_found() -> None:
    """The test before this one would pass if nothing were ever found. What a vendor adds is free."""
    for version in Version:
        message = (version, "BootNotification", Part.REQUEST)
        frame = json.loads(frames_of(message, full(message))[0])
        for path in list(places_of(frame))[1:]:
            if UNKNOWN in path:
                continue
            copy = deepcopy(frame)
            spoil(copy, path, CHANGES["make it [[]]"])
            found = findings(told(message, (encode(copy),)), version=version)
            assert any(is_related(finding.pointer, pointer(path)) for finding in found)


@st.composite
def conversations(draw: st.DrawFn) -> list[Event]:
    """Tell sessions of a station in which valid, spoilt and torn frames of all versions stand in any order."""
    told_so_far: list[Event] = []
    now = draw(st.sampled_from([0, 1_793_620_800])) * SECOND
    for _ in range(draw(st.integers(1, 12))):
        now += draw(st.sampled_from([0, 1, SECOND // 10, SECOND, 45 * SECOND, 3600 * SECOND]))
        what = draw(st.integers(0, 9))
        if what == 0:
            told_so_far.append(opening(draw, now))
        elif what == 1:
            by = draw(st.sampled_from(["", "station", "csms", "network", "proxy", "?"]))
            told_so_far.append(Closed(now, draw(st.sampled_from([None, 1000, 1006, 4999])), "gone", by))
        elif what == 2:
            told_so_far.append(draw(st.sampled_from([Ticked(now), *controls(now)])))
        else:
            message, raws, _ = draw(spoilt())
            told_so_far += [
                Received(now, sender, torn(draw, raw))
                for raw, sender in zip(raws, (sender_of(message), sender_of(message).peer), strict=False)
            ]
    return [*told_so_far, Ticked(now + 3600 * SECOND), Closed(now + 3601 * SECOND)]


def opening(draw: st.DrawFn, now: int) -> Opened:
    names = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1", "", ",ocpp1.6", "OCPP1.6", "xyz")
    name = draw(st.sampled_from([None, *names]))
    offered = tuple(draw(st.lists(st.sampled_from(names), max_size=3)))
    path = draw(st.sampled_from(["", "/", "/ocpp/CP-1", "///CP%201", "/é"]))
    headers = tuple(
        draw(st.lists(st.tuples(st.sampled_from(["request", "response"]), st.text(), st.text()), max_size=2))
    )
    status = draw(st.sampled_from([101, 101, 401, None]))
    return Opened(now, "CP-1", path, offered=offered, subprotocol=name, http_status=status, headers=headers)


def controls(now: int) -> Iterator[Controlled]:
    return (Controlled(now, party, kind) for party in Party for kind in Control)


def torn(draw: st.DrawFn, raw: str) -> str | bytes:
    """Leave a frame as it is, or cut it, or put something into it, or send it as bytes that need not be UTF-8."""
    at, data = draw(st.integers(0, len(raw))), raw.encode("utf-8", "surrogatepass")
    return draw(
        st.sampled_from([raw, raw, raw, raw[:at], raw[:at] + raw[at + 1 :], data, data[: at + 1] + b"\xff"])
        | anything.map(lambda text: raw[:at] + text + raw[at:])
    )


@settings(derandomized, max_examples=120)
@given(conversations(), st.sampled_from([*Version, None]))
def test_no_conversation_breaks_an_inspection(events: list[Event], version: Version | None) -> None:
    """Of all families, and what they remember from session to session; each finding has a rule and its frame."""
    seen = 0
    for finding in findings(events, version=version):
        assert finding.code in TABLE
        assert finding.severity is TABLE[finding.code].severity
        seen = max(seen, finding.frame or 0)
    assert seen <= sum(isinstance(event, Received) for event in events)


DATA = '[2,"1","DataTransfer",{"vendorId":"v","data":'

HOSTILE: dict[str, Callable[[int], str | bytes]] = {
    "one string": lambda n: DATA + '"' + "x" * n + '"}]',
    "numbers": lambda n: DATA + "[" + "1," * n + "1]}]",
    "numbers and a surplus element": lambda n: DATA + "[" + "1," * n + "1]},0]",
    "numbers and an odd id": lambda n: DATA.replace('"1"', "1") + "[" + "1," * n + "1]}]",
    "an id of numbers": lambda n: "[2,[" + "1," * n + '1],"A",{}]',
    "objects": lambda n: DATA + "[" + "{} ," * n + "{}]}]",
    "repeated keys": lambda n: DATA + "[" + '{"a":1,"a":1},' * n + "1]}]",
    "one key again and again": lambda n: DATA + "{" + '"a":1,' * n + '"a":1}}]',
    "repeated keys below a long one": lambda n: DATA + '{"' + "k" * n + '":[' + '{"a":1,"a":1},' * (n // 10) + "1]}}]",
    "NaN behind a long key": lambda n: DATA + '{"' + "k" * n + '":[' + "1," * n + "NaN]}}]",
    "NaN at the end": lambda n: DATA + "[" + "1," * n + "NaN]}]",
    "cut": lambda n: DATA + "[" + "1," * n,
    "cut in a string": lambda n: DATA + '"' + "x" * n,
    "escaped quotes that never end": lambda n: DATA + '"' + '\\"' * n,
    "quotes": lambda n: '"' * n,
    "brackets": lambda n: "[" * n,
    "brackets and quotes": lambda n: '["' * n,
    "backslashes": lambda n: DATA + '"' + "\\" * n + '"}]',
    "half pairs": lambda n: DATA + '"' + "\\ud800" * n + '"}]',
    "pairs": lambda n: DATA + '"' + "\\ud83d\\ude00" * n + '"}]',
    "an integer": lambda n: DATA + "1" * n + "}]",
    "a fraction": lambda n: DATA + "0." + "1" * n + "}]",
    "an exponent": lambda n: DATA + "1e" + "9" * n + "}]",
    "long integers": lambda n: DATA + "[" + ("9" * 400 + ",") * (n // 400) + "1]}]",
    "runs of digits in a string": lambda n: DATA + '"\\/' + ("1" * 199 + "x") * (n // 200) + '"}]',
    "white space": lambda n: " " * n,
    "white space before a fault": lambda n: "[2," + " " * n + "}",
    "NULs behind": lambda n: DATA + "1}]" + "\x00" * n,
    "a mark before": lambda n: "\ufeff" + DATA + "[" + "1," * n + "1]}]",
    "an action": lambda n: '[2,"1","' + "A" * n + '",{}]',
    "an error code": lambda n: '[4,"1","' + "A" * n + '","",{}]',
    "bytes that are no text": lambda n: DATA.encode() + b'"' + b"x" * n + b"\xff",
    "bytes": lambda n: (DATA + "[" + "1," * n + "1]}]").encode(),
}


def seconds_to(take: Callable[[str | bytes], object], raw: str | bytes) -> float:
    """Take a message twice; the better time counts."""

    def once() -> float:
        start = perf_counter()
        take(raw)
        return perf_counter() - start

    return min(once(), once())


def observe(raw: str | bytes) -> None:
    Inspection(Version.V16).observe(Received(0, Party.STATION, raw))


@pytest.mark.parametrize("take", [decode, observe])
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_no_more_than_linear_time(
    make: Callable[[int], str | bytes], take: Callable[[str | bytes], object]
) -> None:
    """Eight times as much takes about eight times as long: what is quadratic takes 64 times."""
    small, large = (seconds_to(take, make(size)) for size in (12_500, 100_000))
    assert large < 30 * max(small, 0.005)


def test_fifty_megabytes_are_one_frame() -> None:
    raw = HOSTILE["one string"](50_000_000)
    frame = decode(raw)
    assert (frame.type, frame.message_id, frame.faults) == (MessageType.CALL, "1", ())
    assert frame.raw is raw


def test_the_fuzzer_begins_with_what_an_inspection_takes() -> None:
    """Every message of every version, and inputs that are hardly any."""
    take = fuzz.taker()
    for data in (b"", b"\x01", b"\x02\x02[2,\x1e\x7f\x1e\xfe\x1e", *fuzz.seeds()):
        take(data)


def test_without_atheris_the_fuzzer_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    with pytest.raises(SystemExit) as ended:
        fuzz.main([])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: atheris is missing: pip install 'ocpp-inspector[fuzz]'\n"
