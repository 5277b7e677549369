"""The keys that compare an amount: how long an answer took, how large a frame is."""

import re
from decimal import Decimal
from typing import ClassVar, NamedTuple

from inspector.store.filter import Where
from inspector.store.filter.term import LARGEST, ORDERED, Asked, Term

DURATIONS = {
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
}
"""Units of time, in nanoseconds."""

SIZES = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
"""Units of size, in bytes."""


class Amount(NamedTuple):
    """An amount as it was written: ``2.5s`` reaches from 2.5 s up to 2.6 s."""

    start: int
    end: int


def read_amount(text: str, units: dict[str, int], default: str) -> Amount:
    """Read a number and its unit, without one in the default unit. Raises ValueError."""
    found = re.fullmatch(r"([0-9]{1,15})(?:\.([0-9]{1,9}))?([a-z]*)", text.lower())
    unit = units.get(found[3] or default) if found else None
    if found is None or unit is None:
        raise ValueError(f"{text} is no amount")
    step = Decimal(unit).scaleb(-len(found[2] or ""))
    start = int(found[1] + (found[2] or "")) * step
    return Amount(min(int(start), LARGEST), min(int(start + max(step, Decimal(1))), LARGEST))


def within(column: str, sign: str, start: int, end: int) -> Where:
    """Compare a column with an amount; ``=`` is anything that would be written so."""
    if sign == "=":
        return Where(f"({column} >= ? AND {column} < ?)", (start, end))
    return Where(f"{column} {sign} ?", (start,))


class _AmountTerm(Term):
    """A key whose value is a number with a unit."""

    operators = ORDERED
    column: ClassVar[str]
    units: ClassVar[dict[str, int]]
    default: ClassVar[str]

    @classmethod
    def where(cls, asked: Asked) -> Where:
        """Compare the amount."""
        if asked.value == "*":
            return Where(f"{cls.column} IS NOT NULL")
        try:
            amount = read_amount(asked.value, cls.units, cls.default)
        except ValueError:
            units = " ".join(name for name in cls.units if name)
            raise ValueError(f"{cls.key} is a number, in {units}, such as {cls.examples[0]}") from None
        return within(cls.column, asked.comparison, *amount)


class Latency(_AmountTerm):
    """``latency>2s``."""

    key, help = "latency", "answers by how long they took, in ms if no unit is given (ms s m h d)"
    examples = ("latency>2s", "latency>=500ms")
    column, units, default = "frame.latency_ns", DURATIONS, "ms"


class Size(_AmountTerm):
    """``size>=4k``."""

    key, help, examples = "size", "the bytes of the frame (k M G)", ("size>=4k", "size<100")
    column, units, default = "length(CAST(frame.raw AS BLOB))", SIZES, ""
