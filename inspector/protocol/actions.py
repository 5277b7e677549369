"""Which actions each version knows, who may send them, and which have no answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from inspector.protocol.version import Party, Version


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the action table. ``senders`` are the parties that may send the CALL (or SEND)."""

    name: str
    senders: frozenset[Party]
    answered: bool


@cache
def table(version: Version) -> Mapping[str, Action]:
    """Return all actions of a version by name."""
    rows = _rows()[version]
    senders = {
        "station": frozenset({Party.STATION}),
        "csms": frozenset({Party.CSMS}),
        "both": frozenset(Party),
    }
    return {
        name: Action(name, senders[who], name not in rows["send"])
        for who in ("station", "csms", "both")
        for name in rows[who]
    }


def resolve(version: Version, name: str) -> str:
    """Return the standard name for a name that some documents use instead, or the name itself."""
    alias: str = _rows()[version]["aliases"].get(name, name)
    return alias


@cache
def _rows() -> dict[str, dict[str, Any]]:
    text = resources.files("inspector.schemas").joinpath("actions.json").read_text("utf-8")
    rows: dict[str, dict[str, Any]] = json.loads(text)
    return rows
