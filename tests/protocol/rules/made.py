"""What fixtures are made with: a session that raises a code, and one like it that has no finding at all."""

from dataclasses import dataclass
from typing import Any

from inspector.protocol.actions import table
from inspector.protocol.event import Event
from inspector.protocol.version import Party, Version
from tests.protocol.wire import CSMS, SECOND, STATION, call, heard

NOW = {"currentTime": "2026-01-31T12:34:56Z"}

Events = tuple[Event, ...]


@dataclass(frozen=True)
class Fixture:
    """Events that raise a code once, and the same events mended, which raise nothing.

    A second ``Opened`` begins another session of the same station; where the one before had no ``Closed``, it is open
    still. ``frame`` is the number of the frame the finding is about, None for the session. ``schema`` stands in for
    every official schema: for what none of them asks.
    """

    raises: Events
    clean: Events
    version: Version | None = Version.V16
    frame: int | None = 1
    schema: dict[str, Any] | None = None


def said(*raws: str | bytes, sender: Party = STATION) -> Events:
    """Let one side say this, nobody knows when, and nobody answer."""
    return tuple(heard(raw=raw, sender=sender) for raw in raws)


def calls(action: str, bad: dict[str, Any], good: dict[str, Any], *, version: Version = Version.V16) -> Fixture:
    """Send one action with a payload that has the fault, and with one that has not."""
    sender = STATION if STATION in table(version)[action].senders else CSMS
    raises, clean = (said(call(action=action, payload=payload), sender=sender) for payload in (bad, good))
    return Fixture(raises, clean, version=version)


def answers(raw: str) -> Events:
    """Answer a heartbeat with this."""
    return (heard(raw=call(), sender=STATION), heard(raw=raw, sender=CSMS, time_ns=SECOND))
