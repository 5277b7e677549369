"""B: how often a station shows that it is alive, against how often it was asked to."""

from collections.abc import Iterable, Iterator

from inspector.protocol.context import FOREVER, Context
from inspector.protocol.fields import objects, text
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.seen import Seen

SILENT = 3
"""Intervals without a word before a station counts as silent."""

_HEARTBEAT = "OCPP 1.6 section 4.6, OCPP 2.x part 2 G02"

RULES = (
    Rule(
        "B009",
        "no-heartbeat",
        Severity.WARNING,
        f"The station sent nothing for {SILENT} times the heartbeat interval. Said once a session.",
        "It hangs, or the connection is dead and nobody noticed. Pings and pongs count as well: over WebSocket they may"
        " stand for most heartbeats.",
        "Look at the station and the line; send a Heartbeat after `interval` seconds without another message.",
        f"{_HEARTBEAT}, OCPP-J 1.6 section 5.3, OCPP 2.x part 4 section 5.2",
        Blame.STATION,
    ),
    Rule(
        "B010",
        "heartbeat-too-often",
        Severity.INFO,
        "Heartbeats come several times as often as the CSMS asked for. Said once a session.",
        "It costs data and load, and shows that the station ignores the interval.",
        "Take the heartbeat interval from the answer to BootNotification.",
        _HEARTBEAT,
        Blame.STATION,
    ),
)

SLACK_NS = 5_000_000_000
"""What a heartbeat may be late beside, on a slow line."""

HASTY, HASTY_BEATS = 3, 5
"""So many times as often as asked, and so many times in a row, is too often."""

SHORTEST_NS = 30_000_000_000
"""Below this interval nobody minds more heartbeats."""

LONGEST_S = 30 * 86_400
"""Intervals beyond a month are taken for none."""


class Heartbeats:
    """The heartbeats of one session.

    ``interval_ns`` is what was asked, 0 where the station may choose; ``heard_ns`` is when the station was last heard.
    """

    __slots__ = ("_beat_ns", "_context", "_hasty", "_said", "_silent", "heard_ns", "interval_ns")

    def __init__(self, context: Context) -> None:
        self.interval_ns = 0
        self.heard_ns = 0
        self._context = context
        self._beat_ns = 0
        self._hasty = 0
        self._silent = False
        self._said = False

    def ask(self, interval_ns: int) -> None:
        """Take another interval, and ask to be woken when the station has been silent for too long."""
        self.interval_ns, self._hasty = interval_ns, 0
        self._wait()

    def _deadline_ns(self) -> int:
        if not self.interval_ns or not self.heard_ns or self._silent or not self._hears_all():
            return FOREVER
        return self.heard_ns + SILENT * self.interval_ns + SLACK_NS

    def _hears_all(self) -> bool:
        """Tell whether any sign of life would be heard: a ping is one."""
        opening = self._context.opening
        return opening is not None and opening.hears_pings and not self._context.missed

    def _wait(self) -> None:
        deadline_ns = self._deadline_ns()
        if deadline_ns < FOREVER:
            self._context.wake_at(deadline_ns)

    def ticked(self, now_ns: int) -> Iterator[Fault]:
        """Look whether the station is silent."""
        if now_ns < self._deadline_ns():
            self._wait()
            return
        self._silent = True
        silence, asked = (now_ns - self.heard_ns) / 1e9, self.interval_ns / 1e9
        yield Fault("B009", f"nothing came for {silence:.0f} s; a heartbeat every {asked:.0f} s was asked for")

    def beat(self, now_ns: int) -> Iterable[Fault]:
        """Look at a Heartbeat that nobody asked for."""
        waited, before, self._beat_ns = now_ns - self._beat_ns, self._beat_ns, now_ns
        if not before or self.interval_ns < SHORTEST_NS or not 0 <= waited * HASTY < self.interval_ns:
            self._hasty = 0
            return ()
        self._hasty += 1
        if self._hasty < HASTY_BEATS or self._said:
            return ()
        self._said = True
        asked = self.interval_ns / 1e9
        return (Fault("B010", f"heartbeats come every {waited / 1e9:.3g} s; {asked:.0f} s were asked for", "/2"),)


def configured_ns(seen: Seen) -> int | None:
    """Return the heartbeat interval that a station has just taken over, 0 for one that is none."""
    asked = seen.call.payload if seen.call else None
    if seen.accepted and (text(asked, "key") or "").lower() == "heartbeatinterval":
        return interval_ns(text(asked, "value"))
    done = [_is_set(item) for item in objects(seen.frame.payload, "setVariableResult")]
    for item, is_set in zip(objects(asked, "setVariableData"), done, strict=False):
        if is_set and text(item, "variable", "name") == "HeartbeatInterval":
            return interval_ns(text(item, "attributeValue"))
    return None


def _is_set(result: object) -> bool:
    accepted = text(result, "attributeStatus") == "Accepted"
    return accepted and text(result, "variable", "name") == "HeartbeatInterval"


def interval_ns(seconds: int | str | None) -> int:
    """Return an interval in nanoseconds, 0 for what is none."""
    if isinstance(seconds, str):
        seconds = int(seconds) if seconds.isdecimal() and len(seconds) < 10 else None
    return seconds * 1_000_000_000 if seconds is not None and 0 < seconds <= LONGEST_S else 0
