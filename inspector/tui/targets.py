"""Where other screens lead to: what the main screen is to show."""

import json
import re
from typing import NamedTuple

from inspector.store.transaction import Transaction


class Target(NamedTuple):
    """A session (None: all of them), a filter, and a frame to stand on."""

    session: int | None = None
    filter: str = ""
    frame: int | None = None


def term(key: str, value: str) -> str:
    """Write a term of the filter language."""
    return f"{key}:{value}" if re.fullmatch(r"[\w.-]+", value) else f"{key}:{json.dumps(value, ensure_ascii=False)}"


def of_station(station: str, *more: str) -> Target:
    """Lead to the frames of a station that pass some terms; of any station, where it has no name."""
    return Target(filter=" ".join([*([term("station", station)] if station else []), *more]))


def of_transaction(transaction: Transaction) -> Target:
    """Lead to the frames of a transaction; to its first one where it has no id."""
    if not transaction.id:
        return Target(session=transaction.session, frame=transaction.first)
    return of_station(transaction.station, term("tx", transaction.id))
