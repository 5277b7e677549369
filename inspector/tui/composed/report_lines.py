"""A report in lines of styled text, for the terminal and for the interface."""

from collections.abc import Iterator

from inspector.protocol import timestamp
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.replay.report import FindingChange, Item, Report
from inspector.replay.steps import Verdict
from inspector.tui.composed.lines import ARROWS, Line

SIGNS: dict[Verdict, tuple[str, str]] = {
    Verdict.SAME: ("✓", "ok"),
    Verdict.DIFFERENT: ("≠", "error"),
    Verdict.MISSING: ("✖", "error"),
    Verdict.EXTRA: ("+", "warning"),
    Verdict.LATE: ("◷", "warning"),
    Verdict.OUT_OF_ORDER: ("⇅", "warning"),
    Verdict.UNSENT: ("-", "dim"),
    Verdict.SKIPPED: ("·", "dim"),
}
"""How each verdict is drawn."""

INDENT = " " * 13
LONGEST_VALUE = 120
LONGEST_TEXT = 200

WIDEST_NUMBER = 6


def item_lines(item: Item) -> Iterator[Line]:
    """Yield how a step went: a line for itself, and one for each difference."""
    sign, style = SIGNS[item.verdict]
    number = item.frame or item.other or ""
    latency = "" if item.latency_ns is None else f"{item.latency_ns / 1e6:.1f} ms"
    name = visible(item.action or ("the end" if item.type == "END" else ""), 30)
    words = ", ".join(filter(None, (_said(item), visible(item.words, LONGEST_TEXT))))
    yield (
        (f"{sign} ", style),
        (f"{number!s:>{WIDEST_NUMBER}}  ", "dim"),
        (f"{ARROWS[item.sender]} ", item.sender),
        (f"{item.type:<11} {name:<30} ", ""),
        (f"{latency:>11}  ", "dim"),
        (words, style),
    )
    for found in item.differences:
        recorded, got = visible(found.recorded, LONGEST_VALUE), visible(found.got, LONGEST_VALUE)
        where = f"{INDENT}{visible(found.pointer, LONGEST_TEXT) or 'the frame'}: "
        yield ((where, "dim"), (recorded, "error"), (" → ", "dim"), (got, "ok"))
    if item.verdict is Verdict.EXTRA and item.got:
        yield ((f"{INDENT}{visible(item.got, LONGEST_TEXT)}", "dim"),)


def _said(item: Item) -> str:
    return "" if item.verdict is Verdict.SAME else str(item.verdict)


def shown(report: Report) -> Iterator[Line]:
    """Yield the items of a report, a row of steps that are the same as one line."""
    same = 0
    for item in report.items:
        if item.verdict is Verdict.SAME:
            same += 1
            continue
        yield from _same_lines(same)
        same = 0
        yield from item_lines(item)
    yield from _same_lines(same)


def _same_lines(count: int) -> Iterator[Line]:
    if count:
        yield (("✓ ", "ok"), (f"{'…':>{WIDEST_NUMBER}}  {count:,} the same", "dim"))


def summary_lines(report: Report) -> Iterator[Line]:
    """Yield what is to be said of a run or a comparison as a whole, its verdict last."""
    for change, count in report.changed.items():
        style = "warning" if not count else ""
        yield ((f"set {visible(change)}: {plural(count, 'time')}", style),)
    for words in report.skipped:
        yield ((f"skipped: {visible(words)}", "warning"),)
    for binding in report.bindings:
        live, recorded = visible(binding.live, 60), visible(binding.recorded, 60)
        yield (
            (f"{binding.kind}: ", ""),
            (recorded, "error"),
            (" → ", "dim"),
            (live, "ok"),
            (f"  {visible(binding.where)}", "dim"),
        )
    for finding in report.findings:
        yield _finding_line(finding)
    if report.ending:
        yield ((visible(report.ending), "warning"),)
    yield from _verdict_lines(report)


def _finding_line(finding: FindingChange) -> Line:
    word, style = ("new", finding.severity.value) if finding.is_new else ("gone", "ok")
    counted = f"{finding.recorded:,} → {finding.now:,}"
    where = " ".join(filter(None, (finding.action, finding.pointer)))
    about = f" {visible(where)}" if where else ""
    return (
        (f"{word} ", style),
        (f"{finding.severity} {finding.code}", style),
        (f"{about}: {visible(finding.message)} ", ""),
        (f"({counted})", "dim"),
    )


def _verdict_lines(report: Report) -> Iterator[Line]:
    counts = ", ".join(f"{report.counts[verdict]:,} {verdict}" for verdict in Verdict if report.counts[verdict])
    took = timestamp.span(report.ended_ns - report.began_ns) if report.role else ""
    sign, style = ("✓", "ok") if report.is_same else ("≠", "error")
    what = "step" if report.role else "frame"
    yield (
        (f"{sign} ", style),
        (f"{plural(len(report.items), what)}: {counts or 'none'}", ""),
        (f" in {took}" if took else "", "dim"),
    )
