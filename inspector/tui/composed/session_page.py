"""The page about a session: how it ended, what is wrong with it, and how it came to be. Made without Textual."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise, repeat
from typing import NamedTuple

from inspector.protocol import timestamp
from inspector.protocol.event import Control, Tls
from inspector.protocol.finding import Blame
from inspector.protocol.knowledge.close_codes import meaning
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.protocol.version import Party
from inspector.store.reader import Reader
from inspector.store.rows import EventRow, FindingRow, Session
from inspector.tui.composed.lines import Line, clock, ending, finding_lines, rule, wrap

LABEL = 14
"""Columns of a label."""

MOST_REASON = 1000
"""Characters of a close reason that are shown."""

MOST_ODDITIES = 5
"""Violations, gaps and troubles that are shown, the newest."""

SLOW_NS = 1_000_000_000
"""From here on, a step on the way to a session catches the eye."""

DAY_NS = 86_400 * 1_000_000_000
SOON_NS = 30 * DAY_NS
"""A certificate that ends within this time after the session began catches the eye."""

Row = tuple[str, Line]


class About(NamedTuple):
    """What the capture holds about a session beside its row; of events the newest, and those first."""

    findings: Sequence[FindingRow] = ()
    oddities: Sequence[EventRow] = ()
    pings: Sequence[EventRow] = ()
    closes: Sequence[EventRow] = ()
    first_ns: int | None = None


def read_about(reader: Reader, session: Session) -> About:
    """Read what there is about a session. Raises :class:`InspectorError`."""
    first = reader.place(session.id, 1)
    return About(
        reader.own_findings(session=session.id).get(session.id, []),
        reader.last_oddities(MOST_ODDITIES + 1, session=session.id),
        reader.last_controls(session.id, Control.PING) if session.pings else [],
        reader.last_controls(session.id, Control.CLOSE) if session.closed_ns is not None else [],
        first[1] if first else None,
    )


def capture_page(oddities: Sequence[EventRow], width: int) -> list[Line]:
    """Lay out what befell all sessions lately, given the newest first; nothing for nothing."""
    lines = list(odd_lines(oddities, width, named=True))
    return [rule("capture", width), *lines] if lines else []


def session_page(session: Session, about: About, width: int) -> list[Line]:
    """Lay out a session: only what there is to tell."""
    parts = [
        [rule(f"session {session.id}", width)],
        _lay_out(_end(session, about.closes), width),
        (line for each in about.findings for line in finding_lines(each, 0, width)),
        [()],
        _lay_out(_beginning(session, about.first_ns), width),
        _lay_out(_course(session, about.pings), width),
        odd_lines(about.oddities, width),
    ]
    return list(chain.from_iterable(parts))


def odd_lines(oddities: Sequence[EventRow], width: int, *, named: bool = False) -> Iterator[Line]:
    """Lay out violations, gaps and troubles, given the newest first; ``named`` says whose each one is."""
    for event in reversed(oddities[:MOST_ODDITIES]):
        sender = f" of the {event.sender.label}" if event.sender else ""
        whose = f"session {event.session}: " if named and event.session is not None else ""
        line: Line = ((f"{_SIGNS[event.kind]} {event.kind}{sender}: ", _STYLES[event.kind]),)
        yield from _row((clock(event.time_ns)[:8], (*line, (visible(f"{whose}{event.what}"), ""))), width)
    if len(oddities) > MOST_ODDITIES:
        yield from _row(("", (("and earlier ones", "dim"),)), width)


_SIGNS = {"violation": "✖", "gap": "⚠", "trouble": "⚠"}
_STYLES = {"violation": "error", "gap": "warning", "trouble": "warning"}


def _lay_out(rows: Iterator[Row], width: int) -> Iterator[Line]:
    return chain.from_iterable(_row(row, width) for row in rows)


def _row(row: Row, width: int) -> Iterator[Line]:
    """Lay out a label and what it says, which is wrapped beside it."""
    label, value = row
    for head, piece in zip(chain([label], repeat("")), wrap(value, width - LABEL), strict=False):
        yield ((head.ljust(LABEL), "dim"), *piece)


def _end(session: Session, closes: Sequence[EventRow]) -> Iterator[Row]:
    words, style = ending(session, MOST_REASON)
    if session.closed_ns is None:
        last = f" · last frame at {clock(session.last_ns)}" if session.frames else ""
        yield "now" if session.live else "end", ((words, style), (last, "dim"))
        return
    line: Line = ((words, style if style == "error" else "strong"),)
    if session.close_code is not None and session.closed_by is not Blame.OPERATOR:  # who knows what was meant by it
        line += ((f" · {_meaning(session.close_code)}", "dim"),)
    yield "end", line
    at = clock(session.closed_ns)
    if session.http_status == 101:
        at += f" after {timestamp.span(session.closed_ns - session.opened_ns)}"
        at += f", the last {timestamp.span(session.silence_ns)} silent" if session.silence_ns is not None else ""
    yield "at", ((at, ""),)
    if closes:
        said = [f"{_whose(event)} {clock(event.time_ns)} {_closing(event.raw)}" for event in reversed(closes)]
        yield "close frames", ((", ".join(said), ""),)


_ORDERLY = {
    1000: "a normal end",
    1001: "it goes away",
    1005: "a close frame without a code",
    1006: "no close frame came",
}
"""What the codes of ends mean that nobody must act upon, and the one that stands for no code at all."""


def _meaning(code: int) -> str:
    return _ORDERLY.get(code) or meaning(code).words


def _whose(event: EventRow) -> str:
    return event.sender.label if event.sender else ""


def _closing(payload: bytes) -> str:
    """Write the payload of a close frame: its code and reason (RFC 6455 section 5.5.1)."""
    code = str(int.from_bytes(payload[:2], "big")) if len(payload) > 1 else "without a code"
    return visible(f"{code} {payload[2:].decode('utf-8', 'backslashreplace')}".strip())


def _beginning(session: Session, first_ns: int | None) -> Iterator[Row]:
    """Tell where it came from, where it went, and what was agreed."""
    day = timestamp.write(session.opened_ns)[:10]
    yield "station", ((visible(session.station or "no id"), "strong"), (f" from {visible(session.peer or '?')}", ""))
    if session.path:
        yield "path", ((visible(session.path), ""),)
    if session.upstream:
        yield "CSMS", ((visible(session.upstream), ""),)
    yield "began", (("".join((day, " ", clock(session.opened_ns))), ""),)
    first = [] if first_ns is None else [("first frame", first_ns)]
    if session.times or first:
        yield "steps", tuple(_steps([*(session.times or [("began", session.opened_ns)]), *first]))
    if session.continues is not None:
        before = session.continues
        yield "goes on from", ((visible(f"{before.capture}, session {before.session}"), ""),)
    yield from _agreed("subprotocol", session.offered, session.subprotocol)
    offered, chosen = (_header(session, side, "sec-websocket-extensions") for side in ("request", "response"))
    if offered or chosen:
        yield from _agreed("extensions", (offered,) if offered else (), chosen or None)
    for leg in session.tls:
        yield from _encryption(leg, session.opened_ns)


def _steps(steps: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Write what was done on the way, each with how long it took."""
    yield _step(steps[0][0]), ""
    for (_, before_ns), (step, time_ns) in pairwise(steps):
        took_ns = time_ns - before_ns
        took = f"{took_ns / 1e6:.0f} ms" if took_ns < SLOW_NS else timestamp.span(took_ns)
        yield " → ", "dim"
        yield f"{took} ", "dim" if took_ns < SLOW_NS else "warning"
        yield _step(step), ""


def _step(name: str) -> str:
    return _STEPS.get(name, visible(name, 40))


_STEPS = {"encrypted": "TLS", "upstream connected": "CSMS connected", "upstream encrypted": "CSMS TLS"}
"""How the steps are called here, where that is shorter."""


def _agreed(what: str, offered: Sequence[str], chosen: str | None) -> Iterator[Row]:
    """Say what was chosen of what was offered."""
    among = ", ".join(offered) or "nothing"
    if chosen is None:
        yield what, (("none chosen", "warning" if offered else ""), (visible(f", {among} offered"), "dim"))
    elif (chosen,) == tuple(offered):
        yield what, ((visible(chosen), ""),)
    else:
        yield what, ((visible(chosen), ""), (visible(f", offered: {among}"), "dim"))


def _header(session: Session, side: str, name: str) -> str:
    return ", ".join(value for where, key, value in session.headers if where == side and key.lower() == name)


def _encryption(leg: Tls, opened_ns: int) -> Iterator[Row]:
    """Tell how a leg is encrypted, and who showed which certificate."""
    server, client = ("proxy", "station") if leg.leg is Party.STATION else ("CSMS", "proxy")
    asked = f", asked for {leg.sni}" if leg.sni else ""
    yield f"TLS {leg.leg.label}", ((visible(f"{leg.version} {leg.cipher}{asked}"), ""),)
    if leg.certificate or leg.certificate_ends_ns is not None:
        shown: Line = ((visible(leg.certificate), ""),)
        yield f"{server} shows", (*shown, *_expiry(leg.certificate_ends_ns, opened_ns))
    if leg.client_certificate:
        yield f"{client} shows", ((visible(leg.client_certificate), ""),)


def _expiry(ends_ns: int | None, opened_ns: int) -> Line:
    if ends_ns is None:
        return ()
    left_ns = ends_ns - opened_ns
    day = timestamp.write(ends_ns)[:10]
    if left_ns < 0:
        return ((f" expired on {day}", "error"),)
    return ((f" until {day}", "warning" if left_ns < SOON_NS else "dim"),)


def _course(session: Session, pings: Sequence[EventRow]) -> Iterator[Row]:
    """Tell what passed beside frames, and what is missing."""
    if session.pings:
        yield "pings", ((f"{session.pings:,}{_last_ping(pings)}", ""),)
    elif session.hears_pings:
        yield "pings", (("none", "dim"),)
    if session.violations:
        yield "violations", ((f"✖ {session.violations:,}", "error"),)
    if session.lost:
        yield "missing", ((f"⚠ {plural(session.lost, 'frame')} not in the record", "warning"),)


def _last_ping(pings: Sequence[EventRow]) -> str:
    """Say who sent the last ping and when, and how long after the one before of the same side."""
    if not pings:
        return ""
    last = pings[0]
    before = next((ping for ping in pings[1:] if ping.sender == last.sender), None)
    after = f", {timestamp.span(last.time_ns - before.time_ns)} after the one before" if before else ""
    return f", the last by the {_whose(last)} at {clock(last.time_ns)[:8]}{after}"
