"""JUnit XML of a report."""

from xml.etree import ElementTree

from inspector.formats.junit import junit
from inspector.replay.compare import Difference
from inspector.replay.steps import Verdict
from tests.replay.reports import hostile, item, report


def test_each_step_is_a_test_case() -> None:
    """What differs fails with its differences, what was skipped is skipped."""
    found = report(
        item(),
        item(step=2, verdict=Verdict.DIFFERENT, differences=(Difference("/2/status", "Accepted", "Rejected"),)),
        item(step=3, verdict=Verdict.SKIPPED, words="an INVALID frame"),
    )
    suite = ElementTree.fromstring(junit([found, report()]))[0]
    same, different, skipped, findings = suite.iter("testcase")
    assert (same.get("name"), same.get("time")) == ("1 station CALL BootNotification (frame 7)", "0.012")
    assert len(same) == len(findings) == 0
    assert (different[0].tag, different[0].get("type"), different[0].text) == (
        "failure",
        "different",
        "/2/status: recorded Accepted, now Rejected",
    )
    assert (skipped[0].tag, skipped[0].get("message")) == ("skipped", "skipped, an INVALID frame")
    assert [suite.get(name) for name in ("tests", "failures", "skipped", "time")] == ["4", "1", "1", "2.500"]


def test_the_whole_is_counted() -> None:
    root = ElementTree.fromstring(junit([report(item()), report(item(verdict=Verdict.MISSING))]))
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["4", "1", "0"]


def test_hostile_texts_are_still_xml() -> None:
    """Control characters, half surrogates and what closes an element."""
    root = ElementTree.fromstring(junit([hostile()]).encode())
    texts = [*root.itertext(), *(value for element in root.iter() for value in element.attrib.values())]
    assert any("<script>alert(1)</script>&" in each for each in texts)
    assert not any("\x1b" in each or "\u202e" in each for each in texts)
    names = {case.get("name"): case for case in root.iter("testcase")}
    assert "2 new findings" not in (failure := names["findings"][0]).attrib.values()
    assert failure.get("message") == "1 new finding"
