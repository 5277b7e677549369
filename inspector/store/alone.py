"""The sessions that are no traffic: drafts, which somebody edited, and runs of a replay."""

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from inspector.store.reader import Reader


class Alone(NamedTuple):
    """The ids of the drafts and of the runs in a capture."""

    drafts: frozenset[int] = frozenset()
    runs: frozenset[int] = frozenset()

    @property
    def all(self) -> frozenset[int]:
        """Those of both."""
        return self.drafts | self.runs


NOTHING = Alone()
"""A capture has only traffic."""

_ALONE = "SELECT id, origin FROM session WHERE origin IN ('draft', 'run')"


def alone(reader: "Reader") -> Alone:
    """Return what is not counted as traffic. Raises InspectorError."""
    rows = reader.query(_ALONE)
    return Alone(*(frozenset(session for session, origin in rows if origin == kind) for kind in ("draft", "run")))


def listed(sessions: frozenset[int]) -> str:
    """Write ids as a parameter of :data:`AMONG`."""
    return json.dumps(sorted(sessions))


AMONG = "IN (SELECT value FROM json_each(?))"
"""SQL that tells whether an id is one of those that are listed."""
