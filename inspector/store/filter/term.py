"""What every key of the filter language has: its help, its examples and its SQL; and the conditions they share."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import ClassVar, NamedTuple

from inspector.store.filter import Where

ORDERED: tuple[str, ...] = (":", "=", "<", "<=", ">", ">=")
"""The operators of what has an order; of all else only the first two."""

LARGEST = 2**63 - 1
"""The largest number that SQLite can hold."""


class Asked(NamedTuple):
    """What stands at a key: of ``payload.a.0:x`` the operator ``:``, the value ``x``, the path ``("a", "0")``."""

    operator: str
    value: str
    path: tuple[str, ...] = ()

    @property
    def comparison(self) -> str:
        """The operator as SQL has it."""
        return "=" if self.operator == ":" else self.operator


class Term:
    """A key of the language. ``where`` raises ValueError, whose text tells what may be written."""

    key: ClassVar[str]
    help: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]
    values: ClassVar[tuple[str, ...]] = ()
    operators: ClassVar[tuple[str, ...]] = ORDERED[:2]

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Return the condition for a value."""
        raise NotImplementedError

    @classmethod
    def choose(cls, value: str) -> list[str]:
        """Return the values that match; raise ValueError when none does."""
        found = [known for known in cls.values if fnmatchcase(known.lower(), value.lower())]
        if not found:
            raise ValueError(f"{cls.key} is one of {', '.join(cls.values)}{meant(value, cls.values)}")
        return found


def meant(word: str, options: Iterable[str]) -> str:
    """Ask whether the nearest option was meant; nothing where none is near."""
    from inspector.protocol.schema_hints import nearest  # with the schemas, 45 ms: only when something is wrong

    near = nearest(word, options)
    return f"; did you mean {near}?" if near else ""


def like(column: str, value: str) -> Where:
    """Match a column: exactly, or with ``*`` as any text in any case."""
    if "*" not in value:
        return Where(f"{column} = ?", (value,))
    return Where(f"{column} LIKE ? ESCAPE '\\'", (pattern(value),))


def pattern(value: str) -> str:
    """Write a text with ``*`` for any text as LIKE reads it."""
    escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return re.sub(r"\*+", "%", escaped)


def any_of(column: str, values: Sequence[str | int]) -> Where:
    """Match a column that has one of some values."""
    if len(values) == 1:
        return Where(f"{column} = ?", tuple(values))
    return Where(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def both(parts: Sequence[Where]) -> Where:
    """Join conditions that must all hold."""
    return _join(" AND ", parts)


def either(parts: Sequence[Where]) -> Where:
    """Join conditions of which one must hold."""
    return _join(" OR ", parts)


def _join(word: str, parts: Sequence[Where]) -> Where:
    return Where(f"({word.join(part.sql for part in parts)})", tuple(v for part in parts for v in part.parameters))
