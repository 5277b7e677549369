"""What a frame says, in the words of who works with OCPP: ``connector 1 Charging``, ``tx 77 12.4 kWh``.

Made for a row of a table: short, quick, and never at a loss. A payload may be of any shape.
"""

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from inspector.protocol.frame import MessageType
from inspector.protocol.summary_forms import FORMS, MOST
from inspector.protocol.summary_table import ANSWERS, CALLS, STATUS

__all__ = ("LONGEST_READ", "MOST", "summarize")

LONGEST_READ = 8192
"""Characters of a frame that is parsed for its summary; a longer one has none."""


def summarize(raw: str | bytes, kind: MessageType, action: str | None) -> str:
    """Return what a frame says; nothing where there is no better way to say it than its payload.

    ``action`` is also that of the CALL it answers.
    """
    if len(raw) > LONGEST_READ or kind is MessageType.INVALID:
        return ""
    try:
        elements = json.loads(raw)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(elements, list):
        return ""
    if kind.is_error:
        return ": ".join(part for part in elements[2:4] if isinstance(part, str) and part)[:MOST]
    payload = next((part for part in elements[2:4] if isinstance(part, dict)), None)
    return _fill(_template(action or "", is_answer=kind is MessageType.CALLRESULT), payload)[:MOST]


class _Piece(NamedTuple):
    """A piece of a template: it is there if its field is, of the path ``.`` the payload. ``form`` makes words of it."""

    before: str
    path: tuple[str, ...]
    form: Callable[[Any], str]
    after: str


@cache
def _template(action: str, *, is_answer: bool) -> tuple[_Piece, ...]:
    texts = ANSWERS.get(action, STATUS) if is_answer else CALLS.get(action, ())
    return tuple(map(_piece, texts))


def _piece(text: str) -> _Piece:
    found = _FIELD.fullmatch(text)
    if found is None:
        raise ValueError(f"a piece has one field: {text}")
    path = tuple(filter(None, found["path"].split(".")))
    return _Piece(found["before"], path, FORMS[found["form"] or "text"], found["after"])


_FIELD = re.compile(r"(?P<before>[^{]*)\{(?P<path>[A-Za-z0-9.]+)(?::(?P<form>[a-z]+))?\}(?P<after>.*)")


def _fill(pieces: Iterable[_Piece], payload: Any) -> str:
    said = ""
    for before, path, form, after in pieces:
        value = payload
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        words = form(value) if value is not None else ""
        if words:
            space = " " if said and before[:1] not in {",", ":"} else ""
            said += f"{space}{before if said else before.lstrip(',: ')}{words}{after}"
    return said
