"""The inspection for those who keep what it says: nothing it raises gets out, no finding tells a secret."""

from dataclasses import replace

import pytest

from inspector.protocol.finding import Fault, Finding
from inspector.protocol.frame import MessageType
from inspector.protocol.inspection import Inspection, Observation
from inspector.protocol.rules import TABLE
from inspector.protocol.rules.handshake import Handshake
from inspector.protocol.version import Version
from inspector.store.judge import LARGEST_CHECKED, SILENCE, UNSEEN, Judge, Unchecked
from tests.factories import BOOT, CSMS, opened, received

SECRET = "12345678"
ODD = f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":{SECRET}}}]'
"""The value should be a string: what says so quotes it."""


def test_what_raises_stays_inside_and_the_frame_counts_as_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Later frames keep their numbers and are checked again."""
    judge = Judge()
    judge.observe(opened())
    with monkeypatch.context() as broken:
        broken.setattr(Inspection, "_received", lambda *_: 1 / 0)
        seen = judge.observe(received(raw=BOOT[0][1])).seen
    assert seen is not None
    assert (seen.number, seen.frame.type, seen.frame.raw) == (1, MessageType.CALL, BOOT[0][1])
    assert (judge.failures, type(judge.trouble)) == (1, ZeroDivisionError)
    seen = judge.observe(received(raw=BOOT[0][1])).seen
    assert seen is not None
    assert (seen.number, seen.frame.type) == (2, MessageType.CALL)
    assert judge.version is Version.V16


LARGE = "x" * LARGEST_CHECKED


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        (f'[2,"1","Heartbeat",{{"{LARGE}":1}}]', (MessageType.CALL, "1", "Heartbeat")),
        (f' [3, "1", {{"{LARGE}":1}}]', (MessageType.CALLRESULT, "1", None)),
        (f'[4,"1","GenericError","{LARGE}",{{}}]'.encode(), (MessageType.CALLERROR, "1", None)),
        (f'["{LARGE}"]', (MessageType.INVALID, None, None)),
    ],
)
def test_a_frame_that_is_too_large_is_not_read(
    monkeypatch: pytest.MonkeyPatch, raw: str | bytes, seen: tuple[object, ...]
) -> None:
    """Its answer is none without a CALL all the same; frames that follow are looked at."""
    judge = Judge(Version.V16)
    judge.observe(opened())
    with monkeypatch.context() as never:
        never.setattr("inspector.store.judge.decode", lambda _: pytest.fail("it was read"))
        never.setattr("inspector.protocol.inspection.decode", lambda _: pytest.fail("it was read"))
        large, same = judge.observe(received(raw=raw)).seen, Unchecked(None, 0).observe(received(raw=raw)).seen
    assert large == same
    assert large is not None
    assert (large.number, large.frame.raw) == (1, raw)
    assert (large.frame.type, large.frame.message_id, large.frame.action) == seen
    assert judge.observe(received(raw='[3,"1",{}]', sender=CSMS)).findings == ()
    observation = judge.observe(received(raw="["))
    assert [(finding.code, finding.frame) for finding in observation.findings] == [("F001", 3)]
    assert judge.failures == 0


def test_a_frame_may_be_given_its_number() -> None:
    """As a capture that has lost frames has it."""
    judge = Judge()
    numbers = [judge.observe(received(raw="[]"), number) for number in (3, 0, 9)]
    assert [each.seen.number for each in numbers if each.seen] == [3, 4, 9]
    assert [each.findings[0].frame for each in numbers] == [3, 4, 9]


@pytest.mark.parametrize("keep", [False, True])
def test_a_finding_quotes_no_secret_unless_they_are_to_be_kept(keep: bool) -> None:
    judge = Judge(Version.V16, keep_secrets=keep)
    findings = judge.observe(received(raw=ODD)).findings
    words = [finding.message for finding in findings if finding.pointer == "/3/value"]
    assert words
    assert any(SECRET in each for each in words) is keep
    assert any("***" in each for each in words) is not keep


def test_a_finding_that_can_not_be_searched_for_secrets_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inspector.store.judge.scrub", lambda *_: 1 / 0)
    judge = Judge()
    findings: tuple[Finding, ...] = judge.observe(received(raw="[]")).findings
    assert (findings, judge.failures) == ((), 1)


@pytest.mark.parametrize("from_file", [False, True])
def test_what_a_file_does_not_keep_is_not_judged(monkeypatch: pytest.MonkeyPatch, from_file: bool) -> None:
    """It has no pings, so that a healthy session would look silent."""
    assert set(TABLE) >= UNSEEN
    monkeypatch.setattr(Handshake, "opened", lambda *_: [Fault(code, "odd") for code in (*sorted(UNSEEN), "H001")])
    findings = Judge(from_file=from_file).observe(opened()).findings
    assert [finding.code for finding in findings] == ([] if from_file else sorted(UNSEEN)) + ["H001"]


def test_what_is_not_judged_is_seen_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    unchecked = Unchecked(Version.V16, 4)
    assert unchecked.observe(opened()) == Observation()
    raws = ('[2,"1","Heartbeat",{"odd":1}]', '[3,"1",{}]', "[")
    seen = [unchecked.observe(received(raw=raw)).seen for raw in raws]
    assert [(each.number, each.frame.type.name, each.action) for each in seen if each] == [
        (5, "CALL", "Heartbeat"),
        (6, "CALLRESULT", None),
        (7, "INVALID", None),
    ]
    monkeypatch.setattr("inspector.store.judge.decode", lambda _: 1 / 0)
    last = unchecked.observe(received(raw=raws[0])).seen
    assert last is not None
    assert (last.number, last.frame.type, last.frame.raw) == (8, MessageType.INVALID, raws[0])


def test_a_file_of_a_session_that_heard_pings_tells_what_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handshake, "opened", lambda *_: [Fault(code, "odd") for code in sorted(UNSEEN)])
    findings = Judge(from_file=True).observe(replace(opened(), hears_pings=True)).findings
    assert {finding.code for finding in findings} == SILENCE
