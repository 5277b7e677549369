"""``ocpp-inspector lint``."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from inspector.cli.codes import chosen
from inspector.cli.options import JSON, RECORDED_PATIENCE, SCHEMAS, SESSION, FileName, nanoseconds
from inspector.cli.output import paint, print_finding, print_json, print_wrapped, table_lines, told, totals
from inspector.errors import InspectorError
from inspector.formats.sarif import sarif_lines
from inspector.protocol import timestamp
from inspector.protocol.finding import Blame, Severity
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.protocol.rules import TABLE
from inspector.store.judge import UNSEEN
from inspector.store.lint import Found, Lint
from inspector.store.reader import Reader
from inspector.store.record import finding_record
from inspector.store.replacement import Replacement
from inspector.store.vendor_folder import vendors


@dataclass(slots=True)
class _Group:
    """The findings of one code: the first of them, how many there are, and who is blamed."""

    first: Found
    count: int = 0
    blamed: set[Blame] = field(default_factory=set)


@click.command("lint")
@click.argument("capture", type=FileName())
@SESSION
@click.option(
    "--select",
    multiple=True,
    metavar="CODES",
    help="Only these rules: codes, or letters of families, as in R,T002. May be given again.",
)
@click.option("--ignore", multiple=True, metavar="CODES", help="Not these rules, of those selected.")
@RECORDED_PATIENCE
@SCHEMAS
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="A summary by code, an object a finding, or SARIF 2.1.0.",
)
@JSON
@click.option("--verbose", "-v", is_flag=True, help="List every finding above the summary.")
@click.option("--update", is_flag=True, help="Put the findings in the place of those in the capture.")
def command(
    capture: Path,
    session: int | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    patience: float | None,
    schemas: Path | None,
    kind: str,
    as_json: bool,
    verbose: bool,
    update: bool,
) -> int:
    """Check the frames of CAPTURE again, with the rules of today, in the order of time.

    The capture stays as it is, but for --update: then what the chosen rules had found goes, and what they find now
    comes, all at once; sessions that are still being recorded are left alone. What takes pings or passwords
    to be seen is found only while recording. Exit code 1 if a finding is an error.
    """
    codes = chosen(select, ignore)
    if select and codes & UNSEEN:
        names = ", ".join(sorted(codes & UNSEEN))
        click.echo(f"{names}: found while recording; a capture keeps no passwords, and not always pings", err=True)
    tally: Counter[Severity] = Counter()
    with ExitStack() as stack:
        reader = stack.enter_context(Reader(capture))
        replacement = stack.enter_context(Replacement(capture)) if update else None
        lint = Lint(reader, session=session, codes=codes, patience_ns=nanoseconds(patience), vendors=vendors(schemas))
        found = _counted(lint.findings(), tally, replacement)
        _report("json" if as_json else kind, capture, found, verbose=verbose)
        if kind == "text" and not as_json:
            words = totals(tally[Severity.ERROR], tally[Severity.WARNING], tally[Severity.INFO])
            click.echo(f"{plural(lint.sessions, 'session')}, {plural(lint.frames, 'frame')}: {words}")
        for number in lint.cut:
            click.echo(f"session {number} begins in an earlier file: only families F and S are judged", err=True)
        if lint.trouble is not None:
            raise _unchecked(lint, lint.trouble, "; nothing was updated" if update else "")
        if replacement is not None:
            retired = set() if select or ignore else reader.codes() - set(TABLE)
            _tell(lint, replacement.commit(lint.closed, (codes | retired) - UNSEEN))
    return 1 if tally[Severity.ERROR] else 0


def _counted(found: Iterable[Found], tally: Counter[Severity], replacement: Replacement | None) -> Iterator[Found]:
    """Pass findings on: each is counted, and kept for the capture if it is to be updated."""
    for each in found:
        tally[each.finding.severity] += 1
        if replacement is not None:
            replacement.keep(each.session.id, each.finding)
        yield each


def _report(kind: str, capture: Path, found: Iterable[Found], *, verbose: bool) -> None:
    """Print findings as they are found, or once all are."""
    if kind == "json":
        for each in found:
            print_json(_record(each))
    elif kind == "sarif":
        for line in sarif_lines(capture, found):
            click.echo(line)
    else:
        _print(found, verbose=verbose)


def _unchecked(lint: Lint, trouble: Exception, end: str) -> InspectorError:
    """Say that the result is not whole."""
    why = f"{type(trouble).__name__}: {trouble}"
    return InspectorError(
        f"a bug in the inspector left {plural(lint.failures, 'event')} unchecked, the first because of {why}{end}"
    )


def _tell(lint: Lint, replaced: tuple[int, int]) -> None:
    """Say what the update did."""
    gone, came = replaced
    click.echo(
        f"updated {plural(len(lint.closed), 'session')}: {plural(gone, 'finding')} went, {came:,} came", err=True
    )
    for session in lint.still_open:
        click.echo(f"session {session} is still being recorded: its findings are left as they are", err=True)


def _record(found: Found) -> dict[str, Any]:
    """Return a finding and its place as a JSON object."""
    return {
        "session": found.session.id,
        "station": found.session.station,
        "frame": found.finding.frame,
        "frame_id": found.frame_id,
        "time": timestamp.write(found.time_ns),
        **finding_record(found.finding),
    }


def _print(found: Iterable[Found], *, verbose: bool) -> None:
    """Print the codes that were found, worst and most frequent first, each with its first finding."""
    groups: dict[str, _Group] = {}
    for each in found:
        group = groups.setdefault(each.finding.code, _Group(each))
        group.count += 1
        group.blamed.add(each.finding.blame)
        if verbose:
            print_finding(each.finding, 0, _place(each))
    if not groups:
        return
    if verbose:
        click.echo()
    severities = list(Severity)
    order = sorted(groups, key=lambda code: (severities.index(TABLE[code].severity), -groups[code].count, code))
    head, *lines = table_lines(HEADS, (_row(code, groups[code]) for code in order), right=frozenset({"COUNT"}))
    click.echo(head)
    for code, line in zip(order, lines, strict=True):
        click.echo(line)
        first = groups[code].first.finding
        pointer = f"{visible(first.pointer)}: " if first.pointer else ""
        print_wrapped(((f"{' ' * INDENT}{pointer}{told(first)}", ""),))
    click.echo()


HEADS = ("CODE", "SEVERITY", "COUNT", "NAME", "BLAMES", "FIRST SEEN (UTC)")
INDENT = 6
"""Where the words of a finding begin, below the line of its code."""


def _row(code: str, group: _Group) -> tuple[str, ...]:
    rule = TABLE[code]
    time = timestamp.write(group.first.time_ns)[:23].replace("T", " ")
    blamed = ", ".join(blame for blame in Blame if blame in group.blamed)
    severity = paint(rule.severity, rule.severity)
    return code, severity, f"{group.count:,}", rule.name, blamed, f"{time}, {_place(group.first)}"


def _place(found: Found) -> str:
    """Say where a finding is: session and frame, the frame also by the id that `frames` lists."""
    station = f" ({visible(found.session.station, 32)})" if found.session.station else ""
    frame = f", frame {found.finding.frame} (id {found.frame_id})" if found.finding.frame else ""
    return f"session {found.session.id}{station}{frame}"
