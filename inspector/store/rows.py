"""Rows of the capture as they are read: what no recorder wrote is refused."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Control, Controlled, Noted, Origin, Tls, Violated
from inspector.protocol.finding import Blame, Severity
from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party, Version
from inspector.store.entries import Place
from inspector.store.liveness import is_gone
from inspector.store.schema import SESSION_COLUMNS

OPAQUE = "; nothing that came after it can be read"
"""What is added to the words about a violation after which its sender can't be understood any more."""


@dataclass(frozen=True, slots=True)
class Session:
    """A row of the table ``session``. Times are Unix nanoseconds; ``patience_ns`` is how long a CALL may wait.

    ``silence_ns`` is the silence before the end, ``continues`` and ``continued_in`` are its rows in the files before
    and after this one, ``name`` is what a draft or a run is called. It is ``abandoned`` if its end is not recorded and
    nobody is there any more to do so.
    """

    id: int
    station: str
    path: str
    version: Version | None
    offered: tuple[str, ...]
    subprotocol: str | None
    peer: str
    upstream: str
    origin: str
    source: int | None
    opened_ns: int
    closed_ns: int | None
    close_code: int | None
    close_reason: str | None
    closed_by: Blame | None
    http_status: int | None
    headers: tuple[tuple[str, str, str], ...]
    tls: tuple[Tls, ...]
    last_ns: int
    frames: int
    errors: int
    warnings: int
    tool: str
    patience_ns: int = PATIENCE_NS
    times: tuple[tuple[str, int], ...] = ()
    hears_pings: bool = False
    silence_ns: int | None = None
    continues: Place | None = None
    continued_in: Place | None = None
    pings: int = 0
    violations: int = 0
    lost: int = 0
    name: str = ""
    abandoned: bool = False

    @property
    def live(self) -> bool:
        """Whether it is open and being recorded, as far as the capture knows."""
        return self.closed_ns is None and not self.abandoned


@dataclass(frozen=True, slots=True)
class FrameRow:
    """A row of the table ``frame``; ``answers`` is the id of the CALL's frame."""

    id: int
    session: int
    number: int
    time_ns: int
    sender: Party
    type: MessageType
    message_id: str | None
    action: str | None
    answers: int | None
    latency_ns: int | None
    origin: Origin
    errors: int
    warnings: int
    masked: int
    raw: str | bytes


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row of the table ``finding``; ``frame`` is the frame's number in its session."""

    session: int
    frame: int | None
    code: str
    severity: Severity
    blame: Blame
    pointer: str
    message: str
    hint: str
    offset: int | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of the table ``event``: ``kind`` is a control frame's, ``violation``, ``gap`` or ``trouble``."""

    id: int
    session: int | None
    time_ns: int
    sender: Party | None
    kind: str
    what: str
    raw: bytes

    @property
    def event(self) -> Controlled | Violated | Noted:
        """What happened, as it was told."""
        if self.sender is None:
            return Noted(self.time_ns, self.kind, self.what)
        if self.kind == VIOLATION:
            what = self.what.removesuffix(OPAQUE)
            return Violated(self.time_ns, self.sender, what, self.raw, self.what.endswith(OPAQUE))
        return Controlled(self.time_ns, self.sender, Control(self.kind), self.raw)


VIOLATION = "violation"


def session_of(row: tuple[Any, ...]) -> Session:
    """Make a session of its columns. Raises ValueError or TypeError."""
    fields = dict(zip(SESSION_COLUMNS, row, strict=True))
    fields["version"] = fields["version"] and Version(fields["version"])
    fields["closed_by"] = fields["closed_by"] and Blame(fields["closed_by"])
    fields["offered"] = _words_of(fields["offered"])
    fields["headers"] = _headers_of(fields["headers"])
    fields["tls"] = _legs_of(fields["tls"])
    fields["times"] = tuple((str(step), int(time_ns)) for step, time_ns in _words_of(fields["times"]))
    fields["hears_pings"] = bool(fields["hears_pings"])
    for name in ("continues", "continued_in"):
        fields[name] = fields[name] and _place_of(json.loads(fields[name]))
    writer = fields.pop("writer")
    return Session(**fields, abandoned=fields["closed_ns"] is None and is_gone(writer))


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


@lru_cache(maxsize=256)
def _headers_of(text: str) -> tuple[tuple[str, ...], ...]:
    """Read headers; those of a station are the same each time it comes, and captures may have thousands of sessions."""
    return tuple(tuple(header) for header in json.loads(text))


@lru_cache(maxsize=256)
def _legs_of(text: str) -> tuple[Tls, ...]:
    return tuple(_tls_of(leg) for leg in json.loads(text))


def _place_of(value: Any) -> Place:
    capture, session = value
    return Place(str(capture), int(session))


def event_of(row: tuple[Any, ...]) -> EventRow:
    """Make an event of its columns. Raises ValueError or TypeError."""
    values = list(row)
    values[3], values[5], values[6] = row[3] and Party(row[3]), row[5] or "", row[6] or b""
    found = EventRow(*values)
    if found.kind not in _KINDS or (found.sender is None) != (found.kind in RECORDERS):
        raise ValueError(f"{found.kind[:20]!r} is no kind of event of {found.sender or 'the recorder'}")
    return found


RECORDERS = ("gap", "trouble")
"""What the recorder says of itself."""

_KINDS = (*Control, VIOLATION, *RECORDERS)


def _tls_of(leg: Any) -> Tls:
    fields = dict(leg)
    made = Tls(**{**fields, "leg": Party(str(fields.get("leg")))})
    if not (isinstance(made.version, str) and isinstance(made.cipher, str)):
        raise TypeError("how a leg is encrypted is no text")
    if not all(isinstance(words, str) for words in (made.sni, made.certificate, made.client_certificate)):
        raise TypeError("what a leg shows of its certificates is no text")
    if not isinstance(made.certificate_ends_ns, int | None):
        raise TypeError("the end of a certificate is no time")
    return made


def frame_of(row: tuple[Any, ...]) -> FrameRow:
    """Make a frame of its columns, the id of its CALL in place of the number. Raises ValueError or TypeError."""
    values = list(row)
    values[4], values[5], values[10] = Party(row[4]), MessageType(row[5]), Origin(row[10])
    frame = FrameRow(*values)
    if not isinstance(frame.raw, str | bytes):
        raise TypeError(f"the raw text of frame {frame.id} is none")
    return frame


def finding_of(row: tuple[Any, ...]) -> FindingRow:
    """Make a finding of its columns. Raises ValueError or TypeError."""
    values = list(row)
    values[3], values[4] = Severity(row[3]), Blame(row[4])
    found = FindingRow(*values)
    if not _CODE.fullmatch(found.code):
        raise ValueError(f"{found.code[:20]!r} is no code of a rule")
    return found


_CODE = re.compile(r"[A-Z]\d{3}")
