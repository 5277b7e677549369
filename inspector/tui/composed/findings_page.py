"""Codes of findings as rows, and the page of a rule: composed without Textual."""

from collections.abc import Iterator, Mapping, Sequence

from inspector.protocol.printable import visible
from inspector.protocol.rules import TABLE
from inspector.store.tallies import Details, Tally
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import SIGNS, Line, finding_lines, wrap

LABEL = 12
"""Columns of a label."""


def columns(width: int, *, in_runs: bool = False) -> Sequence[Column]:
    """Return the columns there is room for; ``in_runs`` says that something was found in runs."""
    return (
        Column("severity", "", 1),
        Column("code", "code", 4),
        Column("count", "count", 9, True),
        *([Column("runs", "in runs", 7, True)] if in_runs else []),
        *([Column("blame", "blame", 8)] if width >= 50 else []),
        Column("name", "name", 0),
    )


def cells(tally: Tally) -> Mapping[str, Line]:
    """Compose the row of a code."""
    rule = TABLE.get(tally.code)
    blame = "" if rule is None else str(rule.blame or "sender")
    return {
        "severity": ((SIGNS[tally.severity], tally.severity),),
        "code": ((tally.code, tally.severity),),
        "count": ((f"{tally.times:,}", "strong" if tally.times else "dim"),),
        "runs": ((f"{tally.in_runs:,}" if tally.in_runs else "", "info"),),
        "blame": ((blame, "dim"),),
        "name": ((visible(rule.name) if rule else "a rule that this version does not know", "" if rule else "dim"),),
    }


def rule_page(code: str, details: Details | None, width: int) -> list[Line]:
    """Lay out what is to be said of a code, and what was found of it in this capture."""
    return [*_about(code, width), *(_found(details, width) if details else ())]


def _about(code: str, width: int) -> Iterator[Line]:
    rule = TABLE.get(code)
    if rule is None:
        yield ((f"{code}: no rule of this version", "dim"),)
        return
    yield from wrap(
        ((f"{SIGNS[rule.severity]} {code} {rule.name}", rule.severity), (f"  {rule.severity}", "dim")), width
    )
    yield from wrap(((rule.summary, "strong"),), width)
    yield ()
    for label, words in (("why", rule.why), ("what to do", rule.fix), ("spec", rule.spec)):
        yield from _labelled(label, ((words, ""),), width)


def _found(details: Details, width: int) -> Iterator[Line]:
    yield ()
    for number, (station, count) in enumerate(details.stations):
        words = ((f"{visible(station or '?', 40)}  ", ""), (f"{count:,}", "dim"))
        yield from _labelled("found at" if not number else "", words, width)
    if details.examples:
        yield ()
        yield (("the newest", "dim"),)
    for finding in details.examples:
        yield from finding_lines(finding, 0, width)


def _labelled(label: str, words: Line, width: int) -> Iterator[Line]:
    for number, piece in enumerate(wrap(words, max(12, width - LABEL))):
        yield ((("" if number else label).ljust(LABEL), "dim"), *piece)
