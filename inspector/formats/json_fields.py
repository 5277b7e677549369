"""Fields of JSON objects that come from a file: of the right type, or a ValueError in words for people."""

import json
from typing import Any, TypeVar

import orjson

from inspector.protocol import timestamp

Line = str | bytes


def loaded(line: Line) -> dict[str, Any]:
    """Read a line as a JSON object. Raises ValueError or RecursionError."""
    try:
        record = orjson.loads(line)
    except ValueError:  # half a surrogate pair, say; or the words for what is wrong
        record = json.loads(line if isinstance(line, str) else line.decode("utf-8", "replace"))
    if not isinstance(record, dict):
        raise ValueError("not an object")
    return record


T = TypeVar("T")


def field(record: Any, name: str, kind: type[T], otherwise: T | None = None) -> T:
    """Return a field of the right type; ``otherwise`` stands for null. Raises ValueError in words for people."""
    value = record.get(name)
    if value is None and otherwise is not None:
        return otherwise
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"{name} is not {_KINDS[kind]}")
    return value


_KINDS: dict[type, str] = {str: "a string", int: "a number", list: "a list", dict: "an object"}


def read_time(record: Any, name: str, exact: str = "") -> int:
    """Return a time as Unix nanoseconds; the field ``exact`` has them all, unless somebody changed the time since.

    Raises ValueError.
    """
    text = field(record, name, str)
    time_ns = timestamp.unix_ns(text)
    if time_ns is None:
        time_ns = timestamp.read(text)
    exact_ns = record.get(exact)
    if type(exact_ns) is int and exact_ns // 1000 == time_ns // 1000:
        time_ns = exact_ns
    if not -(2**63) <= time_ns < 2**63:
        raise ValueError(f"{name} is out of range")
    return time_ns


def count(record: dict[str, Any], name: str) -> int | None:
    """Return a number as SQLite can hold it, None for null."""
    value = field(record, name, int, _NONE)
    if not _NONE <= value < 2**63:
        raise ValueError(f"{name} is out of range")
    return None if value == _NONE else value


_NONE = -1
"""Stands for null where a number is read."""
