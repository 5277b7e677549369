"""What the titles say, and an empty table: made without Textual."""

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from inspector.protocol import timestamp
from inspector.protocol.printable import visible
from inspector.store.rows import Session


def title(
    capture: str,
    listening: str,
    sessions: Sequence[Session],
    *,
    follow: bool,
    unseen: int,
    odd: Mapping[str, int] = {},
    later: str = "",
    width: int = 160,
) -> str:
    """Say which capture this is, who listens, who is connected, and whether new frames are followed.

    ``odd`` counts what befell the record, ``later`` is the file that it goes on in. Where the width is too small for
    all, what its reader knows anyway is left out.
    """
    live = sum(session.live for session in sessions)
    parts = ["OCPP Inspector", visible(capture), _befallen(odd), listening, _who(len(sessions), live)]
    parts.append(visible(f"goes on in {later}, > opens it") if later else "")
    if follow:
        parts.append("following" if live else "")
    else:
        parts.append(f"{unseen:,} new, F follows" if unseen else "")
    for known in (parts[0], listening):
        said = "  ·  ".join(part for part in parts if part)
        if cell_len(said) <= width:
            return said
        parts.remove(known)
    return "  ·  ".join(part for part in parts if part)


def _befallen(odd: Mapping[str, int]) -> str:
    """Count gaps and troubles; the sessions' pages tell more."""
    counts = [(odd.get(kind, 0), kind) for kind in ("gap", "trouble")]
    said = ", ".join(f"{count:,} {kind}{'s' if count > 1 else ''}" for count, kind in counts if count)
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
    return f"{live} open" if live else f"{sessions} session{'s' if sessions > 1 else ''}, none open"


def frames_title(session: int | None, shown: int, total: int, *, filtered: bool) -> str:
    """Say whose frames are shown, and how many of how many."""
    whose = "all sessions" if session is None else f"session {session}"
    return f"2 frames · {whose} · " + (f"{shown:,} of {total:,}" if filtered else f"{shown:,}")


def why_empty(session: Session | None, total: int, *, trouble: bool) -> str:
    """Say why a table has no frame: the chosen session is None for all of them."""
    if trouble:
        return "the capture can't be read"
    if total:
        return "no frame passes the filter"
    over = session is not None and not session.live
    return "no frame came through" if over else "nothing yet: waiting for a station to connect"
