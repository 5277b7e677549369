from dataclasses import replace

from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.replay.compare import Difference
from inspector.replay.report import Report, Side, latest
from inspector.replay.steps import Await, Break, Extra, Fault, Outcome, Send, Step, Verdict
from inspector.tui.composed.lines import Line
from inspector.tui.composed.replay_lines import cells, columns, host_of, progress, step_page, verdict_line, warning
from tests.tui.conftest import HOSTILE, UNSAFE

STATION, CSMS = Party.STATION, Party.CSMS
CALL = MessageType.CALL
SEND = Send(number=1, session=1, time_ns=0, sender=STATION, frame=3, type=CALL, action="Heartbeat", answer=4)
AWAIT = Await(number=2, session=1, time_ns=0, sender=CSMS, frame=5, type=CALL, action="Reset")
FAULT = Fault(number=3, session=1, time_ns=0, sender=STATION, frame=6, what="not a frame of OCPP")
BREAK = Break(number=4, session=1, time_ns=0, sender=STATION, code=1006)
CAME = Extra(number=2, session=1, time_ns=0, sender=CSMS, type=CALL, action="", what="CALL Nonsense")
OTHER = Difference("/2/status", "Accepted", "Rejected")


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def row(step: Step, outcome: Outcome | None = None, *, is_next: bool = False) -> str:
    made = cells(step, outcome, is_next=is_next)
    return " ".join(text(made[column.key]) for column in columns(80)).rstrip()


def test_a_step_says_what_is_to_be_done_and_how_it_went() -> None:
    """A plan has no signs but for the step that is next; each verdict has its own."""
    different = Outcome(SEND, Verdict.DIFFERENT, (OTHER,), latency_ns=1_500_000)
    assert row(SEND) == "  1 ▶ send Heartbeat"
    assert row(SEND, is_next=True).startswith("▸ 1 ▶ send")
    assert row(SEND, different) == "≠ 1 ▶ send Heartbeat 1.5 /2/status"
    assert row(AWAIT, Outcome(AWAIT, Verdict.MISSING, words="not sent")) == "✖ 2 ◀ await Reset  missing · not sent"
    assert row(FAULT) == "  3 ▶ fault INVALID"
    assert row(BREAK, Outcome(BREAK, Verdict.SAME)) == "✓ 4 ▶ end the connection 1006"
    assert row(CAME, Outcome(CAME, Verdict.EXTRA)) == "+  ◀ came CALL Nonsense  extra"


def test_a_page_has_what_differs_and_what_came() -> None:
    """Both values of each place, then the frames, JSON in lines."""
    outcome = Outcome(SEND, Verdict.DIFFERENT, (OTHER,), got='[3,"a",{"b":1}]')
    page = "\n".join(map(text, step_page(SEND, outcome, '[2,"a","Heartbeat",{}]', '[3,"a",{"b":2}]', 60)))
    for part in ("≠ different", "/2/status", "recorded  Accepted", "now       Rejected", "── what came"):
        assert part in page
    assert page.index('  "b": 1') < page.index('  "b": 2')
    assert "expected answer" in page
    assert "1 secret overwritten" in "\n".join(map(text, step_page(replace(SEND, masked=1), None, None, None, 60)))
    assert "our answer" in "\n".join(map(text, step_page(AWAIT, None, None, "[3]", 60)))


def test_nothing_of_a_peer_reaches_the_terminal_as_it_is() -> None:
    """Words, values, actions and frames of a hostile peer are made visible."""
    step = Send(number=1, session=1, time_ns=0, sender=STATION, frame=3, type=CALL, action=HOSTILE)
    outcome = Outcome(step, Verdict.DIFFERENT, (Difference(HOSTILE, HOSTILE, HOSTILE),), HOSTILE, HOSTILE)
    lines = [*step_page(step, outcome, HOSTILE, b"\xff\x1b", 40), *cells(step, outcome, is_next=False).values()]
    hostile = Side("c", (2,), name=HOSTILE)
    lines.append(verdict_line(Report(hostile, hostile, items=latest([outcome]), ending=HOSTILE)))
    assert not UNSAFE.search("".join(map(text, lines)))
    assert "00 of 30,000" in text(list(step_page(step, None, "x" * 30_000, None, 500))[-1])


def test_progress_is_a_bar_and_counts() -> None:
    """Full at the end, empty at the beginning, also where there is nothing to do."""
    assert text(progress(0, 0, {}, "")).startswith("─" * 24 + " 0 of 0")
    assert text(progress(5, 10, {Verdict.SAME: 4, Verdict.MISSING: 1}, "paused")) == (
        "━" * 12 + "─" * 12 + " 5 of 10  ✓4 ✖1  paused"
    )


def test_a_verdict_is_one_line() -> None:
    """How many steps of which verdict, how it ended, and where it is recorded."""
    report = Report(Side("c", (1,)), Side("c", (7,)), items=latest([Outcome(SEND, Verdict.SAME)]))
    assert text(verdict_line(report)) == "✓ 1 step: 1 same · session 7, b goes there"
    unsent = latest([Outcome(SEND, Verdict.UNSENT)])
    nothing = Report(Side("c", (1,)), Side("c", ()), items=unsent, ending="no connection")
    assert text(verdict_line(nothing)) == "≠ 1 step: 1 unsent · no connection · nothing was recorded"


def test_targets_elsewhere_are_warned_of() -> None:
    """Of a CSMS on another machine, and of listening on more than loopback; what can't be read warns of nothing yet."""
    assert warning(STATION, "wss://csms.example/ocpp").startswith("✖ csms.example is not this machine")
    assert "open to the network" in warning(CSMS, "0.0.0.0:9000")
    for role, target in ((STATION, "ws://127.0.0.1:9000"), (CSMS, "9000"), (STATION, "ws://")):
        assert warning(role, target) == ""
    assert host_of(CSMS, "[::1]:80") == "::1"
