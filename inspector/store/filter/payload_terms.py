"""The keys that look into the payload: any path in it, and what both OCPP versions call by different names.

Nothing in a payload can make SQLite raise: only text that it takes for JSON is looked into, and ``CASE`` keeps that
order. Its paths are made of whole steps, each quoted.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import ClassVar

from inspector.protocol import timestamp
from inspector.protocol.frame import MessageType
from inspector.store.filter import Where
from inspector.store.filter.term import ORDERED, Asked, Term, both, either, pattern
from inspector.store.filter.time_terms import read_moment

_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
"""What every JSON library writes as it is, so that the text can be searched before it is parsed."""

_ERRORS = f"({int(MessageType.CALLERROR)}, {int(MessageType.CALLRESULTERROR)})"
_ROOTS = {
    "$[3]": f"frame.type NOT IN {_ERRORS}",
    "$[2]": f"frame.type = {int(MessageType.CALLRESULT)}",
    "$[4]": f"frame.type IN {_ERRORS}",
}
"""Where a payload stands in a frame, and in which (OCPP-J 1.6 section 4.2; an answer that repeats its action has it
one place later)."""

_WORDS = {"true", "false", "null"}
_NUMBERS = ("integer", "real")


class Payload(Term):
    """``payload.connectorId:1``."""

    key, help = "payload", "a field of the payload by its path; numbers compare as numbers, * is any item of a list"
    examples = (
        "payload.connectorId:1",
        "payload.status:Accepted",
        "payload.meterValue.0.timestamp>=2026-03-01",
        "payload.meterValue.*.sampledValue.*.value>100",
    )
    operators = ORDERED

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the value at a path."""
        if not asked.path:
            raise ValueError(f"payload needs a path, such as {cls.examples[0]}")
        found = [
            both([Where(condition), _at(root, asked.path, asked.comparison, asked.value)])
            for root, condition in _ROOTS.items()
        ]
        names = [step for step in asked.path if not step.isdecimal()]
        return _guarded("frame", either(found), max(names, key=len, default=""))


def _at(root: str, path: Sequence[str], operator: str, value: str) -> Where:
    """Match what stands at a path below a root; each ``*`` joins the members of what is there."""
    stretches = _stretches(path)
    text, steps = f"{_raw('frame')}, ?", [root + stretches[0]]
    tables = []
    for number, stretch in enumerate(stretches[1:], 1):
        tables.append(f"json_each({text}) AS each{number}")
        steps.append("$" + stretch)
        text = f"CASE WHEN each{number}.type IN ('object', 'array') THEN each{number}.value END, ?"
    if stretches[-1] or not tables:
        kind, found, last = Where(f"json_type({text})", (steps[-1],)), f"json_extract({text})", steps[-1:]
    else:
        kind, found, last = Where(f"each{len(tables)}.type"), f"each{len(tables)}.value", []
    where = _matches(kind, Where(found, tuple(last)), operator, value)
    if not tables:
        return where
    return Where(f"EXISTS (SELECT 1 FROM {', '.join(tables)} WHERE {where.sql})", (*steps[:-1], *where.parameters))


def _stretches(path: Sequence[str]) -> list[str]:
    """Write a path as SQLite has it, cut at each ``*``."""
    stretches = [""]
    for step in path:
        if step == "*":
            stretches.append("")
        else:
            stretches[-1] += f"[{step}]" if step.isascii() and step.isdecimal() else f'."{step}"'
    return stretches


def _matches(kind: Where, found: Where, operator: str, value: str) -> Where:
    """Compare a value of JSON, of which the type is known."""
    if operator != "=":
        return _compared(kind, found, operator, value)
    if value == "*":
        return Where(f"{kind.sql} IS NOT NULL", kind.parameters)
    if "*" in value:
        return Where(f"CAST({found.sql} AS TEXT) LIKE ? ESCAPE '\\'", (*found.parameters, pattern(value)))
    ways = {"text": Where(f"{found.sql} = ?", (*found.parameters, value))}
    if value in _WORDS:
        ways[value] = Where("1")
    if _NUMBER.fullmatch(value):
        ways |= dict.fromkeys(_NUMBERS, _number(found, "=", value))
    return _by_kind(kind, ways)


def _compared(kind: Where, found: Where, operator: str, value: str) -> Where:
    """Compare numbers as numbers, also those in strings, and times as times."""
    if _NUMBER.fullmatch(value):
        number = _number(found, operator, value)
        no_word = Where(f"{found.sql} <= CAST(9e999 AS REAL)", found.parameters)  # SQLite has words after all numbers
        return _by_kind(kind, dict.fromkeys(_NUMBERS, number) | {"text": both([number, no_word])})
    with suppress(ValueError):
        moment = read_moment(value, 0)
        if not moment.of_day and "-" in value:
            is_time = Where(f"{found.sql} GLOB '[0-9][0-9][0-9][0-9]-*'", found.parameters)
            day = f"julianday({found.sql}) {operator} julianday(?)"
            compared = Where(day, (*found.parameters, timestamp.write(moment.start)))
            return _by_kind(kind, {"text": both([is_time, compared])})
    raise ValueError("it can be compared with a number or a time, such as 2026-03-01T12:00:00Z")


def _number(found: Where, operator: str, value: str) -> Where:
    return Where(f"{found.sql} {operator} CAST(? AS NUMERIC)", (*found.parameters, value))


def _by_kind(kind: Where, ways: Mapping[str, Where]) -> Where:
    """Compare as the type of the value asks for; what has another type, or is not there, does not match."""
    cases = " ".join(f"WHEN '{name}' THEN {way.sql}" for name, way in ways.items())
    parameters = tuple(value for way in ways.values() for value in way.parameters)
    return Where(f"CASE {kind.sql} {cases} ELSE 0 END", (*kind.parameters, *parameters))


class _Named(Term):
    """What an exchange is about: looked for in the frame and in the CALL that it answers.

    ``places`` are those of both versions, the first that is there counts. Of the actions in ``answered`` the answer
    names it first, and the CALL is found by that.
    """

    places: ClassVar[tuple[str, ...]]
    answered: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Match the frame, or the other half of its exchange."""
        ways = [cls.named_in("frame", asked.value), cls._half("half.number = frame.answers", asked.value)]
        if cls.answered:
            half = cls._half("half.answers = frame.number AND half.answers IS NOT NULL", asked.value)
            actions = ", ".join(f"'{action}'" for action in cls.answered)
            ways.append(both([Where(f"frame.action IN ({actions})"), half]))
        return either(ways)

    @classmethod
    def _half(cls, which: str, value: str) -> Where:
        named = cls.named_in("half", value)
        half = f"SELECT 1 FROM frame AS half WHERE half.session = frame.session AND {which}"
        return Where(f"EXISTS ({half} AND {named.sql})", named.parameters)

    @classmethod
    def named_in(cls, table: str, value: str) -> Where:
        """Match a frame of a table that itself names it."""
        return _guarded(table, _text_is(_first(table, cls.places), value), value)


class Tx(_Named):
    """``tx:77``."""

    key, help, examples = "tx", "the transaction, with the exchange that began it", ("tx:77",)
    places = (
        "transactionId",
        "transactionInfo.transactionId",
        "csChargingProfiles.transactionId",
        "chargingProfile.transactionId",
    )
    answered = ("StartTransaction", "RequestStartTransaction")


class IdTag(_Named):
    """``idtag:04A2*``."""

    key, help, examples = "idtag", "the id tag or token", ("idtag:04A2C5", "idtag:04*")
    places = ("idTag", "idToken.idToken")


class Connector(_Named):
    """``connector:1``."""

    key, help = "connector", "the connector; in 2.x the EVSE, or an EVSE and its connector"
    examples = ("connector:1", "connector:2.1")
    places = ("evseId", "evse.id", "connectorId")

    @classmethod
    def named_in(cls, table: str, value: str) -> Where:
        """Match a frame that names the connector, by two numbers if two are asked for."""
        if "." not in value:
            return super().named_in(table, value)
        connector = _first(table, ("evse.connectorId", "connectorId"))
        return _guarded(table, _text_is(f"{_first(table, cls.places[:2])} || '.' || {connector}", value))


def _raw(table: str) -> str:
    return f"CAST({table}.raw AS TEXT)"


def _guarded(table: str, where: Where, word: str = "") -> Where:
    """Look into what is JSON only, and first whether it holds a word at all, if that must stand there as it is."""
    words = [part for part in word.split("*") if _PLAIN.fullmatch(part)]
    holds = f"{_raw(table)} LIKE ? ESCAPE '\\' AND " * bool(words)
    most = (pattern(f"*{max(words, key=len)}*"),) if words else ()
    sql = f"CASE WHEN {holds}json_valid({_raw(table)}) THEN {where.sql} ELSE 0 END"
    return Where(sql, (*most, *where.parameters))


def _first(table: str, places: Sequence[str]) -> str:
    """Return what stands at the first of some places in a payload, as SQL; only an answer may have it in front."""
    after, before = (
        ", ".join(f"json_extract({_raw(table)}, '{root}.{place}')" for place in places) for root in ("$[3]", "$[2]")
    )
    answer = int(MessageType.CALLRESULT)
    return f"CASE {table}.type WHEN {answer} THEN coalesce({before}, {after}) ELSE coalesce({after}, NULL) END"


def _text_is(found: str, value: str) -> Where:
    if "*" in value:
        return Where(f"CAST({found} AS TEXT) LIKE ? ESCAPE '\\'", (pattern(value),))
    return Where(f"CAST({found} AS TEXT) = ?", (value,))
