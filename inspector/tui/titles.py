"""What the titles say, and an empty table: made without Textual."""

from collections.abc import Sequence

from inspector.protocol.printable import visible
from inspector.store.rows import Session


def title(capture: str, listening: str, sessions: Sequence[Session], *, follow: bool, unseen: int) -> str:
    """Say which capture this is, who listens, who is connected, and whether new frames are followed."""
    live = sum(session.live for session in sessions)
    parts = ["OCPP Inspector", visible(capture), listening, _who(len(sessions), live)]
    if follow:
        parts.append("following" if live else "")
    else:
        parts.append(f"{unseen:,} new, F follows" if unseen else "")
    return "  ·  ".join(part for part in parts if part)


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
