"""H0: the handshake. What the station offers and who it says it is, and what the CSMS makes of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from inspector.protocol.context import Context
from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.knowledge import attempts, identity, refusals
from inspector.protocol.knowledge.close_codes import OURS
from inspector.protocol.knowledge.identity import header, quoted
from inspector.protocol.knowledge.refusals import SWITCHED
from inspector.protocol.knowledge.remembered import remembered
from inspector.protocol.rules.family import Family
from inspector.protocol.version import SUBPROTOCOLS, Party, Version

_OFFER = "OCPP-J 1.6 section 3.1.2, OCPP 2.x part 4 section 3.1.2"
_CHOICE = "OCPP-J 1.6 section 3.2, OCPP 2.x part 4 section 3.2"
_URL = "OCPP-J 1.6 section 3.1.1, OCPP 2.x part 4 section 3.1.1"
_USER = "OCPP 1.6 security whitepaper and OCPP 2.x part 2, A00.FR.204"

RULES = (
    Rule(
        "H001",
        "guessed-version",
        Severity.WARNING,
        "No known subprotocol was negotiated; the version is guessed from the payloads.",
        "Without ocpp1.6, ocpp2.0.1 or ocpp2.1 in Sec-WebSocket-Protocol many servers refuse the station,"
        " and both sides may think of different versions.",
        "Set the subprotocol on the side that leaves it out.",
        "OCPP-J 1.6 section 3.2, OCPP 2.x part 4 section 3.2",
    ),
    Rule(
        "H002",
        "no-subprotocol-offered",
        Severity.ERROR,
        "The station offers no subprotocol.",
        "The CSMS can't tell which OCPP it speaks; many refuse the handshake or close at once.",
        "Send Sec-WebSocket-Protocol with the versions the station speaks, such as ocpp1.6.",
        _OFFER,
        Blame.STATION,
    ),
    Rule(
        "H003",
        "unknown-subprotocol-offered",
        Severity.WARNING,
        "None of the offered subprotocols is that of OCPP 1.6, 2.0.1 or 2.1.",
        "A CSMS that speaks only those refuses the station. It may be a misspelling, or an older or a private version.",
        "Offer ocpp1.6, ocpp2.0.1 or ocpp2.1, spelt exactly so.",
        _OFFER,
        Blame.STATION,
    ),
    Rule(
        "H004",
        "miscased-subprotocol",
        Severity.WARNING,
        "A subprotocol is offered in other letters than the registered name's.",
        "The registered names are in lower case; some servers compare letter by letter and refuse the station,"
        " others do not mind.",
        "Write it in lower case.",
        _OFFER,
        Blame.STATION,
    ),
    Rule(
        "H005",
        "broken-subprotocol-list",
        Severity.WARNING,
        "The list of subprotocols has an empty element or something that is no name.",
        "A sender must not write such a list, and a receiver should skip what is empty; some refuse all of it.",
        "Write names and commas only: ocpp2.0.1, ocpp1.6.",
        "RFC 6455 section 4.1, RFC 9110 section 5.6.1",
        Blame.STATION,
    ),
    Rule(
        "H006",
        "several-subprotocols",
        Severity.INFO,
        "The station offers several subprotocols, and the one in use is not the one it likes best.",
        "The list is in the order of preference; the session runs on an older version than the station can speak,"
        " or on none.",
        "If the first was meant, let the CSMS accept it.",
        "RFC 6455 section 4.1, OCPP 2.x part 4 section 3.1.3",
        Blame.CSMS,
    ),
    Rule(
        "H007",
        "no-subprotocol-chosen",
        Severity.ERROR,
        "The CSMS chose none of the offered subprotocols and let the session go on.",
        "A CSMS that agrees to none must close at once; a station that goes by the book does so itself.",
        "Let the CSMS answer with one of the offered names in Sec-WebSocket-Protocol.",
        _CHOICE,
        Blame.CSMS,
    ),
    Rule(
        "H008",
        "unoffered-subprotocol-chosen",
        Severity.ERROR,
        "The CSMS chose a subprotocol that the station did not offer.",
        "A client must fail such a connection.",
        "Let the CSMS answer with exactly one of the offered names.",
        "RFC 6455 section 4.1",
        Blame.CSMS,
    ),
    Rule(
        "H009",
        "handshake-refused",
        Severity.WARNING,
        "The handshake was refused, or nobody answered it.",
        "The station stays offline. The status tells the likely cause, not the certain one.",
        "Do what the hint says; the log of the side that refused tells more.",
        _CHOICE + ", RFC 9110 section 15",
    ),
    Rule(
        "H010",
        "identity-missing",
        Severity.WARNING,
        "The path of the connection does not end in the station's identity.",
        "The CSMS can't tell the stations apart, or takes another part of the path for the identity.",
        "Put a slash and the identity behind the URL of the endpoint, and nothing behind that.",
        _URL,
        Blame.STATION,
    ),
    Rule(
        "H011",
        "odd-path",
        Severity.WARNING,
        "The path is encoded or put together in a way that servers read differently.",
        "One server finds the identity in it, another answers 404 or knows the station by another name.",
        "Join endpoint and identity with one slash, and percent-encode what a URL can't hold as it is, once.",
        _URL + ", RFC 3986 sections 2 and 3.3",
        Blame.STATION,
    ),
    Rule(
        "H012",
        "user-is-not-identity",
        Severity.ERROR,
        "The user of Basic Auth is not the identity in the path.",
        "The CSMS refuses the station, or books it under another's name.",
        "Set the station's identity as the user.",
        _USER,
        Blame.STATION,
    ),
    Rule(
        "H013",
        "user-in-other-case",
        Severity.WARNING,
        "The user of Basic Auth and the identity in the path differ in upper and lower case only.",
        "To some a station is the same in any case (2.x: identifierString), others refuse it.",
        "Write both alike.",
        _USER,
        Blame.STATION,
    ),
    Rule(
        "H014",
        "version-probe",
        Severity.INFO,
        "The station tried another subprotocol on a short connection without a frame before this one.",
        "A CSMS that remembers the version of the first connection judges the second by the wrong schemas.",
        "Nothing, if the CSMS takes the version of each connection by itself.",
        _OFFER,
        Blame.STATION,
    ),
)

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
