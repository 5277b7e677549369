"""The tree of a frame: what is open at first, what can be opened, and where findings are."""

import json
import time

from inspector.protocol.frame import MessageType
from inspector.store.rows import FindingRow
from inspector.tui.composed.json_tree import DEEPEST, MOST_MEMBERS, TreeRows
from tests.tui.conftest import HOSTILE, UNSAFE, make_finding, make_frame


def tree(raw: str, *findings: FindingRow, turned: frozenset[str] = frozenset()) -> TreeRows:
    """Lay out a frame as a tree."""
    return TreeRows(make_frame(raw), raw, findings, 76, turned)


def texts(rows: TreeRows) -> list[str]:
    """Return all lines without their styles."""
    return ["".join(text for text, _ in rows.line(row)) for row in range(len(rows))]


SMALL = '[2,"m-1","A",{"a":{"b":[1,{}],"c~/d":"x"},"e":[]}]'
LARGE = json.dumps([2, "m-1", "A", {"list": [{"a": {"b": "x" * 50}} for _ in range(200)]}])


def test_a_small_frame_is_open_altogether_and_its_elements_have_names() -> None:
    assert texts(tree(SMALL)) == [
        "  type: 2",
        '  id: "m-1"',
        '  action: "A"',
        "▾ payload: {2}",
        "  ▾ a: {2}",
        "    ▾ b: [2]",
        "        0: 1",
        "        1: {0}",
        '      c~/d: "x"',
        "    e: [0]",
    ]


def test_each_branch_knows_its_pointer_and_whether_it_folds() -> None:
    rows = tree(SMALL)
    spots = [rows.spot(row) for row in range(len(rows))]
    assert [spot.pointer for spot in spots[3:]] == [
        "/3",
        "/3/a",
        "/3/a/b",
        "/3/a/b/0",
        "/3/a/b/1",
        "/3/a/c~0~1d",
        "/3/e",
    ]
    assert [spot.folds for spot in spots[3:]] == [True, True, True, False, False, False, False]


def test_what_is_turned_is_folded_or_open() -> None:
    assert texts(tree(SMALL, turned=frozenset({"/3/a"})))[3:] == ["▾ payload: {2}", "  ▸ a: {2}", "    e: [0]"]
    assert "    ▸ 0: {1}" in texts(tree(LARGE))
    assert any('b: "x' in line for line in texts(tree(LARGE, turned=frozenset({"/3/list/0", "/3/list/0/a"}))))


def test_of_a_large_frame_the_way_to_a_finding_is_open() -> None:
    finding = make_finding("/3/list/150/a/b")
    rows = tree(LARGE, finding)
    at = rows.row_of(finding)
    assert at is not None
    assert rows.spot(at).finding is finding
    assert texts(rows)[at].endswith("✖ S101")
    assert len(rows) < 220


def test_while_it_is_folded_the_branch_around_shows_the_finding() -> None:
    finding = make_finding("/3/a/b/0")
    rows = tree(SMALL, finding, turned=frozenset({"/3/a"}))
    assert texts(rows)[4] == "  ▸ a: {2}  ✖ S101"
    assert rows.row_of(finding) == 4
    assert rows.row_of(make_finding("")) is None


def test_a_tree_is_bounded_in_depth_and_breadth() -> None:
    """However much there is; and no recursion."""
    deep = '[2,"m","A",' + "[" * 5000 + "]" * 5000 + "]"
    turned = frozenset("/3" + "/0" * depth for depth in range(2, 5000))
    assert any("deeper: see the text" in line for line in texts(tree(deep, turned=turned)))
    assert len(tree(deep, turned=turned)) == DEEPEST + 4
    wide = '[2,"m","A",{"x":[' + "1," * 200_000 + "1]}]"
    before = time.process_time()
    rows = tree(wide)
    assert f"  ▾ x: [{MOST_MEMBERS} or more]" in texts(rows)
    assert time.process_time() - before < 0.5


def test_an_answer_names_its_elements_too() -> None:
    raw = '[4,"m-1","NotSupported","no",{}]'
    rows = TreeRows(make_frame(raw, MessageType.CALLERROR), raw, (), 76)
    assert texts(rows)[2:4] == ['  code: "NotSupported"', '  description: "no"']


def test_a_hostile_frame_is_harmless() -> None:
    raw = json.dumps([2, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}], ensure_ascii=False)
    assert not UNSAFE.search("".join(texts(tree(raw, make_finding(f"/3/{HOSTILE}")))))
