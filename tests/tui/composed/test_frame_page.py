"""The pages of a frame: its halves, the pair, and what was found."""

import json
from dataclasses import replace

import pytest

from inspector.protocol.frame import MessageType
from inspector.protocol.rules import TABLE
from inspector.store.rows import FindingRow, FrameRow
from inspector.tui.composed.frame_page import MOST_SHOWN, TABS, Look, Subject, page
from inspector.tui.composed.pages import Page
from tests.tui.conftest import HOSTILE, UNSAFE, make_finding, make_frame

CALL = make_frame('[2,"m-1","A",{"a":1}]')
ANSWER = make_frame('[3,"m-1",{"s":1}]', MessageType.CALLRESULT, id=8, sender="csms", latency_ns=12_340_000)
BOTH = Subject(CALL, ANSWER, {7: [make_finding("/3/a")], 8: [make_finding("/2/s", message="is odd")]})


def texts(shown: Page) -> list[str]:
    """Return all lines without their styles."""
    return ["".join(text for text, _ in shown.line(row)) for row in range(len(shown))]


def shown(tab: str, subject: Subject, width: int = 76) -> list[str]:
    """Compose the page of a tab."""
    return texts(page(tab, subject, Look(width)))


def alone(frame: FrameRow, *findings: FindingRow) -> Subject:
    """Return a frame without a pair."""
    return Subject(frame, None, {frame.id: findings})


def test_a_frame_begins_with_who_sent_it_and_what_it_is() -> None:
    assert shown("Call", alone(make_frame('[2,"m-1","DataTransfer",{}]'))) == [
        "station ▶ CSMS  CALL DataTransfer  12:00:00.000",
        '[2, "m-1", "DataTransfer", {}]',
    ]
    assert shown("Answer", BOTH)[0] == "CSMS ▶ station  CALLRESULT DataTransfer  12:00:00.000"


def test_masked_secrets_and_an_unusual_origin_are_noted() -> None:
    frame = make_frame('[2,"m-1","A",{}]', masked=2, origin="injected")
    assert shown("Call", alone(frame))[1] == "2 secret values masked, injected"


@pytest.mark.parametrize("subject", [BOTH, replace(BOTH, frame=ANSWER, pair=CALL)], ids=["call", "answer"])
def test_each_half_has_its_tab_whichever_is_looked_at(subject: Subject) -> None:
    assert shown("Call", subject)[1:] == ['[2, "m-1", "A", {', '  "a": 1', "  ✖ S101 is wrong  → mend it", "}]"]
    assert shown("Answer", subject)[1:] == ['[3, "m-1", {', '  "s": 1', "  ✖ S101 is odd  → mend it", "}]"]


def test_a_pair_begins_with_the_frame_that_is_looked_at() -> None:
    lines = shown("Pair", BOTH)
    assert lines == [*shown("Call", BOTH), "", "── answer · 12.3 ms ".ljust(76, "─"), *shown("Answer", BOTH)]
    lines = shown("Pair", replace(BOTH, frame=ANSWER, pair=CALL))
    assert lines == [*shown("Answer", BOTH), "", "── call · 12.3 ms ".ljust(76, "─"), *shown("Call", BOTH)]


@pytest.mark.parametrize("subject", [BOTH, replace(BOTH, frame=ANSWER, pair=CALL)], ids=["call", "answer"])
def test_where_there_is_room_call_and_answer_stand_beside_each_other(subject: Subject) -> None:
    """The call on the left; each line says what it is about, the left before the right."""
    beside = page("Pair", subject, Look(130))
    halves = [[half.rstrip() for half in line.split(" │ ")] for line in texts(beside)]
    assert [left for left, _ in halves if left] == shown("Call", BOTH)
    assert [right for _, right in halves if right] == [*shown("Answer", BOTH), "12.3 ms later"]
    assert beside.spot(2).pointer == "/3/a"
    assert beside.row_of(make_finding("/2/s", message="is odd")) == 3


@pytest.mark.parametrize(("waiting", "words"), [(True, "no answer yet"), (False, "no answer")])
def test_a_call_without_an_answer_says_so(waiting: bool, words: str) -> None:
    subject = replace(alone(CALL), waiting=waiting)
    assert shown("Pair", subject)[-1] == f"── {words} ".ljust(76, "─")
    assert shown("Answer", subject) == [words]


@pytest.mark.parametrize("kind", [MessageType.SEND, MessageType.CALLRESULT, MessageType.INVALID])
def test_what_expects_no_answer_does_not_miss_one(kind: MessageType) -> None:
    assert not any("no answer" in line for line in shown("Pair", alone(make_frame('[6,"m-1","A",{}]', kind))))


def test_what_is_not_there_is_said() -> None:
    assert shown("Answer", alone(make_frame("", MessageType.INVALID))) == ["an INVALID has no answer"]
    assert shown("Call", alone(ANSWER)) == ["its CALL is not in this capture"]
    assert shown("Findings", alone(CALL)) == ["✓ nothing was found"]


def test_a_finding_is_told_with_what_its_rule_says() -> None:
    """What, why and what to do; those of the pair behind a line."""
    lines = shown("Findings", BOTH, 200)
    told = TABLE["S101"]
    assert lines[:4] == [
        f"✖ S101 {told.name}  error, by the station",
        "  is wrong",
        "  → mend it",
        "      at  /3/a",
    ]
    for text in (told.summary, told.why, told.fix, told.spec):
        assert any(text in line for line in lines)
    assert any(line.startswith("── answer ") for line in lines)


def test_a_finding_of_an_unknown_code_is_told_without_a_rule() -> None:
    """A later version has written the capture."""
    lines = shown("Findings", alone(CALL, replace(make_finding("/3/a"), code="Z999")))
    assert lines == ["✖ Z999  error, by the station", "  is wrong", "  → mend it", "      at  /3/a", ""]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("kind", [MessageType.CALL, MessageType.INVALID])
def test_a_hostile_frame_is_harmless(tab: str, kind: MessageType) -> None:
    """In its action, its text and its findings."""
    raw = json.dumps([2, HOSTILE, HOSTILE, {HOSTILE: HOSTILE}], ensure_ascii=False)
    frame = make_frame(raw, kind, action=HOSTILE)
    found = [make_finding(f"/3/{HOSTILE}"), replace(make_finding("", 3, message=HOSTILE, hint=HOSTILE), code=HOSTILE)]
    for tree in (False, True):
        composed = page(tab, Subject(frame, frame, {7: found}), Look(76, tree))
        assert not UNSAFE.search("".join(texts(composed)))


def test_a_frame_without_bound_is_shown_up_to_one() -> None:
    raw = '[2,"m-1","A",{"data":"' + "x" * (MOST_SHOWN + 20_000) + '"}]'
    lines = shown("Call", alone(make_frame(raw)))
    assert lines[-1] == "+20 KiB more: F3 shows all of it"
    assert sum(map(len, lines)) < 1.2 * MOST_SHOWN
