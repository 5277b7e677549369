"""All keys of the filter language, and the search for what is no key."""

from inspector.store.filter import Where
from inspector.store.filter.amount_terms import Latency, Size
from inspector.store.filter.frame_terms import (
    Action,
    Code,
    Id,
    InSession,
    Marked,
    OfSeverity,
    Origin,
    Sender,
    Station,
    Type,
    Version,
)
from inspector.store.filter.payload_terms import Connector, IdTag, Payload, Tx
from inspector.store.filter.term import Term, pattern
from inspector.store.filter.time_terms import Since, Time, Until

_ALL: tuple[type[Term], ...] = (
    Action,
    Sender,
    Type,
    Id,
    Station,
    InSession,
    Version,
    OfSeverity,
    Code,
    Latency,
    Size,
    Time,
    Since,
    Until,
    Tx,
    IdTag,
    Connector,
    Payload,
    Origin,
    Marked,
)

TERMS: dict[str, type[Term]] = {term.key: term for term in _ALL}
"""All keys, in the order the help shows them."""

GUIDE = (
    ("a b", "terms side by side must all hold"),
    ("a or b", "one of them must hold; ( ) go together"),
    ("not a, !a", "it must not hold"),
    ("a*", "* is any text"),
    ("a:b", "a is b; what has an order also compares: < <= > >="),
    ('word, "two words"', "frames whose raw text holds it, in any case"),
)
"""How terms are put together, a row each."""


def raw_text(value: str) -> Where:
    """Match frames whose raw text holds a word, in any case."""
    return Where("CAST(frame.raw AS TEXT) LIKE ? ESCAPE '\\'", (pattern(f"*{value}*"),))
