"""The keys that ask for what the capture keeps of a frame in columns of its own."""

import operator
from typing import ClassVar

from inspector.protocol import actions, event
from inspector.protocol.finding import Severity
from inspector.protocol.frame import MessageType
from inspector.protocol.rules import TABLE
from inspector.protocol.version import Party
from inspector.protocol.version import Version as Versions
from inspector.store.filter import Where
from inspector.store.filter.term import ORDERED, Asked, Term, any_of, both, either, like, meant, pattern


class Station(Term):
    """``station:CP-*``."""

    key, help, examples = "station", "the station's id", ("station:CP-017", "station:CP-*")

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match frames of the stations' sessions, in any case."""
        return _of_sessions(Where("station LIKE ? ESCAPE '\\'", (pattern(asked.value),)))


class InSession(Term):
    """``session:3``."""

    key, help, examples = "session", "the session's number", ("session:3", "session>=10")
    operators = ORDERED

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the number of the session."""
        if not (asked.value.isascii() and asked.value.isdecimal()):
            raise ValueError("session is a number, such as session:3")
        return Where(f"frame.session {asked.comparison} ?", (int(asked.value[:18]),))


class Action(Term):
    """``action:Boot*``."""

    key, help = "action", "the action, also of answers"
    examples = ("action:BootNotification", "action:*Transaction*")
    values = tuple(sorted({name for version in Versions for name in actions.table(version)}))

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the action in its own spelling, however it was typed."""
        known = {name.lower(): name for name in cls.values}
        where = like("frame.action", known.get(asked.value.lower(), asked.value))
        if "*" in asked.value:
            return where
        return Where(f"likely({where.sql})", where.parameters)  # else it is preferred to a session's own index


class Sender(Term):
    """``sender:station``."""

    key, help, examples = "sender", "who sent it", ("sender:station", "sender:csms")
    values = tuple(Party)

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the sending party."""
        return any_of("frame.sender", cls.choose(asked.value))


class Type(Term):
    """``type:CALLERROR``."""

    key, help, examples = "type", "the message type", ("type:CALL", "type:*ERROR", "type:INVALID")
    values = tuple(kind.name for kind in MessageType)

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the message type by name."""
        return any_of("frame.type", [int(MessageType[name]) for name in cls.choose(asked.value)])


class Id(Term):
    """``id:19223201``."""

    key, help, examples = "id", "the message id", ("id:19223201", "id:a91f*")

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the message id."""
        return like("frame.message_id", asked.value)


class Code(Term):
    """``code:S104``."""

    key, help, examples = "code", "frames with a finding of this code", ("code:S104", "code:R*")
    values = tuple(TABLE)

    @classmethod
    def choose(cls, value: str) -> list[str]:
        """Return the codes that match; there are too many to list them when none does."""
        try:
            return super().choose(value)
        except ValueError:
            raise ValueError(f"there is no code {value}{meant(value, cls.values)}") from None

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match frames that have such a finding: among those with problems, if the code is of one."""
        codes = cls.choose(asked.value)
        found = any_of("code", codes)
        has_it = Where(f"{_HAS_FINDING} {found.sql})", found.parameters)
        return both([Where(_BAD), has_it]) if _INFOS.isdisjoint(codes) else has_it


class OfSeverity(Term):
    """``severity>=warning``."""

    key, help, examples = "severity", "frames with a finding of this severity", ("severity:error", "severity>=warning")
    values = tuple(reversed(Severity))
    operators = ORDERED
    _CONDITIONS: ClassVar[dict[str, str]] = {
        Severity.ERROR: "frame.errors > 0",
        Severity.WARNING: "frame.warnings > 0",
    }

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match frames by their findings, errors and warnings through the partial index."""
        chosen = _compared(cls.choose(asked.value), cls.values, asked.comparison)
        if not chosen:
            raise ValueError(f"no severity is {asked.operator} {asked.value}")
        bad = " OR ".join(cls._CONDITIONS[name] for name in chosen if name in cls._CONDITIONS)
        if Severity.INFO not in chosen:
            return Where(f"({_BAD} AND ({bad}))")
        info = Where(f"{_HAS_FINDING} severity = 'info')")
        return either([Where(f"({_BAD} AND ({bad}))"), info]) if bad else info


class Version(Term):
    """``version:2.0.1``."""

    key, help, examples = "version", "the OCPP version of its session", ("version:1.6", "version:2*")
    values = tuple(Versions)

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match frames of sessions of these versions."""
        return _of_sessions(any_of("version", cls.choose(asked.value)))


class Origin(Term):
    """``origin:edited``."""

    key, help = "origin", "how it came, or its session"
    examples = ("origin:wire", "origin:injected", "!origin:draft")
    _SESSIONS = ("live", "import", "draft", "run")
    values = (*event.Origin, *_SESSIONS)

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the origin of the frame, or that of its session."""
        chosen = cls.choose(asked.value)
        own, of_session = ([each for each in chosen if (each in cls._SESSIONS) is which] for which in (False, True))
        parts = [any_of("frame.origin", own)] * bool(own)
        parts += [_of_sessions(any_of("origin", of_session))] * bool(of_session)
        return either(parts)


class Marked(Term):
    """``marked``, which may stand alone."""

    key, help, examples = "marked", "frames with a mark", ("marked", "!marked")
    values = ("yes", "no")

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match frames that somebody marked, or nobody."""
        chosen = cls.choose(asked.value)
        if len(chosen) == len(cls.values):
            return Where("1")
        return Where(f"frame.id {'NOT ' * (chosen == ['no'])}IN (SELECT frame FROM mark)")


_BAD = "frame.errors + frame.warnings > 0"
"""The very words of the index ``frame_bad``: without them SQLite does not use it."""

_HAS_FINDING = (
    "EXISTS (SELECT 1 FROM finding WHERE finding.session = frame.session AND finding.frame = frame.number AND"
)


_INFOS = {code for code, rule in TABLE.items() if rule.severity is Severity.INFO}
"""The codes of findings that a frame's own columns do not count."""


def _of_sessions(where: Where) -> Where:
    return Where(f"frame.session IN (SELECT id FROM session WHERE {where.sql})", where.parameters)


def _compared(chosen: list[str], values: tuple[str, ...], sign: str) -> list[str]:
    """Return the values that compare so with one of the chosen; they are in their order, the least first."""
    places = [values.index(name) for name in chosen]
    compare = _COMPARISONS[sign]
    return [name for place, name in enumerate(values) if any(compare(place, each) for each in places)]


_COMPARISONS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
