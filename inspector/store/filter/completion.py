"""What may stand at a place in a filter: keys, their values, those of the capture first, and saved filters by name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from inspector.store.filter.term import Term


class Known(NamedTuple):
    """What the capture has: stations, sessions by number with their stations, actions, codes; and the saved filters."""

    stations: tuple[str, ...] = ()
    sessions: Mapping[int, str] = {}
    actions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    saved: Mapping[str, str] = {}


class Suggestion(NamedTuple):
    """A text to put in the place of ``span``, half-open in characters; ``shown`` is what it is called."""

    text: str
    span: tuple[int, int]
    help: str
    shown: str


_WORD = re.compile(r'"(?:[^"\\]|\\.)*"?|[()!]|[^\s()!"]+(?:"(?:[^"\\]|\\.)*"?)?')
"""A word as it is being typed: a quote may still be open."""

_KEYED = re.compile(r"(?P<key>[a-z]+)(?P<sign><=|>=|[:<>=])(?P<value>.*)", re.IGNORECASE | re.DOTALL)

_JOINTS = {"or": "one of them must hold", "not": "it must not hold"}


def complete(text: str, cursor: int, known: Known) -> list[Suggestion]:
    """Return what may stand where the cursor is, the likeliest first."""
    from inspector.store.filter.terms import TERMS  # all rules: 60 ms

    start, end = _word_at(text, cursor)
    typed, found = text[start:cursor], _KEYED.fullmatch(text[start:end])
    alone = not (text[:start] + text[end:]).strip()
    if typed.startswith("@"):
        options: Iterable[tuple[str, str, str]] = _saved(known, alone=alone)
    elif found and found["key"].lower() in TERMS and cursor >= start + found.start("value"):
        start += found.start("value")
        typed = text[start:cursor].strip('"')
        options = ((value, about, quoted(value)) for value, about in _values(TERMS[found["key"].lower()], known))
    else:
        options = chain(_words(), _saved(known, alone=True) if alone else ())
    fitting = [option for option in options if typed.lower() in option[0].lower()]
    fitting.sort(key=lambda option: not option[0].lower().startswith(typed.lower()))
    return [Suggestion(new, (start, end), text, shown) for shown, text, new in fitting]


def quoted(text: str) -> str:
    """Put quotes around a text that is no word."""
    if re.fullmatch(r'[^\s()"]+', text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _word_at(text: str, cursor: int) -> tuple[int, int]:
    for word in _WORD.finditer(text):
        if word.start() < cursor <= word.end() and word.group() not in {"(", ")", "!"}:
            return word.span()
    return cursor, cursor


def _saved(known: Known, *, alone: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the saved filters, in parentheses where others stand beside them."""
    for name, text in known.saved.items():
        yield f"@{name}", text, text if alone else f"({text})"


def _words() -> Iterator[tuple[str, str, str]]:
    """Yield keys and what joins terms: how each is shown, its help and its text."""
    from inspector.store.filter.terms import TERMS

    for term in TERMS.values():
        new = term.key if term.key == "marked" else term.key + ("." if term.key == "payload" else _sign(term))
        yield new, f"{term.help} · {', '.join(term.examples[:2])}", new
    for joint, about in _JOINTS.items():
        yield joint, about, f"{joint} "


def _sign(term: type[Term]) -> str:
    """Return the sign that a key is mostly followed by."""
    return term.examples[0].removeprefix(term.key)[0]


def _values(term: type[Term], known: Known) -> Iterator[tuple[str, str]]:
    """Yield the values of a key with their help: those of the capture, then the others."""
    of_capture: dict[str, Iterable[tuple[str, str]]] = {
        "station": ((station, "") for station in known.stations),
        "session": ((str(number), station) for number, station in known.sessions.items()),
        "action": ((action, "in this capture") for action in known.actions),
        "code": ((code, _rule(code)) for code in known.codes),
    }
    seen = set()
    for value, about in of_capture.get(term.key, ()):
        seen.add(value)
        yield value, about
    for value in term.values:
        if value not in seen:
            yield value, _rule(value) if term.key == "code" else ""
    if not term.values and term.key not in of_capture:
        for example in term.examples:
            value = example.removeprefix(term.key).lstrip(":<>=")
            if not example.startswith(f"{term.key}."):
                yield value, "for example"


def _rule(code: str) -> str:
    from inspector.protocol.rules import TABLE

    return TABLE[code].name if code in TABLE else ""
