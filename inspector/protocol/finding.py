"""A finding: what a rule says of a frame or a session, and the table row that explains its code."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad: ``error`` breaks the standard, ``warning`` may, ``info`` is only odd."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Blame(StrEnum):
    """Whose fault a finding is."""

    STATION = "station"
    CSMS = "csms"
    NETWORK = "network"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table: a code and all that is to be said of it."""

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    fix: str
    spec: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found, before it is known whose frame it was.

    ``pointer`` is an RFC 6901 pointer into the whole frame; ``offset`` is in bytes, where the text is not JSON.
    """

    code: str
    message: str
    pointer: str = ""
    hint: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with its severity, its blame and the frame it is about.

    ``frame`` is the frame's number within its session, None when the finding is about the session.
    """

    code: str
    severity: Severity
    blame: Blame
    message: str
    pointer: str = ""
    hint: str = ""
    offset: int | None = None
    frame: int | None = None
