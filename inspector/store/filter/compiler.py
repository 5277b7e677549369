"""From the text of a filter to SQL: lark parses, the terms translate."""

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from inspector.errors import InspectorError
from inspector.store.filter import Where
from inspector.store.filter.terms import TERMS, raw_text


class FilterError(InspectorError):
    """A filter that can't be read. ``column`` is where, counted from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"filter, column {column}: {message}")
        self.column = column


_COMPARISON = re.compile(r"[A-Za-z]+(<|>|>=|<=|=)\S")


class _TermError(Exception):
    """A term can't be translated; carried out of lark with its column."""


class _Compiler(Transformer[Token, Where]):
    """Turns the tree into SQL, leaves first."""

    def value(self, children: list[Token]) -> Token:
        token = children[0]
        return token.update(value=json.loads(token, strict=False)) if token.type == "QUOTED" else token

    def keyed(self, children: list[Token]) -> Where:
        key, value = children
        term = TERMS.get(key.rstrip(":").lower())
        if term is None:
            raise _TermError(f"there is no key {key.rstrip(':')}, only {', '.join(TERMS)}", key.column)
        try:
            return term.where(str(value))
        except ValueError as error:
            raise _TermError(str(error), value.column) from error

    def bare(self, children: list[Token]) -> Where:
        word = children[0]
        if word.type == "WORD" and _COMPARISON.match(word):
            raise _TermError("there are no comparisons; put it in quotes to search for the text", word.column)
        return raw_text(str(children[0]))

    def negated(self, children: list[Any]) -> Where:
        return Where(f"NOT coalesce({children[-1].sql}, 0)", children[-1].parameters)

    def and_expr(self, children: list[Any]) -> Where:
        return _join(" AND ", children)

    def or_expr(self, children: list[Any]) -> Where:
        return _join(" OR ", children)


def _join(word: str, children: list[Any]) -> Where:
    parts = [child for child in children if isinstance(child, Where)]
    sql = word.join(part.sql for part in parts)
    return Where(f"({sql})", tuple(value for part in parts for value in part.parameters))


@cache
def _parser() -> Lark:
    grammar = resources.files("inspector.store.filter").joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", maybe_placeholders=False)


def compile_text(text: str) -> Where:
    """Compile a filter that is not empty. Raises :class:`FilterError`."""
    try:
        where: Where = _Compiler().transform(_parser().parse(text))
    except UnexpectedInput as error:
        raise FilterError(_plain(error), max(error.column, 1)) from None
    except VisitError as error:
        if not isinstance(error.orig_exc, _TermError):
            raise
        message, column = error.orig_exc.args
        raise FilterError(message, column) from None
    return where


def _plain(error: UnexpectedInput) -> str:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return "something is missing at the end"
    return "this can't stand here"
