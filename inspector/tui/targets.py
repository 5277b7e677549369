"""Where other screens lead to: what the main screen is to show."""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from inspector.store.alone import NOTHING, Alone
from inspector.store.tallies import Tally
from inspector.store.transaction import Transaction


class Target(NamedTuple):
    """A session (None: all of them), a filter, and a frame to stand on."""

    session: int | None = None
    filter: str = ""
    frame: int | None = None


def term(key: str, value: str) -> str:
    """Write a term of the filter language."""
    return f"{key}:{value}" if re.fullmatch(r"[\w.-]+", value) else f"{key}:{json.dumps(value, ensure_ascii=False)}"


def of_code(tally: Tally, left_out: Alone) -> Target:
    """Lead to the frames that a code was found at: the recorded ones, those of runs if there are no others."""
    others = left_out if tally.times else Alone(left_out.drafts)
    return Target(filter=" ".join((term("code", tally.code), *recorded(others))))


def recorded(left_out: Alone) -> Sequence[str]:
    """Write terms that let no frame of drafts and runs pass; none where the capture has neither."""
    return [f"!origin:{origin}" for origin, there in (("draft", left_out.drafts), ("run", left_out.runs)) if there]


def of_station(station: str, *more: str) -> Target:
    """Lead to the frames of a station that pass some terms; of any station, where it has no name."""
    return Target(filter=" ".join([*([term("station", station)] if station else []), *more]))


def of_transaction(transaction: Transaction, left_out: Alone = NOTHING) -> Target:
    """Lead to the frames of a transaction, within its run if it was in one; to its first one where it has no id."""
    if not transaction.id:
        return Target(session=transaction.session, frame=transaction.first)
    if transaction.session in left_out.runs:
        return Target(session=transaction.session, filter=term("tx", transaction.id))
    return of_station(transaction.station, term("tx", transaction.id), *recorded(left_out))
