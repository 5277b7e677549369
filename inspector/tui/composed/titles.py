"""What the titles say, and an empty table: made without Textual."""

from collections.abc import Mapping, Sequence

from inspector.protocol import timestamp
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.store.rows import Session


def title(
    capture: str,
    listening: str,
    sessions: Sequence[Session] | None,
    *,
    follow: bool,
    unseen: int,
    odd: Mapping[str, int] = {},
    later: str = "",
) -> list[list[str]]:
    """Say which capture this is, who listens, who is connected, and whether new frames are followed.

    Returns the parts of it, and then those without what its reader knows anyway. ``odd`` counts what befell the
    record, ``later`` is the file that it goes on in; the sessions are None until they have been read.
    """
    live = sum(session.live for session in sessions or ())
    who = "" if sessions is None else _who(len(sessions), live)
    parts = [visible(capture), _befallen(odd), listening, who]
    parts.append(visible(f"goes on in {later}, > opens it") if later else "")
    if follow:
        parts.append("following" if live else "")
    else:
        parts.append(f"{unseen:,} new, F follows" if unseen else "")
    known = {listening} if live or not sessions else {listening, who}
    return [[NAME, *parts], parts, [part for part in parts if part not in known]]


NAME = "OCPP Inspector"


def _befallen(odd: Mapping[str, int]) -> str:
    """Count gaps and troubles; the sessions' pages tell more."""
    counts = [(odd.get(kind, 0), kind) for kind in ("gap", "trouble")]
    said = ", ".join(plural(count, kind) for count, kind in counts if count)
    return f"⚠ {said}" if said else ""


def in_trouble(what: str, since_ns: int) -> str:
    """Say that the record is in trouble."""
    return visible(f"⚠ the record is in trouble since {_time(since_ns)}: {what} · traffic goes on")


def well_again(what: str, since_ns: int, until_ns: int) -> str:
    """Say that a trouble is over."""
    return visible(f"✓ recording again since {_time(until_ns)}; in trouble from {_time(since_ns)} on: {what}")


def ended(why: str, time_ns: int) -> str:
    """Say that the proxy is gone."""
    return visible(f"⚠ the proxy ended at {_time(time_ns)}, no station can connect: {why}")


def unreadable(why: str) -> str:
    """Say that what is shown may be old."""
    return visible(f"⚠ {why}")


def _time(time_ns: int) -> str:
    return f"{timestamp.write(time_ns)[11:19]} UTC"


def _who(sessions: int, live: int) -> str:
    if not sessions:
        return "nobody connected"
    return f"{live} open" if live else f"{plural(sessions, 'session')}, none open"


def frames_title(whose: str, shown: int, total: int, *, filtered: bool, hidden: Sequence[str] = ()) -> str:
    """Say whose frames are shown, how many of how many, and what is hidden beside what the filter leaves out."""
    count = f"{shown:,} of {total:,}" if filtered else f"{shown:,}"
    return " · ".join(("2 frames", whose, count, *hidden))


def counted(what: str, drafts: int, runs: int = 0) -> str:
    """Say what a table has, and what of the capture is not counted in it."""
    parts = [plural(count, word) for count, word in ((drafts, "draft"), (runs, "run")) if count]
    return f"{what} · without {' and '.join(parts)}" if parts else what


def why_empty(session: Session | None, total: int, *, trouble: bool, listening: str = "") -> str:
    """Say why a table has no frame: the chosen session is None for all of them."""
    if trouble:
        return "the capture can't be read"
    if total:
        return "no frame passes the filter; esc clears it"
    if session is not None and not session.live:
        return "no frame came through"
    if listening:
        return f"waiting for a station to connect to {listening}\n{_POINT_AT.format(listening)}"
    return f"nothing yet: waiting for a station\n{_RECORD}"


_POINT_AT = "\nGive the station {}/ID as the address of its CSMS, ID being its own.\n? shows the keys."
_RECORD = "\nNobody may be recording: ocpp-inspector proxy does, into this file with --capture.\n? shows the keys."
