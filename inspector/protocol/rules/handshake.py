"""H0: the handshake. What the station offers and who it says it is, and what the CSMS makes of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from inspector.protocol.context import Context
from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Blame, Fault
from inspector.protocol.knowledge import attempts, identity, refusals
from inspector.protocol.knowledge.close_codes import OURS
from inspector.protocol.knowledge.identity import header, quoted
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import remembered
from inspector.protocol.rules.family import Family
from inspector.protocol.rules.handshake_rules import RULES
from inspector.protocol.version import SUBPROTOCOLS, Party, Version

__all__ = ("RULES", "Handshake")

IMMEDIATELY_NS = 5_000_000_000
"""How soon a CSMS closes that agrees to none of the subprotocols."""

PROBE_NS = 10_000_000_000
"""A connection without a frame that is no longer than this may be a probe."""

AFTER_PROBE_NS = 60_000_000_000
"""How soon after a probe the real connection comes."""

MOST_NAMED = 4
"""Offered names that a message repeats."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""What the name of a subprotocol is made of (RFC 6455 section 4.1, RFC 9110 section 5.6.2)."""


def guessed(version: Version, opening: Opened | None) -> Fault:
    """Describe a session whose version had to be guessed; frames without a handshake have no subprotocol to mend."""
    if opening is None:
        return Fault("H001", f"no version was given; this looks like OCPP {version}")
    if opening.subprotocol:
        said = f"the subprotocol {opening.subprotocol[:40]} is none of {', '.join(SUBPROTOCOLS)}"
    else:
        said = "no subprotocol was negotiated"
    return Fault("H001", f"{said}; this looks like OCPP {version}", hint=f"negotiate ocpp{version}")


def refused(context: Context) -> bool:
    """Tell whether the handshake of a session that ends was refused: nothing can have been said in it."""
    return context.opening is not None and context.opening.http_status != SWITCHED and not context.recent


@dataclass(slots=True)
class _Memory:
    """What is kept of a station: its last short connection without a frame, and what was said of its choices."""

    probed: str | None = None
    probed_ns: int = 0
    told_probes: bool = False
    told_choice: tuple[str, ...] = ()


class Handshake(Family):
    """Looks at how a session began."""

    __slots__ = ("_memory", "_undecided")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._memory = remembered(context, _Memory)
        self._undecided = False

    def opened(self, event: Opened) -> Iterator[Fault]:
        """Look at what was offered, what was chosen, and who it is."""
        self._memory = remembered(self.context, _Memory)
        if refusals.is_plain_http(event):
            return
        yield from _offer(event)
        if event.http_status == SWITCHED:
            yield from self._choice(event)
            yield from self._after_probe(event)
        yield from identity.check(event)

    def _choice(self, event: Opened) -> Iterator[Fault]:
        known, chosen = _known(event.offered), event.subprotocol
        if chosen and not _may_choose(event, chosen):
            yield Fault("H008", f"the CSMS chose {quoted(chosen)}; the station offered {_listed(event.offered)}")
        self._undecided = not chosen and bool(known)
        if self._undecided:
            self.context.wake_at(event.time_ns + IMMEDIATELY_NS)
        wished = (*event.offered[:1], *known[:1])
        if (
            len(event.offered) > 1
            and chosen not in wished
            and self._is_new((*event.offered[:MOST_NAMED], chosen or ""))
        ):
            yield Fault("H006", f"the station offered {_listed(event.offered)}; the CSMS chose {_named(chosen)}")

    def _is_new(self, choice: tuple[str, ...]) -> bool:
        """Tell whether this was not what was said of the station the last time."""
        new, self._memory.told_choice = self._memory.told_choice != choice, choice
        return new

    def _after_probe(self, event: Opened) -> Iterator[Fault]:
        memory = self._memory
        probed, memory.probed = memory.probed, None
        soon = 0 <= event.time_ns - memory.probed_ns <= AFTER_PROBE_NS
        if probed and event.subprotocol and probed != event.subprotocol and soon and not memory.told_probes:
            memory.told_probes = True
            yield Fault(
                "H014", f"a short connection with {quoted(probed)} came before this with {quoted(event.subprotocol)}"
            )

    def ticked(self, now_ns: int) -> Iterator[Fault]:
        """Hear that a CSMS which chose no subprotocol lets the session go on."""
        opening = self.context.opening
        if not self._undecided or opening is None:
            return
        if now_ns < opening.time_ns + IMMEDIATELY_NS:
            self.context.wake_at(opening.time_ns + IMMEDIATELY_NS)
        else:
            yield self._none_chosen(opening)

    def _none_chosen(self, opening: Opened) -> Fault:
        self._undecided = False
        known = _known(opening.offered)[0]
        words = f"the station offered {_listed(opening.offered)}; the CSMS named none and went on"
        return Fault("H007", words, hint=f"answer with {known}, or close at once")

    def closed(self, event: Closed) -> Iterator[Fault]:
        """Say why a handshake was refused, and remember what may have been a probe."""
        opening = self.context.opening
        if opening is None:
            return
        if refused(self.context):
            yield from _came_to_nothing(opening, event)
            return
        if event.by in OURS:
            return
        if self._undecided:
            yield self._closed_at_once(opening, event)
        lasted = event.time_ns - opening.time_ns
        if not self.context.recent and opening.subprotocol and 0 <= lasted <= PROBE_NS:
            self._memory.probed, self._memory.probed_ns = opening.subprotocol, event.time_ns

    def _closed_at_once(self, opening: Opened, event: Closed) -> Fault:
        """Judge a CSMS that chose nothing: to close at once is how it must refuse what it does not speak."""
        spoke = any(brief.sender is Party.CSMS for brief in self.context.recent)
        if spoke or event.by != Blame.CSMS:
            return self._none_chosen(opening)
        words = f"the CSMS took none of {_listed(opening.offered)} and closed at once: it speaks none of them"
        return Fault("H009", words, hint="offer a version that it speaks", blame=Blame.STATION)


def _came_to_nothing(opening: Opened, event: Closed) -> Iterator[Fault]:
    """Say why there is no session, unless the proxy was stopped, or turned away what no station asks."""
    if event.by not in OURS:
        yield refusals.describe(opening, event)
    elif not refusals.is_plain_http(opening) and (fault := attempts.turned_away(event)) is not None:
        yield fault


def _offer(event: Opened) -> Iterator[Fault]:
    """Look at the names that are offered; without any header nobody knows whether there were some."""
    raw = header(event, "Sec-WebSocket-Protocol")
    names = [name for name in event.offered if _TOKEN.fullmatch(name)]
    if raw is not None and (event.offered and not all(map(str.strip, raw.split(",")))):
        yield Fault("H005", f"the header is {quoted(raw)}: an element of the list is empty")
    elif len(names) < len(event.offered):
        wrong = next(name for name in event.offered if name not in names)
        yield Fault(
            "H005",
            f"{quoted(wrong) or 'an empty text'} is not the name of a subprotocol",
            hint="separate names by commas",
        )
    if names and not _known(names):
        yield _unknown(names[:MOST_NAMED], names)
    elif not event.offered and any(side == "request" for side, _, _ in event.headers):
        how = "there is no Sec-WebSocket-Protocol" if raw is None else "Sec-WebSocket-Protocol has no name in it"
        yield Fault("H002", how)


def _unknown(first: Sequence[str], names: Sequence[str]) -> Fault:
    """Describe names of which none is known as it is written."""
    miscased = next((name for name in names if name.lower() in SUBPROTOCOLS), None)
    if miscased is not None:
        return Fault("H004", f"the station offers {miscased}", hint=f"write {miscased.lower()}")
    near = [match for name in first for match in get_close_matches(name[:40].lower(), SUBPROTOCOLS, n=1)]
    hint = f"did you mean {near[0]}?" if near else f"offer {', '.join(SUBPROTOCOLS)}"
    return Fault("H003", f"the station offers {_listed(names)}", hint=hint)


def _known(names: Sequence[str]) -> list[str]:
    return [name for name in names if name in SUBPROTOCOLS]


def _may_choose(event: Opened, chosen: str) -> bool:
    """Tell whether a choice was offered, as far as is known; the right name for a miscased one is no other."""
    if not event.offered:
        return not any(side == "request" for side, _, _ in event.headers)
    meant = {name.lower() for name in event.offered} if chosen in SUBPROTOCOLS else set()
    return chosen in event.offered or chosen in meant


def _named(name: str | None) -> str:
    return quoted(name) if name else "none"


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "none"
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return ", ".join([quoted(name) for name in names[:MOST_NAMED]] + more)
