"""Where values stand in JSON text: tokens, spans, pointers, and the tree."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from inspector.protocol.json_places import (
    MOST_WALKED,
    Node,
    Span,
    Token,
    brackets,
    members,
    pointer,
    pointer_around,
    pointer_at,
    short_pointer,
    spans,
    tokens,
    tree,
)
from inspector.protocol.json_text import JsonFault, parse
from tests.protocol.documents import anything, damaged, derandomized, written


def walk(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield the pointer and value of all that stands in a document."""
    yield pointer(path), value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, (*path, index))


@derandomized
@given(written())
def test_a_span_holds_exactly_its_value(text: str) -> None:
    """Every value of a document has one span, and what stands there is that value and nothing around it."""
    found = spans(text)
    expected = dict(walk(json.loads(text)))
    assert set(found) == set(expected)
    for place, span in found.items():
        piece = text[span.start : span.end]
        assert json.loads(piece) == expected[place]
        assert piece == piece.strip()


@derandomized
@given(written())
def test_tokens_and_white_space_are_the_whole_text(text: str) -> None:
    """No lexeme is left out, none overlaps, and each has the kind its first character says."""
    end = 0
    for token in tokens(text):
        assert not text[end : token.start].strip(" \t\r\n")
        lexeme = text[token.start : token.end]
        assert kind_of(lexeme) == token.kind.replace("key", "string")
        end = token.end
    assert not text[end:].strip(" \t\r\n")


def kind_of(lexeme: str) -> str:
    if lexeme in set("{}[],:"):
        return lexeme
    if lexeme in {"true", "false", "null"}:
        return "literal"
    return "string" if lexeme.startswith('"') else "number"


def test_each_token_has_the_pointer_of_its_value() -> None:
    """A key and its colon belong to the value they lead to, a comma to the list or object around it."""
    text = '{"a/b": [1, true],"é":"x"}'
    assert list(tokens(text)) == [
        Token("{", 0, 1, ""),
        Token("key", 1, 6, "/a~1b"),
        Token(":", 6, 7, "/a~1b"),
        Token("[", 8, 9, "/a~1b"),
        Token("number", 9, 10, "/a~1b/0"),
        Token(",", 10, 11, "/a~1b"),
        Token("literal", 12, 16, "/a~1b/1"),
        Token("]", 16, 17, "/a~1b"),
        Token(",", 17, 18, ""),
        Token("key", 18, 21, "/é"),
        Token(":", 21, 22, "/é"),
        Token("string", 22, 25, "/é"),
        Token("}", 25, 26, ""),
    ]


def test_an_escaped_key_is_named_as_it_reads() -> None:
    assert set(spans('{"\\u0061\\/~":1}')) == {"", "/a~1~0"}


def test_the_span_of_a_repeated_key_is_its_last_value() -> None:
    """The value that parsing keeps is the one that is pointed at."""
    assert spans('{"a":1,"a":22}')["/a"] == Span(11, 13)


@derandomized
@given(anything)
def test_the_walk_never_raises(text: str) -> None:
    """On text that is not JSON the tokens still stand in order inside it, and spans has no trouble either."""
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        end = token.end
    for span in spans(text).values():
        assert 0 <= span.start <= span.end <= len(text)


@derandomized
@given(damaged())
def test_what_parses_has_a_span_for_every_value(text: str) -> None:
    """The strict reader and the walk agree on where the values are."""
    try:
        value, _ = parse(text)
    except JsonFault:
        return
    assert {place for place, _ in walk(value)} <= set(spans(text))


@derandomized
@given(written())
def test_the_members_of_an_array_are_where_their_pointers_lead(text: str) -> None:
    """In their order, and found without a walk through what is in them."""
    whole = f" [{text},[],{text} ]"
    found = spans(whole)
    assert list(members(whole)) == [found["/0"], found["/1"], found["/2"]]
    assert list(members("\ufeff[ ]\x00")) == []


@derandomized
@given(written())
def test_the_depth_is_counted_outside_of_strings(text: str) -> None:
    """It is the longest path but one, and in the end all is closed."""
    counted = list(brackets(f"[{text}]"))
    deepest = max(len(path_of(place)) + (kind in "{[") for kind, _, _, place in tokens(f"[{text}]"))
    assert max(depth for depth, _ in counted) == deepest
    assert counted[-1] == (0, len(text) + 1)


def path_of(place: str) -> list[str]:
    return place.split("/")[1:]


@derandomized
@given(written())
def test_a_place_has_the_pointer_of_the_value_that_begins_there(text: str) -> None:
    for token in tokens(text):
        if token.kind in {"string", "number", "literal", "{", "["}:
            assert pointer_at(text, token.start) == token.pointer


def test_what_is_far_away_has_no_pointer() -> None:
    """A hostile text must not cost more than a bounded walk."""
    text = "[" + "1," * MOST_WALKED + "1]"
    assert pointer_at(text, len(text) - 2) == ""
    assert pointer_at(text, 11) == "/5"


@pytest.mark.parametrize(
    ("place", "pointer"),
    [(0, ""), (1, "/0"), (5, "/1/a"), (9, "/1/a"), (11, "/1/bc"), (13, "/1/bc"), (18, "/1"), (19, ""), (99, "")],
)
def test_the_value_at_a_place_is_named_also_from_within(place: int, pointer: str) -> None:
    """Between two values it is the next."""
    assert pointer_around('[2,{"a": 1, "bc":3}]', place) == pointer
    assert pointer_around(" " * 2_000_000, 1_999_999) == ""


def test_a_pointer_is_cut_before_it_gets_too_long() -> None:
    assert short_pointer(["/3", "/" + "k" * 900, "/a"]) == "/3/" + "k" * 900 + "/a"
    assert short_pointer(["/3", "/" + "k" * 1000, "/a"]) == "/3"


@pytest.mark.parametrize("text", ['"\\"' * 3 + '"', '["a', '["a\\', '["' * 5, '{"a":"\\"]}'])
def test_a_string_that_never_ends_is_one_token(text: str) -> None:
    """It is gone through once, not once more for each quote in it."""
    end = 0
    for token in tokens(text):
        assert token.start >= end
        end = token.end


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), ""),
        (("",), "/"),
        ((0, "a"), "/0/a"),
        (("a/b", "m~n"), "/a~1b/m~0n"),
        (("~1",), "/~01"),
        ((" ", 'k"l', "é"), '/ /k"l/é'),
    ],
)
def test_a_pointer_is_written_as_rfc_6901_asks(path: tuple[str | int, ...], written: str) -> None:
    """Section 3 and 4: ``~`` becomes ``~0`` before ``/`` becomes ``~1``."""
    assert pointer(path) == written


def plain(node: Node) -> Any:
    """Turn a node back into what a reader makes of it: the last of repeated keys wins."""
    if node.kind == "{":
        return {key: plain(member) for key, member in node.members}
    return [plain(member) for _, member in node.members] if node.kind == "[" else node.text


def strings_only(value: Any) -> Any:
    """Replace what a node does not read, numbers and literals, by the empty string."""
    if isinstance(value, dict):
        return {key: strings_only(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strings_only(item) for item in value]
    return value if isinstance(value, str) else ""


@derandomized
@given(written())
def test_the_tree_is_the_document(text: str) -> None:
    """Below the node that stands for the text there is one value, the one the standard library reads."""
    assert plain(tree(text)) == [strings_only(json.loads(text))]


def test_the_tree_keeps_repeated_keys_and_where_they_stand() -> None:
    text = '{"a":"x","a":"y"}'
    (_, top), *_ = tree(text).members
    assert [(node.text, text[node.span.start : node.span.end]) for node in top.get("a")] == [("x", '"x"'), ("y", '"y"')]


@derandomized
@given(anything)
def test_no_text_breaks_the_tree(text: str) -> None:
    tree(text)
