"""What the rules say of a draft while it is edited: the whole session is judged, as it would be if it were saved."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from inspector.protocol.context import Station
from inspector.protocol.event import Received
from inspector.protocol.finding import Finding, Severity
from inspector.store.drafts import Draft, DraftFrame
from inspector.store.judge import Judge
from inspector.store.rows import FindingRow
from inspector.tui.drafting.comparing import differences


@dataclass(slots=True)
class Checked:
    """What was found, of each severity how often, and what differs from the original.

    Frames are told by their identity, so that it holds also while others come and go.
    """

    frames: Iterable[DraftFrame]  # they are not to be collected as long as their identities are in use
    actions: dict[int, str] = field(default_factory=dict)
    findings: dict[int, list[FindingRow]] = field(default_factory=dict)
    own: list[FindingRow] = field(default_factory=list)
    counts: Counter[Severity] = field(default_factory=Counter)
    differences: Mapping[str, int] = field(default_factory=dict)

    def knows(self, frame: DraftFrame) -> bool:
        """Tell whether a frame was judged."""
        return id(frame) in self.findings

    def of(self, frame: DraftFrame) -> list[FindingRow]:
        """Return what was found about a frame."""
        return self.findings.get(id(frame), [])

    def action(self, frame: DraftFrame) -> str:
        """Return the action of a frame, of an answer its CALL's."""
        return self.actions.get(id(frame), "")


def check(draft: Draft, is_over: Callable[[], bool] = lambda: False) -> Checked | None:
    """Judge a draft; None if nobody wants to know any more."""
    judge = Judge(draft.version, draft.patience_ns, Station(), keep_secrets=True, from_file=True)
    checked = Checked(draft.frames)
    told = list(judge.observe(draft.opened).findings)
    number = 0
    for event in draft.events():
        observation = judge.observe(event)
        told += observation.findings
        if isinstance(event, Received):
            frame = draft.frames[number]
            number += 1
            checked.findings[id(frame)] = []
            if observation.seen is not None and observation.seen.action:
                checked.actions[id(frame)] = observation.seen.action
        if not number % OFTEN and is_over():
            return None
    for finding in told:
        place = checked.own if finding.frame is None else checked.findings[id(draft.frames[finding.frame - 1])]
        place.append(_row(finding))
        checked.counts[finding.severity] += 1
    checked.differences = differences(draft.frames, draft.originals) if draft.originals else {}
    return checked


OFTEN = 256
"""Frames after which it is asked whether to go on."""


def _row(finding: Finding) -> FindingRow:
    return FindingRow(
        0,
        finding.frame,
        finding.code,
        finding.severity,
        finding.blame,
        finding.pointer,
        finding.message,
        finding.hint,
        finding.offset,
    )
