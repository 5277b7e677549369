"""From the text of a filter to SQL: lark parses, the terms translate."""

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from inspector.protocol.printable import visible
from inspector.store.filter import FilterError, Where
from inspector.store.filter.frame_terms import Marked
from inspector.store.filter.term import Asked, Term, both, either, meant
from inspector.store.filter.terms import TERMS, raw_text

LONGEST = 2000
"""Characters of a filter."""

MOST_PARTS = 200
"""Words, parentheses and signs of a filter: SQLite's own limits are far away then."""

DEEPEST = 5
"""Parentheses within each other: SQLite's parser has room for little more."""

PARTS = re.compile(r'"(?:[^"\\]|\\.)*"|[()!]|[^\s()!"]+|\S')

TERM = re.compile(
    r'(?P<key>[A-Za-z]+)(?P<path>(?:\.(?:"[^"]*"|[^\s()".:<>=!]+))*)(?P<operator><=|>=|[:<>=])(?P<value>.*)', re.DOTALL
)
"""A term, taken apart."""

_STEP = re.compile(r'"([^"]*)"|([^".]+)')
_LIKE_A_TERM = re.compile(r"[A-Za-z][\w.*-]*[!:<>=]")
_QUOTE_IT = "put it in quotes to search for the text"


class _WrongError(Exception):
    """A term can't be translated; carried out of lark with its span."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason, self.span = reason, (start, end)


class _Compiler(Transformer[Token, Where]):
    """Turns the tree into SQL, leaves first."""

    def keyed(self, children: list[Token]) -> Where:
        start = children[0].start_pos or 0
        found = TERM.fullmatch(children[0])
        assert found  # the grammar's own term
        key, operator, value = found["key"], found["operator"], _unquote(found["value"])
        term = _term(key, found["path"], start)
        begin, end = start + found.start("operator"), start + found.end("operator")
        if operator not in term.operators:
            raise _WrongError(f"{term.key} can't be compared, write {term.examples[0]}", begin, end)
        if not value:
            raise _WrongError(f"{key}{operator} needs a value, such as {term.examples[0]}", start, end)
        path = tuple(quoted or plain for quoted, plain in _STEP.findall(found["path"]))
        if path and term.key != "payload":
            raise _WrongError(f"only payload has a path; {_QUOTE_IT}", start + found.start("path"), begin)
        try:
            return term.where(Asked(operator, value, path))
        except ValueError as error:
            missing = term.key == "payload" and not path
            raise _WrongError(str(error), *((start, end) if missing else (end, start + len(children[0])))) from error

    def bare(self, children: list[Token]) -> Where:
        word = children[0]
        if word.type == "QUOTED":
            return raw_text(_unquote(word))
        if word.lower() == Marked.key:
            return Marked.where(Asked(":", "yes"))
        if _LIKE_A_TERM.match(word):
            raise _WrongError(f"this is no key and value; {_QUOTE_IT}", *_span(word))
        return raw_text(str(word))

    def negated(self, children: list[Any]) -> Where:
        where: Where = children.pop()
        if len(children) % 2 == 0:
            return where
        return Where(f"(coalesce({where.sql}, 0) = 0)", where.parameters)

    def and_expr(self, children: list[Where]) -> Where:
        return both(children)

    def or_expr(self, children: list[Where]) -> Where:
        return either(children)


def _term(key: str, path: str, start: int) -> type[Term]:
    term = TERMS.get(key.lower())
    if term is None:
        near = meant(key, TERMS) or (f"; did you mean payload.{key}{path}?" if path else f"; {_QUOTE_IT}")
        raise _WrongError(f"there is no key {key}{near}", start, start + len(key))
    return term


def _unquote(text: str) -> str:
    r"""Return what stands in quotes, its ``\"`` and other escapes of JSON read where they are some."""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text, strict=False))
    except ValueError:
        return text[1:-1]


def _span(token: Token) -> tuple[int, int]:
    start = token.start_pos or 0
    return start, start + len(token)


@cache
def _parser() -> Lark:
    grammar = resources.files("inspector.store.filter").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="basic", maybe_placeholders=False)


def compile_text(text: str) -> Where:
    """Compile a filter that is not empty. Raises :class:`FilterError`."""
    _check(text)
    try:
        where: Where = _Compiler().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise _misplaced(text, error) from None
    except VisitError as error:
        if not isinstance(error.orig_exc, _WrongError):
            raise
        raise FilterError(visible(error.orig_exc.reason), error.orig_exc.span) from None
    return where


def _check(text: str) -> None:
    """Refuse what SQLite could not bear."""
    for place, character in enumerate(text):
        if "\ud800" <= character <= "\udfff" or character == "\0":
            raise FilterError("this character can't be searched for", (place, place + 1))
    parts = [part.span() for part in PARTS.finditer(text)]
    if len(parts) > MOST_PARTS:
        raise FilterError(f"a filter has {MOST_PARTS} words and signs at most", (parts[MOST_PARTS][0], len(text)))
    depth = 0
    for start, end in parts:
        depth += {"(": 1, ")": -1}.get(text[start:end], 0)
        if depth > DEEPEST:
            raise FilterError(f"parentheses stand {DEEPEST} deep at most", (start, end))
    if len(text) > LONGEST:
        raise FilterError(f"a filter has {LONGEST} characters at most", (LONGEST, len(text)))


def _misplaced(text: str, error: UnexpectedInput) -> FilterError:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        end = len(text.rstrip())
        return FilterError("something is missing at the end", (end, end + 1))
    start = error.pos_in_stream or 0
    if text[start] == '"':
        return FilterError("this quote is not closed", (start, len(text)))
    if text[start] == ")":
        before = PARTS.findall(text[:start])
        is_open = before.count("(") > before.count(")")
        words = "something is missing before this )" if is_open else "there is no ( before this )"
        return FilterError(words, (start, start + 1))
    if text[start] in ":<>=":
        return FilterError("write key, sign and value without spaces, or put it in quotes", (start, start + 1))
    part = PARTS.match(text, start)
    return FilterError("this can't stand here", part.span() if part else (start, start + 1))
