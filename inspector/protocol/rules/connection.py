"""H1: the connection. How it ends, how often, after what, and whether anybody is still there."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from inspector.protocol.context import Brief, Context
from inspector.protocol.event import Closed, Control, Controlled, Opened, Violated
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.knowledge import close_codes, lives
from inspector.protocol.knowledge.close_codes import FOR_NOW, NO_CLOSE_FRAME, NORMAL, OURS
from inspector.protocol.knowledge.identity import quoted
from inspector.protocol.knowledge.lives import Life, Memory
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import CONTINUED
from inspector.protocol.rules.family import RESPONSE, Family, Handler
from inspector.protocol.rules.handshake import refused
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.timestamp import span
from inspector.protocol.version import Party

_CODES = "RFC 6455 section 7.4"
_OPEN = "OCPP-J 1.6 section 5, OCPP 2.x part 4 sections 3.1 and 5"
_PING = "RFC 6455 section 5.5.2, OCPP-J 1.6 section 5.3, OCPP 2.x part 4 section 5.2"

RULES = (
    Rule(
        "H101",
        "abnormal-end",
        Severity.WARNING,
        "The connection ended otherwise than by an orderly close, and not by a Reset.",
        "What was on its way is lost, and the station is offline until it comes back.",
        "Look at the last frames and at who closed: the hint says what the code means and who must act.",
        _CODES,
    ),
    Rule(
        "H102",
        "drop-period",
        Severity.WARNING,
        "The connections of this station end again and again after the same time.",
        "A timer ends them: mostly the idle timeout of a NAT, a load balancer or a reverse proxy on the way, sometimes"
        " a limit or a watchdog of one side.",
        "Let a heartbeat or a ping come more often than that, or raise the timeout.",
        _PING,
        Blame.NETWORK,
    ),
    Rule(
        "H103",
        "reconnect-loop",
        Severity.WARNING,
        "The station connects again and again, and no connection lasts.",
        "It does nothing else meanwhile, and loads the CSMS. Often one frame starts it, which one side can't take and"
        " the other repeats.",
        "Look at the last frame before the first drop; let the station wait longer each time.",
        _OPEN + ".3",
    ),
    Rule(
        "H104",
        "second-connection",
        Severity.INFO,
        "The station connected while its last connection was still open.",
        "Mostly the old one is half-open: the station has lost it, and the other side does not know yet."
        " What the CSMS sends there is lost.",
        "Let the CSMS drop the old connection for the new one; pings find a dead one sooner.",
        _OPEN,
        Blame.NETWORK,
    ),
    Rule(
        "H105",
        "ping-silence",
        Severity.WARNING,
        "A ping had no pong, and nothing else came from that side either.",
        "Either the connection is dead on the way, or that side does not answer pings, which it must.",
        "If the other frames go on later, mend its WebSocket; else look at the network.",
        _PING,
        Blame.NETWORK,
    ),
    Rule(
        "H106",
        "two-live-connections",
        Severity.WARNING,
        "Two connections of one station are in use at the same time.",
        "The CSMS answers on one of them and does not know which. Either two devices have one identity, or the station"
        " forgets to close.",
        "Give each device an identity of its own; let the station close the old connection first.",
        _OPEN,
        Blame.STATION,
    ),
    Rule(
        "H107",
        "asked-to-come-back",
        Severity.INFO,
        "The connection was ended for now: a restart, or too much to do.",
        "Nothing is wrong with the station. If all stations come back at once, that may be too much again.",
        "Let the station wait a random time before it reconnects.",
        _CODES,
    ),
)

PONG_NS = 30_000_000_000
"""How long a pong may take."""

PONG_AT_END_NS = 10_000_000_000
"""How long a pong must have been awaited when the session ends before ``PONG_NS`` are over."""

RESET_NS = 300_000_000_000
"""How long after it accepted a Reset a station may take to go."""


class Connection(Family):
    """Follows a connection to its end, and what became of the ones before."""

    __slots__ = ("_life", "_memory", "_pinged", "_reset_ns", "_said")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._memory = context.station.part(Memory)
        self._life = Life()
        self._pinged: dict[Party, int] = {}
        self._said: set[Party] = set()
        self._reset_ns: int | None = None

    def opened(self, event: Opened) -> Iterator[Fault]:
        """Look whether the station's last connection is still there."""
        if event.http_status != SWITCHED or not _is_of_the_station(event):
            return
        life, before = self._life, self._memory.newest
        life.opened_ns, life.place, life.peer = event.time_ns, hash(event.path), event.peer.rpartition(":")[0]
        self._memory.newest = life
        if before is not None and before.outlives(life):
            life.meet(before)
            yield lives.second(before, life)

    def received(self, seen: Seen) -> Iterable[Fault]:
        """Note a sign of life."""
        life = self._life
        life.heard[seen.sender] = seen.time_ns
        return () if life.rival is None else self._beside(life.rival)

    def _reset(self, seen: Seen) -> Iterable[Fault]:
        """Note that the station is about to reset; of one EVSE it would keep the connection."""
        asked = seen.call.payload if seen.call is not None else None
        if seen.sender is Party.STATION and seen.accepted and not (isinstance(asked, dict) and "evseId" in asked):
            self._reset_ns = seen.time_ns
        return ()

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {("Reset", RESPONSE): _reset}

    def controlled(self, event: Controlled) -> Iterator[Fault]:
        """Note a sign of life, and await the pong of a ping."""
        life, sender = self._life, event.sender
        life.heard[sender] = event.time_ns
        if event.kind is Control.PING and event.time_ns and life.heard[sender.peer] >= self._pinged.get(sender, 0):
            self._pinged[sender] = event.time_ns
            self.context.wake_at(event.time_ns + PONG_NS)
        if life.rival is not None:
            yield from self._beside(life.rival)

    def violated(self, event: Violated) -> Iterable[Fault]:
        """Note a sign of life, if not a good one."""
        self._life.heard[event.sender] = event.time_ns
        return ()

    def _beside(self, rival: Life) -> Iterator[Fault]:
        """Tell whether the station uses both of its connections."""
        life = self._life
        old, new = (life, rival) if life.opened_ns <= rival.opened_ns else (rival, life)
        if old.is_used_beside(new):
            life.part()
            yield lives.both_used(old, new)

    def ticked(self, now_ns: int) -> Iterator[Fault]:
        """Look for pings without a pong."""
        yield from self._unheard(now_ns, PONG_NS)

    def _unheard(self, now_ns: int, patience_ns: int) -> Iterator[Fault]:
        if self.context.missed:  # perhaps the pong
            return
        for sender, asked_ns in self._pinged.items():
            if sender in self._said or self._life.heard[sender.peer] >= asked_ns:
                continue
            if now_ns < asked_ns + patience_ns:
                self.context.wake_at(asked_ns + PONG_NS)
                continue
            self._said.add(sender)
            words = f"nothing came from the {sender.peer.label} for {span(now_ns - asked_ns)} after a ping"
            yield Fault("H105", words, hint=f"the {sender.label} sent it", frame=None)

    def closed(self, event: Closed) -> Iterator[Fault]:
        """Say how the connection ended, and what the last ends have in common."""
        if refused(self.context):
            return
        life, opening = self._life, self.context.opening
        life.ended_ns, life.by, life.code = event.time_ns, event.by, event.code
        life.last = self.context.recent[-1] if self.context.recent else None
        life.part()
        if event.by in OURS:
            return
        yield from self._unheard(event.time_ns, PONG_AT_END_NS)
        if not self._is_of_a_reset(event):
            yield from _abnormal(event, self._before(event))
        if opening is not None and _is_of_the_station(opening) and life.opened_ns and event.time_ns:
            self._memory.ended(life)
            yield from self._once("H102", lives.period)
            yield from self._once("H103", lives.loop)

    def _before(self, event: Closed) -> str:
        """Say what went before the end: how long each side was silent, and the last frames."""
        recent = self.context.recent
        if self.context.missed:
            return "; not all that was said before could be read"
        heard = [(party, event.time_ns - at) for party, at in self._life.heard.items() if at and event.time_ns]
        silences = ", ".join(f"{party.label} {span(silence)}" for party, silence in heard)
        silent = f"; silent before: {silences}" if silences else ""
        return silent + (f"; last frames: {', '.join(map(_named, recent))}" if recent else "; no frame had passed")

    def _is_of_a_reset(self, event: Closed) -> bool:
        """Tell whether the station went because it was reset, as it may without a word."""
        if self._reset_ns is None or event.by == Party.CSMS:
            return False
        return event.time_ns - self._reset_ns <= RESET_NS

    def _once(self, code: str, find: Callable[[Sequence[Life]], Fault | None]) -> Iterator[Fault]:
        """Look for a pattern in the last ends; say it when it begins, not while it goes on."""
        found, said = find(tuple(self._memory.ends)), self._memory.said
        if found is None:
            said.discard(code)
        elif code not in said:
            said.add(code)
            yield found


def _is_of_the_station(opening: Opened) -> bool:
    """Tell whether the station itself connected; what a replay does is no trouble of its connection."""
    return opening.origin in CONTINUED


def _abnormal(event: Closed, before: str) -> Iterator[Fault]:
    """Describe an end that is not as it should be, and what went before; one without code and reason tells nothing."""
    code, reason = event.code, quoted(event.reason)
    if code in NORMAL or (code is None and not reason):
        return
    if code is None or code == NO_CLOSE_FRAME:
        side = f", on the side of the {_who(event.by)}" if event.by in set(Party) else ""
        words = f"{reason or 'the connection broke off without a close frame'}{side}"
        hint = "a lost network or power, or a program that died: the last frames tell whether one of them started it"
        yield Fault("H101", words + before, hint=hint, blame=Blame.NETWORK)
        return
    means = close_codes.meaning(code)
    by = f"the {_who(event.by)} closed with {code}" if event.by in set(Party) else f"closed with {code}"
    words = f"{by}{reason and f' ({reason})'}: {means.words}"
    which = "H107" if code in FOR_NOW else "H101"
    yield Fault(which, words + before, hint=means.act, blame=close_codes.blame(code, event.by))


def _named(brief: Brief) -> str:
    """Name a frame by its number and by what it says."""
    return f"{brief.number} {brief.sender.label} {brief.type.name}{f' {quoted(brief.action)}' if brief.action else ''}"


def _who(by: str) -> str:
    return Party(by).label
