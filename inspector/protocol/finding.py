"""A finding: what a rule says of a frame or a session, and the table row that explains its code."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How bad: ``error`` breaks the standard, ``warning`` may, ``info`` is only odd."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Blame(StrEnum):
    """Whose fault a finding is, or who ended a session; the operator only does the latter."""

    STATION = "station"
    CSMS = "csms"
    NETWORK = "network"
    PROXY = "proxy"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rule table: a code and all that is to be said of it.

    ``blame`` is whose fault it always is, None where it is that of the frame's sender.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    fix: str
    spec: str
    blame: Blame | None = None


HERE = 0
"""Stands for the number of the frame at hand; frames count from 1."""


class Fault(NamedTuple):
    """What a check found, before it is known whose frame it was.

    ``pointer`` is an RFC 6901 pointer into the whole frame; ``offset`` is in bytes of it. ``frame`` is the number of
    the frame it is about, None for the session; ``blame`` says whose fault it is where neither the rule's row nor
    the frame's sender does.
    """

    code: str
    message: str
    pointer: str = ""
    hint: str = ""
    offset: int | None = None
    frame: int | None = HERE
    blame: Blame | None = None


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
