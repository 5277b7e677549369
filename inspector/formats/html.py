"""A report as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from inspector import __version__
from inspector.protocol import timestamp
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.replay.report import FindingChange, Item, Report
from inspector.replay.steps import Verdict

MOST_ROWS = 5000
"""Steps that are shown one by one; in a longer report, steps in a row that are the same have one line."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #66707e; --line: #e3e7ec; --page: #f6f7f9; --card: #fff;
  --good: #1a7f45; --bad: #c0312b; --odd: #9a6700; --old: #fbe9e7; --new: #e6f4ea;
  --station: #1f5fbf; --csms: #8b3fa8; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe5ec; --soft: #93a0af; --line: #2c3540; --page: #12171d;
  --card: #1a212a; --good: #58c486; --bad: #ff7b72; --odd: #e3b341; --old: #3d2322; --new: #1c3527;
  --station: #79b0ff; --csms: #d79bf0; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 76rem; margin: 0 auto; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.4rem 1.6rem;
  margin-bottom: 1.5rem; }
.verdict { font-weight: 600; } .good { color: var(--good); } .bad { color: var(--bad); } .odd { color: var(--odd); }
.soft { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: 1rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
.chip { border: 1px solid var(--line); border-radius: 99px; padding: .1rem .8rem; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; color: var(--soft); font-weight: 500; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, .raw { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.raw { color: var(--soft); } .station { color: var(--station); } .csms { color: var(--csms); }
tr.open td { border-bottom: 0; } th.number { text-align: right; }
.old { background: var(--old); } .new { background: var(--new); }
.old, .new { padding: 0 .3rem; border-radius: 4px; white-space: pre-wrap; }
.only { float: right; font-size: .9rem; color: var(--soft); } .only input { accent-color: var(--bad); }
section:has(.only input:checked) tr.same { display: none; }
footer { text-align: center; color: var(--soft); font-size: .85rem; }
@media print { body { background: none; padding: 0; } section { border: 0; padding: 0; } .only { display: none; } }
"""

_SIGNS = {
    Verdict.SAME: ("✓", "good"),
    Verdict.DIFFERENT: ("≠", "bad"),
    Verdict.MISSING: ("✖", "bad"),
    Verdict.EXTRA: ("+", "odd"),
    Verdict.LATE: ("◷", "odd"),
    Verdict.OUT_OF_ORDER: ("⇅", "odd"),
    Verdict.UNSENT: ("–", "soft"),
    Verdict.SKIPPED: ("·", "soft"),
}

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for this page: nothing."""


def html(reports: Sequence[Report]) -> Iterator[str]:
    """Yield reports as one HTML document, a piece at a time."""
    title = "Replay" if any(report.role for report in reports) else "Comparison"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · OCPP Inspector</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    for report in reports:
        yield from _report(report)
    yield f"<footer>ocpp-inspector {text(__version__)}</footer>\n</main>\n</body>\n</html>\n"


_NOT_HTML = re.compile("[\ufffe\uffff]")


def text(words: object) -> str:
    """Make a text harmless, and fit for HTML, also inside of an attribute."""
    return escape(_NOT_HTML.sub("\ufffd", visible(str(words))))


def _report(report: Report) -> Iterator[str]:
    yield "<section>\n"
    yield from _head(report)
    yield from _bindings(report)
    yield from _findings("New findings", report.new_findings)
    yield from _findings("Gone findings", report.gone_findings)
    yield from _steps(report)
    yield "</section>\n"


def _head(report: Report) -> Iterator[str]:
    what = "Replay" if report.role else "Comparison"
    words, style = ("Nothing differs.", "good") if report.is_same else ("There are differences.", "bad")
    yield f"<h1>{what} of {text(report.source.station or 'a station')}, {text(report.source.label)}</h1>\n"
    yield f'<div class="verdict {style}">{words}</div>\n<dl>\n'
    for name, value in _facts(report):
        yield f"<dt>{name}</dt><dd>{text(value)}</dd>\n"
    yield '</dl>\n<div class="chips">\n'
    for verdict in Verdict:
        if report.counts[verdict]:
            sign, style = _SIGNS[verdict]
            counted = f"{report.counts[verdict]:,} {verdict}"
            yield f'<span class="chip"><span class="{style}">{sign}</span> {counted}</span>\n'
    yield "</div>\n"


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield "Recorded", f"{report.source.label} of {report.source.capture}"
    other = f"{report.other.station}, {report.other.label} of {report.other.capture}"
    yield ("Run" if report.role else "Compared with"), other
    if report.role:
        yield "Played", f"the {report.role.label}, against {report.target}"
    yield "Began", timestamp.write(report.began_ns)
    yield "Took", timestamp.span(report.ended_ns - report.began_ns)
    if report.ending:
        yield "Ended", report.ending
    for words in report.skipped:
        yield "Skipped", words
    for change, count in report.changed.items():
        yield "Set", f"{change}, {plural(count, 'time')}"


def _table(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table; its cells are HTML already."""
    yield f"<h2>{title}</h2>\n<table>\n<tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>\n"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n"
    yield "</table>\n"


def _bindings(report: Report) -> Iterator[str]:
    if report.bindings:
        rows = (
            (text(each.kind), _old(each.recorded), _new(each.live), f"<code>{text(each.where)}</code>")
            for each in report.bindings
        )
        yield from _table("Identifiers", ("Kind", "Recorded", "Now", "First seen in"), rows)


def _findings(title: str, found: Sequence[FindingChange]) -> Iterator[str]:
    styles = {"error": "bad", "warning": "odd"}
    if found:
        rows = (
            (
                f'<span class="{styles.get(each.severity, "soft")}">{text(each.severity)}</span> {text(each.code)}',
                text(each.action),
                f"<code>{text(each.pointer)}</code>",
                text(each.message),
                f"{each.recorded:,} → {each.now:,}",
            )
            for each in found
        )
        yield from _table(title, ("Finding", "Action", "Place", "What", "Count"), rows)


def _steps(report: Report) -> Iterator[str]:
    yield '<label class="only"><input type="checkbox"> only what differs</label>\n'
    yield f"<h2>{'Steps' if report.role else 'Frames'}</h2>\n<table>\n"
    yield '<tr><th></th><th class="number">Frame</th><th>Sender</th><th>Type</th><th>Action</th>'
    yield '<th class="number">Latency</th><th></th></tr>\n'
    brief = len(report.items) > MOST_ROWS
    for is_same, items in groupby(report.items, lambda item: item.verdict is Verdict.SAME):
        if is_same and brief:
            count = sum(1 for _ in items)
            yield f'<tr class="same"><td class="good">✓</td><td class="soft" colspan="6">{count:,} the same</td></tr>\n'
        else:
            for item in items:
                yield from _row(item)
    yield "</table>\n"


def _row(item: Item) -> Iterator[str]:
    sign, style = _SIGNS[item.verdict]
    said = "" if item.verdict is Verdict.SAME else f'<span class="{style}">{item.verdict}</span> '
    latency = "" if item.latency_ns is None else f"{item.latency_ns / 1e6:,.1f} ms"
    details = "".join(_details(item))
    kind = "same" if item.verdict is Verdict.SAME else "open" if details else "step"
    yield (
        f'<tr class="{kind}"><td class="{style}">{sign}</td><td class="number">{item.frame or item.other or ""}</td>'
        f'<td class="{item.sender}">{item.sender.label}</td><td>{text(item.type)}</td><td>{text(item.action)}</td>'
        f'<td class="number">{latency}</td><td>{said}{text(item.words)}</td></tr>\n'
    )
    if details:
        yield f'<tr><td></td><td colspan="6">{details}</td></tr>\n'


def _details(item: Item) -> Iterator[str]:
    """Yield what differs, or else what came."""
    for each in item.differences:
        yield f"<div><code>{text(each.pointer) or 'frame'}</code> {_old(each.recorded)} {_new(each.got)}</div>"
    if item.got and not item.differences:
        yield f'<div class="raw">{text(item.got)}</div>'


def _old(words: str) -> str:
    return f'<code class="old">{text(words)}</code>'


def _new(words: str) -> str:
    return f'<code class="new">{text(words)}</code>'
