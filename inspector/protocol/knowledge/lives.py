"""The connections of one station, one after the other: what their ends and their overlaps tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inspector.protocol.context import Brief
from inspector.protocol.finding import Blame, Fault
from inspector.protocol.knowledge.close_codes import NO_CLOSE_FRAME, NORMAL
from inspector.protocol.knowledge.identity import quoted
from inspector.protocol.timestamp import span
from inspector.protocol.version import Party

MOST_ENDS = 5
"""Ended connections remembered of a station; so many short ones in a row are a loop."""

SAME_ENDS = 4
"""Connections in a row that end after the same time before that is no chance."""

SAME_NS = 1_000_000_000
"""How far such times may lie apart: half a second to each side."""

SHORTEST_PERIOD_NS, LONGEST_PERIOD_NS = 10_000_000_000, 4 * 3600 * 1_000_000_000
"""Timers outside of these are none that is meant: what fails at once, and a provider's daily reconnect."""

SHORT_NS = 60_000_000_000
"""A connection that lasts less may belong to a loop."""

LOOP_NS = 300_000_000_000
"""The time within which a loop goes round ``MOST_ENDS`` times."""

HANDOVER_NS = 10_000_000_000
"""What the station sends on an old connection so soon after the new one began was on its way."""

CLOSE_NS = 1_000_000_000
"""How much longer than the beginning of the new one the end of the old one may take."""


@dataclass(slots=True, eq=False)
class Life:
    """One connection. ``heard`` has the time of the last sign of life of each side, a frame, a ping or a pong.

    ``place`` stands for the path: the same identity behind another path may be another tenant's. ``rival`` is another
    connection of the same station that is open at the same time.
    """

    opened_ns: int = 0
    place: int = 0
    peer: str = ""
    heard: dict[Party, int] = field(default_factory=lambda: dict.fromkeys(Party, 0))
    ended_ns: int | None = None
    by: str = ""
    code: int | None = None
    last: Brief | None = None
    rival: "Life | None" = None

    @property
    def lasted_ns(self) -> int:
        """How long it lasted."""
        return (self.ended_ns or 0) - self.opened_ns

    @property
    def silence_ns(self) -> int:
        """How long neither side was heard before the end."""
        return (self.ended_ns or 0) - max(self.opened_ns, *self.heard.values())

    def outlives(self, newer: "Life") -> bool:
        """Tell whether it goes on after a newer one began.

        Times that nobody knows tell nothing, and what began at the very same time is the same, recorded twice.
        """
        still = self.ended_ns is None or self.ended_ns > newer.opened_ns + CLOSE_NS
        return self.place == newer.place and 0 < self.opened_ns < newer.opened_ns and still

    def is_used_beside(self, newer: "Life") -> bool:
        """Tell whether the station uses it and a newer one."""
        used_ns = self.heard[Party.STATION]
        return newer.heard[Party.STATION] > 0 and used_ns >= newer.opened_ns + HANDOVER_NS

    def meet(self, rival: "Life") -> None:
        """Make two connections rivals of each other, and of no other."""
        for each in (self, rival):
            each.part()
        self.rival, rival.rival = rival, self

    def part(self) -> None:
        """Have no rival any more."""
        if self.rival is not None:
            self.rival.rival = None
        self.rival = None


@dataclass(slots=True)
class Memory:
    """What is kept of a station: its newest connection, how the last ones ended, and what is said of them already."""

    newest: Life | None = None
    ends: list[Life] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def ended(self, life: Life) -> None:
        """Remember how a connection ended, and forget how the oldest did."""
        self.ends = [*self.ends[1 - MOST_ENDS :], life]


def second(old: Life, new: Life) -> Fault:
    """Describe a connection that began while another was open."""
    heard = max(old.opened_ns, *old.heard.values())
    words = f"an older connection is still open; it was silent for {span(new.opened_ns - heard)} when this one began"
    return Fault("H104", words + _from(old, new), hint="the old one may be half-open", frame=None)


def both_used(old: Life, new: Life) -> Fault:
    """Describe two connections that are both in use."""
    later = span(old.heard[Party.STATION] - new.opened_ns)
    words = f"the station uses this connection and another, the older one still {later} after the newer one began"
    return Fault("H106", words + _from(old, new), frame=None)


def _from(old: Life, new: Life) -> str:
    if not old.peer or not new.peer or old.peer == new.peer:
        return ""
    return f"; the old one is from {old.peer}, the new one from {new.peer}"


def period(ends: Sequence[Life]) -> Fault | None:
    """Look for a timer in the last ends."""
    last = ends[-SAME_ENDS:]
    if len(last) < SAME_ENDS or any(life.code == 1000 or _says_good_bye(life) for life in last):
        return None
    found = []
    for since, times in (
        ("it began", [life.lasted_ns for life in last]),
        ("its last frame", [life.silence_ns for life in last]),
    ):
        low, high = min(times), max(times)
        if low >= SHORTEST_PERIOD_NS and high <= LONGEST_PERIOD_NS and high - low <= SAME_NS:
            within = f"{(high - low) / 2e9:.1f} s"
            found.append(f"{(high + low) / 2e9:.1f} s (within {within}) after {since}")
    if not found:
        return None
    words = f"the last {len(last)} connections each ended {' and '.join(found)}"
    return Fault("H102", words, hint="it looks like an idle timeout on the way, or a timer of one side", frame=None)


def loop(ends: Sequence[Life]) -> Fault | None:
    """Look for connections that come and go; a station that says good-bye in order each time has its reasons."""
    if len(ends) < MOST_ENDS or any(not 0 <= life.lasted_ns < SHORT_NS for life in ends):
        return None
    first, last = ends[0], ends[-1]
    took = (last.ended_ns or 0) - first.opened_ns
    if not 0 <= took <= LOOP_NS or all(map(_says_good_bye, ends)):
        return None
    said = {_label(life.last) for life in ends}
    hint = "begin with that frame"
    if first.last is None:
        start, hint = "the first ended before any frame", "see in the logs of both sides who ended it, and why"
    elif len(said) == 1:
        start = f"each ended after {_label(first.last)}"
    else:
        start = f"the first ended after its frame {first.last.number}, {_label(first.last)}"
    words = f"{len(ends)} connections in {span(took)}, none longer than {span(max(life.lasted_ns for life in ends))}"
    closers = {life.by for life in ends if life.code not in {None, NO_CLOSE_FRAME}}
    blame = Blame(closers.pop()) if len(closers) == 1 and closers <= set(Party) else Blame.NETWORK
    return Fault("H103", f"{words}; {start}", hint=hint, frame=None, blame=blame)


def _says_good_bye(life: Life) -> bool:
    return life.by == Blame.STATION and life.code in NORMAL


def _label(brief: Brief | None) -> str:
    """Name a frame by what it says."""
    if brief is None:
        return "nothing"
    return f"the {brief.sender.label}'s {brief.type.name}{f' {quoted(brief.action)}' if brief.action else ''}"
