"""Rows of the capture as they are read: what no recorder wrote is refused."""

import json
import re
from dataclasses import dataclass
from typing import Any

from inspector.protocol.context import PATIENCE_NS
from inspector.protocol.event import Origin, Tls
from inspector.protocol.finding import Blame, Severity
from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party, Version
from inspector.store.schema import SESSION_COLUMNS


@dataclass(frozen=True, slots=True)
class Session:
    """A row of the table ``session``. Times are Unix nanoseconds; ``patience_ns`` is how long a CALL may wait."""

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

    @property
    def live(self) -> bool:
        """Whether it is open, as far as the capture knows."""
        return self.closed_ns is None


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


def session_of(row: tuple[Any, ...]) -> Session:
    """Make a session of its columns. Raises ValueError or TypeError."""
    fields = dict(zip(SESSION_COLUMNS, row, strict=True))
    fields["version"] = fields["version"] and Version(fields["version"])
    fields["closed_by"] = fields["closed_by"] and Blame(fields["closed_by"])
    fields["offered"] = tuple(json.loads(fields["offered"]))
    fields["headers"] = tuple(tuple(header) for header in json.loads(fields["headers"]))
    fields["tls"] = tuple(_tls_of(leg) for leg in json.loads(fields["tls"]))
    return Session(**fields)


def _tls_of(leg: Any) -> Tls:
    fields = dict(leg)
    made = Tls(**{**fields, "leg": Party(str(fields.get("leg")))})
    if not (isinstance(made.version, str) and isinstance(made.cipher, str)):
        raise TypeError("how a leg is encrypted is no text")
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
