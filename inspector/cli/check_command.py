"""``ocpp-inspector check``."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import click

from inspector.cli.options import JSON
from inspector.cli.output import paint, print_finding, print_json
from inspector.protocol import actions
from inspector.protocol.event import Received
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.frame import Frame, decode
from inspector.protocol.inspection import Inspection
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party, Version
from inspector.store.record import finding_record
from inspector.tui.lines import SIGNS
from inspector.tui.text import visible

_PREFIX = re.compile(rb"\s*(station|csms)\s*>\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """One input line, judged."""

    line: int
    seen: Seen
    version: Version | None
    findings: tuple[Finding, ...]


@click.command("check")
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--ocpp-version",
    "version",
    type=click.Choice([version.value for version in Version]),
    help="The version; default: guessed from the payloads.",
)
@JSON
def command(file: BinaryIO, version: str | None, as_json: bool) -> int:
    """Check raw frames from FILE or standard input, one a line.

    A line may begin with "station>" or "csms>"; otherwise the action tells who sent it. Answers are paired with CALLs
    earlier in the same input. Exit code 1 if a finding is an error.
    """
    errors = 0
    for checked in check(file, Version(version) if version else None):
        errors += sum(finding.severity is Severity.ERROR for finding in checked.findings)
        if as_json:
            print_json(_record(checked))
        else:
            _print(checked)
    return 1 if errors else 0


def check(lines: BinaryIO, version: Version | None) -> Iterator[Checked]:
    """Judge each line that is not empty, in order, as one session without times."""
    inspection = Inspection(version)
    waiting: dict[str, Party] = {}
    for number, line in enumerate(lines, 1):
        raw = (line.removeprefix(BOM_UTF8) if number == 1 else line).rstrip(b"\r\n")
        if not raw.strip():
            continue
        prefix = _PREFIX.match(raw)
        text = _text(raw[prefix.end() :] if prefix else raw)
        frame = decode(text)
        sender = Party(prefix[1].decode().lower()) if prefix else _sender(frame, inspection.version, waiting)
        if frame.type.has_action and frame.message_id is not None:
            waiting[frame.message_id] = sender
        observed = inspection.observe(Received(0, sender, text))
        assert observed.seen is not None
        yield Checked(number, observed.seen, inspection.version, observed.findings)


def _text(raw: bytes) -> str | bytes:
    """Take a line as text, as bytes only where it is none."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _sender(frame: Frame, version: Version | None, waiting: dict[str, Party]) -> Party:
    """Tell who sent a frame: an answer comes from the other side of its CALL, a CALL from who may send it."""
    if not frame.type.has_action and frame.message_id in waiting:
        return waiting[frame.message_id].peer
    for each in [version] if version else Version:
        row = actions.table(each).get(actions.resolve(each, frame.action or ""))
        if row is not None:
            sender = Party.STATION if Party.STATION in row.senders else Party.CSMS
            return sender if frame.type.has_action else sender.peer
    return Party.STATION


def _record(checked: Checked) -> dict[str, Any]:
    seen = checked.seen
    return {
        "line": checked.line,
        "type": seen.frame.type.name,
        "message_id": seen.frame.message_id,
        "action": seen.action,
        "ocpp_version": checked.version,
        "findings": [finding_record(finding) for finding in checked.findings],
    }


def _print(checked: Checked) -> None:
    seen = checked.seen
    worst = min((list(Severity).index(finding.severity) for finding in checked.findings), default=None)
    mark = "✓" if worst is None else SIGNS[list(Severity)[worst]]
    name = "ok" if worst is None else list(Severity)[worst].value
    action, message_id = visible(seen.action or "", 40), visible(seen.frame.message_id or "", 40)
    line = f"{checked.line:>4}  {paint(mark, name)}  {seen.frame.type.name:<10}  {action:<28}  {message_id}"
    click.echo(line.rstrip())
    for finding in checked.findings:
        print_finding(finding, indent=9)
