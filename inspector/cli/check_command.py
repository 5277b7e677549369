"""``ocpp-inspector check``."""

from array import array
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import click

from inspector.cli.excerpt import excerpts, places, text_of
from inspector.cli.options import JSON, SCHEMAS, VERSION, Input
from inspector.cli.output import paint, print_finding, print_json, totals, width
from inspector.errors import InspectorError
from inspector.formats.speakers import Speakers, line_of, version_of
from inspector.protocol.event import Received
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.frame import decode
from inspector.protocol.inspection import Inspection
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.protocol.seen import Seen
from inspector.protocol.vendor import Vendors
from inspector.protocol.version import Party, Version
from inspector.store.record import finding_record
from inspector.store.vendor_folder import vendors
from inspector.tui.composed.lines import ARROWS, SIGNS

INDENT = 9
"""Where the words of a line begin; its frame and its findings stand below them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One input line, judged. ``about`` has for each finding the line it is about, 0 for all of them together."""

    line: int
    seen: Seen
    version: Version | None
    findings: tuple[Finding, ...]
    about: tuple[int, ...]


@click.command("check")
@click.argument("file", type=Input("rb"), default="-")
@VERSION
@click.option(
    "--sender",
    type=click.Choice([party.value for party in Party]),
    help="Who sent the lines that do not say it; default: told by the action.",
)
@SCHEMAS
@JSON
def command(file: BinaryIO, version: str | None, sender: str | None, schemas: Path | None, as_json: bool) -> int:
    """Check raw frames from FILE or standard input, one a line, and point at what is wrong.

    A line may begin with "station>" or "csms>"; otherwise --sender or the action tells who sent it, and an answer
    comes from the other side of its CALL. Answers are paired with CALLs earlier in the same input. Exit code 1 if a
    finding is an error.
    """
    found: Counter[Severity] = Counter()
    frames, known = 0, vendors(schemas)
    lines = _frames_of(file)
    for checked in check(lines, Version(version) if version else None, Party(sender) if sender else None, known):
        frames += 1
        found.update(finding.severity for finding in checked.findings)
        if as_json:
            print_json(_record(checked))
        else:
            _print(checked)
    if frames != 1 and not as_json:
        words = totals(found[Severity.ERROR], found[Severity.WARNING], found[Severity.INFO])
        click.echo(f"{plural(frames, 'frame')}: {words}", err=True)
    return 1 if found[Severity.ERROR] else 0


def _frames_of(file: BinaryIO) -> Iterator[bytes]:
    """Return the lines of a file. Raises :class:`InspectorError` for one of ours, which another command reads."""
    from inspector.formats.sources import SQLITE

    first = file.readline()
    name, lint, import_ = (
        ("standard input", "FILE", "-") if file.name == "<stdin>" else (file.name, file.name, file.name)
    )
    if first.startswith(SQLITE):
        raise InspectorError(f"{name} is a capture: ocpp-inspector lint {lint}")
    if first.startswith(b"{"):
        from inspector.formats.jsonl_reading import is_head

        if is_head(first):
            raise InspectorError(f"{name} is an export: ocpp-inspector import {import_} --capture NEW")
    return chain([first], file)


def check(
    lines: Iterable[bytes], version: Version | None, sender: Party | None = None, known: Vendors | None = None
) -> Iterator[Checked]:
    """Judge each line that is not empty, in order, as one session without times."""
    inspection = Inspection(version, vendors=known)
    speakers = Speakers(sender)
    numbers = array("Q")
    for number, line in enumerate(lines, 1):
        raw = line.removeprefix(BOM_UTF8) if number == 1 else line
        if not raw.strip():
            continue
        numbers.append(number)
        said, text = line_of(raw)
        who = speakers.of(decode(text), said, inspection.version or version_of(text))
        observed = inspection.observe(Received(0, who, text))
        assert observed.seen is not None
        about = tuple(numbers[found.frame - 1] if found.frame else 0 for found in observed.findings)
        yield Checked(number, observed.seen, inspection.version, observed.findings, about)


def _record(checked: Checked) -> dict[str, Any]:
    seen = checked.seen
    return {
        "line": checked.line,
        "type": seen.frame.type.name,
        "message_id": seen.frame.message_id,
        "action": seen.action,
        "ocpp_version": checked.version,
        "findings": [
            finding_record(finding) | ({} if line in {0, checked.line} else {"line": line})
            for finding, line in zip(checked.findings, checked.about, strict=True)
        ],
    }


def _print(checked: Checked) -> None:
    seen = checked.seen
    worst = min((finding.severity for finding in checked.findings), key=list(Severity).index, default=None)
    mark = paint("✓", "ok") if worst is None else paint(SIGNS[worst], worst)
    sender = paint(f"{ARROWS[seen.sender]} {seen.sender:<7}", seen.sender)
    action, message_id = visible(seen.action or "", 40), visible(seen.frame.message_id or "", 40)
    line = f"{checked.line:>4}  {mark}  {sender}  {seen.frame.type.name:<10}  {action:<28}  {message_id}"
    click.echo(line.rstrip())
    placed = _placed(checked)
    if any(about == checked.line for _, about, _ in placed):
        _print_frame(text_of(seen.frame.raw), [each for each in placed if each.place is not None])
    for finding, about, place in placed:
        if place is None:
            print_finding(finding, INDENT, f"(line {about})" if about not in {0, checked.line} else "")


class _Placed(NamedTuple):
    """A finding, the line it is about, and where in this line's frame it is, if it is there."""

    finding: Finding
    about: int
    place: int | None


def _placed(checked: Checked) -> list[_Placed]:
    pairs = list(zip(checked.findings, checked.about, strict=True))
    found = places(checked.seen.frame.raw, ((finding.pointer, finding.offset) for finding in checked.findings))
    return [
        _Placed(finding, line, place if line == checked.line else None)
        for (finding, line), place in zip(pairs, found, strict=True)
    ]


def _print_frame(text: str, placed: list[_Placed]) -> None:
    """Print a frame cut around what is wrong with it, and each finding below a caret that points at its place."""
    at: dict[int, list[Finding]] = {}
    for finding, _, place in placed:
        at.setdefault(place or 0, []).append(finding)
    for excerpt in excerpts(text, at or [0], width() - INDENT):
        click.echo(" " * INDENT + excerpt.text)
        for place, cell in excerpt.cells.items():
            for index, finding in enumerate(at.get(place, [])):
                if not index:
                    click.echo(" " * (INDENT + cell) + paint("^", finding.severity))
                print_finding(finding, INDENT)
