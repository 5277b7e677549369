"""Which findings are new, and which are gone, between two recordings of the same talk."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from inspector.protocol.finding import Severity
from inspector.replay.report import FindingChange
from inspector.store.filter import Where
from inspector.store.reader import Reader

_WITH_FINDINGS = Where(
    "EXISTS (SELECT 1 FROM finding WHERE finding.session = frame.session AND finding.frame = frame.number)"
)


class _Key(NamedTuple):
    """What makes findings the same: the rule, and the place in frames of one action, in lists any member."""

    code: str
    action: str
    pointer: str


class Found:
    """The findings of some sessions: how many of each kind, and what the first one says."""

    def __init__(self, reader: Reader, sessions: Iterable[int]) -> None:
        self.counts: Counter[_Key] = Counter()
        self.first: dict[_Key, tuple[Severity, str]] = {}
        for session in sessions:
            for finding in reader.own_findings(session=session).get(session, ()):
                self._add(_Key(finding.code, "", ""), finding.severity, finding.message)
            for frame, findings in reader.judged(reader.pages(_WITH_FINDINGS, session=session)):
                for finding in findings:
                    key = _Key(finding.code, frame.action or "", _any_member(finding.pointer))
                    self._add(key, finding.severity, finding.message)

    def _add(self, key: _Key, severity: Severity, message: str) -> None:
        self.counts[key] += 1
        self.first.setdefault(key, (severity, message))


def _any_member(pointer: str) -> str:
    """Return a pointer with ``*`` for the indexes below the payload."""
    return re.sub(r"(?<=.)/\d+(?=/|$)", "/*", pointer)


def changes(recorded: Found, now: Found) -> tuple[FindingChange, ...]:
    """Return what there is more of, or less; the worst first."""
    found = []
    for key in sorted(recorded.counts.keys() | now.counts.keys()):
        before, after = recorded.counts[key], now.counts[key]
        if before != after:
            severity, message = (now if after > before else recorded).first[key]
            found.append(FindingChange(key.code, severity, key.action, key.pointer, message, before, after))
    return tuple(sorted(found, key=lambda change: list(Severity).index(change.severity)))
