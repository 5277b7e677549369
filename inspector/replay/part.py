"""One station's part of a run: what it plays, how that went, and what of it was left out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from inspector.protocol.plural import plural
from inspector.replay.pace import Metronome
from inspector.replay.player import Player
from inspector.replay.rebind import Rebinder
from inspector.replay.script import Script
from inspector.replay.steps import Fault, Outcome, Verdict
from inspector.store.entries import SessionRow

MOST_SKIPPED = 100
"""What was skipped that is told one by one."""


@dataclass(eq=False)
class Part:
    """One station's part of a run: what it plays, the sessions it is recorded as, and how it went."""

    script: Script
    metronome: Metronome
    rows: list[SessionRow] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    player: Player | None = None
    rebinder: Rebinder | None = None
    ending: str = ""

    def skipped(self) -> tuple[str, ...]:
        """Say what was not played again, and what was played although it is not what was recorded."""
        words = tuple(self._skipped())
        more = len(words) - MOST_SKIPPED
        return words if more <= 0 else (*words[:MOST_SKIPPED], f"{plural(more, 'frame')} more")

    def _skipped(self) -> Iterator[str]:
        for session in self.script.refused:
            yield f"session {session.id}: its handshake was not done: HTTP {session.http_status or 'unknown'}"
        for outcome in self.outcomes:
            step = outcome.step
            if outcome.verdict is Verdict.SKIPPED:
                frame = f"frame {step.frame}" if step.frame else f"session {step.session}"
                theirs = isinstance(step, Fault) and step.sender is not self.script.role
                yield f"{frame}{f' of the {step.sender.label}' if theirs else ''}: {outcome.words}"
            elif step.masked and outcome.verdict is not Verdict.UNSENT:
                yield f"frame {step.frame}: its secrets are the recorded *, unless --set filled them in"
        if self.player is not None and self.player.flooded:
            yield f"{self.player.flooded} more frames that no step asks for"
