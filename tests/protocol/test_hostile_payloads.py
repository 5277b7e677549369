"""No payload throws a rule off its feet: every field of every message, with every wrong thing in its place."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from inspector.protocol import actions, timestamp
from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Opened, Received, Ticked
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules import TABLE
from inspector.protocol.schema import Part
from inspector.protocol.version import SUBPROTOCOLS, Party, Version
from tests.protocol.instances import full, minimal
from tests.protocol.wire import SECOND

NOON_NS = timestamp.read("2026-11-02T12:00:00Z")

WRONG = (
    "null",
    "true",
    "[]",
    "{}",
    '""',
    "0",
    "-1",
    "9223372036854775807",
    "1.5",
    "1e400",
    "-1E-400",
    "9" * 4000,
    '"1e999"',
    '"NaN"',
    '"-Infinity"',
    '"1_000"',
    '"１２"',
    '" 7 "',
    '"\\ud800"',
    '"\\u0000"',
    '"' + "x" * 3000 + '"',
    '"0001-01-01T00:00:00+23:59"',
    '"9999-12-31T23:59:59-23:59"',
    '"2026-02-30T12:00:00Z"',
    '[null,[],{},"a",1]',
    '{"":null,"value":[],"status":{}}',
    '[{"key":["a"],"value":{},"timestamp":1,"sampledValue":{"value":[]}}]',
    "[" * 50 + "]" * 50,
)
"""What may stand in the place of any value, as JSON."""

UNHASHABLE = ("[]", "{}", "[[]]")
"""What can't be looked up in a set or a table."""

HERE = "@here@"
"""Marks the place in a payload, before it is written."""

DEEPEST_PLACE = 6
"""Steps to the deepest place that is made wrong by itself: meterValue/0/sampledValue/0/unitOfMeasure/unit."""


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every value below a payload that some rule may read."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if key != "customData" and len(path) < DEEPEST_PLACE:
            yield (*path, key)
            yield from paths(item, (*path, key))


def replaced(value: Any, wanted: tuple[str | int, ...]) -> Any:
    """Return a copy with the mark at a path."""
    if not wanted:
        return HERE
    key, *rest = wanted
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[key] = replaced(copy[key], tuple(rest))
    return copy


def leaves(value: Any) -> Any:
    """Return a copy with the mark in the place of every value that is neither object nor array."""
    if isinstance(value, dict):
        return {key: leaves(item) for key, item in value.items()}
    return [leaves(item) for item in value] if isinstance(value, list) else HERE


def written(payload: Any, wrong: str) -> str:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).replace(f'"{HERE}"', wrong)


def shortened(value: Any) -> Any:
    """Return a copy without the long texts that make a payload the fullest: they only cost time here."""
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shortened(item) for item in value]
    return value[:40] if isinstance(value, str) else value


def variants(message: tuple[Version, str, Part], some: random.Random) -> list[str]:
    """Write a message as it should be, with all values wrong, with all fields wrong, and with each place wrong."""
    good = shortened(full(message))
    everywhere = [leaves(good), leaves(good), dict.fromkeys(good, HERE), dict.fromkeys(good, HERE)]
    wrong = [written(shape, some.choice(WRONG)) for shape in everywhere]
    for path in paths(good):
        kinds = (UNHASHABLE, WRONG) if len(path) <= 2 else (some.choice((UNHASHABLE, WRONG)),)
        wrong += [written(replaced(good, path), some.choice(kind)) for kind in kinds]
    return [written(good, ""), written(minimal(message), ""), *wrong]


def exchanges(version: Version, seed: int) -> list[tuple[Party, str, str, str]]:
    """Return sender, action, request and answer of every action in every variant, in any order."""
    some = random.Random(seed)
    made = []
    for name, row in sorted(actions.table(version).items()):
        requests = variants((version, name, Part.REQUEST), some)
        answers = variants((version, name, Part.RESPONSE), some) if row.answered else ["{}"]
        some.shuffle(answers)
        made += [
            (sender, name, request, some.choice(answers)) for request in requests for sender in sorted(row.senders)
        ]
        made += [(min(row.senders), name, some.choice(requests), answer) for answer in answers]
    some.shuffle(made)
    return made


def frames(version: Version, seed: int) -> Iterator[Received]:
    """Say it all, one exchange a minute."""
    for number, (sender, action, request, answer) in enumerate(exchanges(version, seed), 1):
        time_ns = NOON_NS + number * 60 * SECOND
        yield Received(time_ns, sender, f'[2,"{number}","{action}",{request}]')
        yield Received(time_ns + SECOND, sender.peer, f'[3,"{number}",{answer}]')


@pytest.mark.parametrize("version", list(Version))
def test_no_payload_makes_a_rule_raise(version: Version) -> None:
    """All families watch one station over many sessions, so that they remember what they were told."""
    station = Station()
    name = next(name for name, spoken in SUBPROTOCOLS.items() if spoken is version)
    inspection = Inspection(version, station=station)
    codes = set()
    for number, event in enumerate(frames(version, seed=1)):
        if number % 500 == 0:
            inspection.observe(Closed(event.time_ns - 2, 1006, "", "network"))
            inspection = Inspection(version, station=station)
            inspection.observe(Opened(event.time_ns - 1, "CP-1", "/CP-1", offered=(name,), subprotocol=name))
        try:
            observed = [inspection.observe(event), inspection.observe(Ticked(event.time_ns + 20 * SECOND))]
        except Exception as error:
            error.add_note(f"at {event.raw[:2000]!r}")
            raise
        codes |= {finding.code for one in observed for finding in one.findings}
    assert {"S103", "S104"} <= codes <= set(TABLE)
