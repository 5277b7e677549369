"""The tabs of a frame, and what the schema says of a value."""

from dataclasses import replace

import pytest

from inspector.protocol.frame import MessageType
from inspector.protocol.version import Version
from inspector.tui.composed.detail_lines import help_lines, labels
from inspector.tui.composed.frame_page import Subject
from inspector.tui.composed.pages import NOWHERE, Spot
from tests.tui.conftest import HOSTILE, UNSAFE, make_finding, make_frame

CALL = make_frame('[2,"s-1","Reset",{"type":"Hard"}]', action="Reset")
ANSWER = make_frame('[3,"s-1",{}]', MessageType.CALLRESULT, id=8, latency_ns=12_340_000, action="Reset")
FINDING = make_finding("/3/type")
BOTH = Subject(CALL, ANSWER, {7: [FINDING]}, Version.V16)


def told(subject: Subject, spot: Spot, tab: str = "Pair", width: int = 200, rows: int = 2) -> list[str]:
    """Return the help's lines without their styles."""
    return ["".join(text for text, _ in line) for line in help_lines(subject, spot, tab, width, rows)]


def test_the_tab_that_is_shown_stands_in_brackets_and_what_is_empty_is_dim() -> None:
    assert "".join(label.text for label in labels(BOTH, "Pair")) == " Call  Answer 12.3 ms [Pair] Raw  Findings 1 "
    alone = labels(Subject(CALL), "Raw")
    assert "".join(label.text for label in alone) == " Call  Answer  Pair [Raw] Findings "
    assert [label.style for label in alone] == ["head", "dim", "dim", "strong", "dim"]


def test_what_the_schema_says_is_told() -> None:
    spot = Spot(CALL, "/3/type")
    assert told(BOTH, spot) == ["type string, required · one of Hard, Soft"]
    assert told(BOTH, spot._replace(finding=FINDING)) == [
        "enter: about S101  type string, required · one of Hard, Soft"
    ]
    assert told(BOTH, spot._replace(finding=FINDING), "Findings")[0].startswith("enter: its place  type")


def test_what_is_too_long_is_cut() -> None:
    lines = told(BOTH, Spot(CALL, "/3/type"), width=18)
    assert lines == ["type string, ", "  required · one …"]


@pytest.mark.parametrize(
    ("subject", "spot", "tab"),
    [
        (BOTH, NOWHERE, "Pair"),
        (BOTH, Spot(CALL, "/3/type"), "Raw"),
        (BOTH, Spot(CALL, "/3/nope"), "Pair"),
        (replace(BOTH, version=None), Spot(CALL, "/3/type"), "Pair"),
    ],
    ids=["nowhere", "raw", "unknown field", "unknown version"],
)
def test_where_nothing_is_known_nothing_is_told(subject: Subject, spot: Spot, tab: str) -> None:
    assert told(subject, spot, tab) == []


def test_a_hostile_finding_is_harmless() -> None:
    finding = replace(FINDING, code=HOSTILE)
    assert not UNSAFE.search("".join(told(BOTH, Spot(CALL, f"/3/{HOSTILE}", finding))))
