"""The keys of the filter language: one small class each, with its help and its SQL."""

from fnmatch import fnmatchcase
from typing import ClassVar

from inspector.protocol import actions, event
from inspector.protocol.frame import MessageType
from inspector.protocol.rules import TABLE
from inspector.protocol.version import Party, Version
from inspector.store.filter import Where


def like(column: str, value: str) -> Where:
    """Match a column: exactly, or with ``*`` as any text."""
    if "*" not in value:
        return Where(f"{column} = ?", (value,))
    return Where(f"{column} LIKE ? ESCAPE '\\'", (escape(value).replace("*", "%"),))


def escape(value: str) -> str:
    """Take the meaning from the characters that LIKE reads."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class Term:
    """A key of the language. ``where`` raises ValueError, whose text tells what may be written."""

    key: ClassVar[str]
    help: ClassVar[str]
    values: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def where(cls, value: str) -> Where:
        """Return the condition for a value."""
        raise ValueError(f"{cls.key}: can't be filtered by {value}")

    @classmethod
    def choose(cls, value: str) -> list[str]:
        """Return the values that match; raise ValueError when none does."""
        found = [known for known in cls.values if fnmatchcase(known.lower(), value.lower())]
        if not found:
            raise ValueError(f"{cls.key} is one of {', '.join(cls.values)}")
        return found


def _any_of(column: str, values: list[str] | list[int]) -> Where:
    return Where(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


class Action(Term):
    """``action:Boot*``."""

    key, help = "action", "the action, also of answers: action:BootNotification, action:*Transaction*"
    values = tuple(sorted({name for version in Version for name in actions.table(version)}))

    @classmethod
    def where(cls, value: str) -> Where:
        """Match the action in its own spelling, however it was typed."""
        known = {name.lower(): name for name in cls.values}
        return like("frame.action", known.get(value.lower(), value))


class Sender(Term):
    """``sender:station``."""

    key, help, values = "sender", "who sent it: sender:station, sender:csms", tuple(Party)

    @classmethod
    def where(cls, value: str) -> Where:
        """Match the sending party."""
        return _any_of("frame.sender", cls.choose(value))


class Station(Term):
    """``station:CP-*``."""

    key, help = "station", "the station's id: station:CP-017, station:CP-*"

    @classmethod
    def where(cls, value: str) -> Where:
        """Match frames of the stations' sessions."""
        inner = like("station", value)
        return Where(f"frame.session IN (SELECT id FROM session WHERE {inner.sql})", inner.parameters)


class Type(Term):
    """``type:CALLERROR``."""

    key, help = "type", "the message type: type:CALL, type:*ERROR, type:INVALID"
    values = tuple(kind.name for kind in MessageType)

    @classmethod
    def where(cls, value: str) -> Where:
        """Match the message type by name."""
        return _any_of("frame.type", [int(MessageType[name]) for name in cls.choose(value)])


class Id(Term):
    """``id:19223201``."""

    key, help = "id", "the message id: id:19223201"

    @classmethod
    def where(cls, value: str) -> Where:
        """Match the message id."""
        return like("frame.message_id", value)


class InSession(Term):
    """``session:3``."""

    key, help = "session", "the session's number: session:3"

    @classmethod
    def where(cls, value: str) -> Where:
        """Match one session."""
        if not value.isdecimal():
            raise ValueError("session is a number")
        return Where("frame.session = ?", (int(value[:18]),))


class Severity(Term):
    """``severity:error``."""

    key, help = "severity", "frames with findings: severity:error, severity:warning, severity:* for either"
    values = ("error", "warning")
    _CONDITIONS: ClassVar[dict[str, str]] = {
        "error": "(frame.errors > 0 AND frame.errors + frame.warnings > 0)",
        "warning": "(frame.warnings > 0 AND frame.errors + frame.warnings > 0)",
    }

    @classmethod
    def where(cls, value: str) -> Where:
        """Match frames by their findings, through the partial index."""
        return Where("(" + " OR ".join(cls._CONDITIONS[name] for name in cls.choose(value)) + ")")


class Code(Term):
    """``code:S104``."""

    key, help = "code", "frames with a finding of this code: code:S104, code:R*"
    values = tuple(TABLE)

    @classmethod
    def where(cls, value: str) -> Where:
        """Match frames that have such a finding."""
        cls.choose(value)
        inner = like("code", value.upper())
        return Where(
            f"(frame.session, frame.number) IN (SELECT session, frame FROM finding WHERE {inner.sql})",
            inner.parameters,
        )


class Origin(Term):
    """``origin:edited``."""

    key, help, values = (
        "origin",
        "how it came: origin:wire, origin:injected",
        tuple(event.Origin),
    )

    @classmethod
    def where(cls, value: str) -> Where:
        """Match the origin."""
        return _any_of("frame.origin", cls.choose(value))


TERMS: dict[str, type[Term]] = {
    term.key: term for term in (Action, Sender, Station, Type, Id, InSession, Severity, Code, Origin)
}
"""All keys, in the order the help shows them."""


def raw_text(value: str) -> Where:
    """Match frames whose raw text holds a word, in any case."""
    return Where("CAST(frame.raw AS TEXT) LIKE ? ESCAPE '\\'", (f"%{escape(value).replace('*', '%')}%",))
