"""``ocpp-inspector sessions``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from inspector.cli.options import JSON, FileName
from inspector.cli.output import counts, print_finding, print_json, table_lines
from inspector.protocol import timestamp
from inspector.protocol.printable import visible
from inspector.store.reader import Reader
from inspector.store.record import event_record, session_record
from inspector.store.rows import EventRow, FindingRow, Session
from inspector.tui.composed.lines import ending

INDENT = 6
"""Where the findings about a session stand below its line."""

MOST_ODDITIES = 5
"""Violations, gaps and troubles that are printed of one session."""


@click.command("sessions")
@click.argument("capture", type=FileName())
@JSON
def command(capture: Path, as_json: bool) -> None:
    """List the sessions of CAPTURE: one line a connection, also a refused one.

    Findings about a session as a whole stand below it, and what is missing or odd in its record; findings about its
    frames are only counted: see `frames`.
    """
    with Reader(capture) as reader:
        sessions, findings, oddities = reader.sessions(), reader.own_findings(), reader.oddities()
        if as_json:
            _print_json(reader, sessions, findings, oddities)
            return
    if not sessions:
        click.echo(f"{capture}: no session yet", err=True)
    print_sessions(sessions, findings, oddities)


def _print_json(
    reader: Reader,
    sessions: Sequence[Session],
    findings: Mapping[int, Sequence[FindingRow]],
    oddities: Mapping[int | None, Sequence[EventRow]],
) -> None:
    """Print a line for each session, with all that is odd; at the end one for what is of all, if something is."""
    for session in sessions:
        record = session_record(session, findings.get(session.id, ()))
        if first := reader.place(session.id, 1):
            record["times"]["first frame"] = timestamp.write(first[1])
        print_json({**record, "events": [event_record(event) for event in oddities.get(session.id, ())]})
    if None in oddities:
        print_json({"session": None, "events": [event_record(event) for event in oddities[None]]})


def print_sessions(
    sessions: Sequence[Session],
    findings: Mapping[int, Sequence[FindingRow]] | None = None,
    oddities: Mapping[int | None, Sequence[EventRow]] | None = None,
) -> None:
    """Print sessions as a table, below each the findings about it and what is odd; at the end, what is of all."""
    heads = ("ID", "STATION", "OCPP", "PEER", "OPENED (UTC)", "FRAMES", "FINDINGS", "ENDED")
    head, *lines = table_lines(heads, map(_row, sessions), right=frozenset({"ID", "FRAMES"}))
    if sessions:
        click.echo(head)
    for session, line in zip(sessions, lines, strict=True):
        click.echo(line)
        for finding in (findings or {}).get(session.id, ()):
            print_finding(finding, INDENT)
        _print_oddities((oddities or {}).get(session.id, ()), INDENT)
    _print_oddities((oddities or {}).get(None, ()), 0)


def _print_oddities(oddities: Sequence[EventRow], indent: int) -> None:
    """Print the first violations, gaps and troubles, and how many there are beside."""
    for event in oddities[:MOST_ODDITIES]:
        who = f" of the {event.sender}" if event.sender else ""
        click.echo(visible(f"{' ' * indent}{event.kind}{who} {timestamp.write(event.time_ns)[11:19]}: {event.what}"))
    if len(oddities) > MOST_ODDITIES:
        click.echo(f"{' ' * indent}and {len(oddities) - MOST_ODDITIES} more like these")


def _row(session: Session) -> tuple[str, ...]:
    return (
        str(session.id),
        visible(session.station or "?", 32),
        session.version or "?",
        visible(session.peer, 40),
        timestamp.write(session.opened_ns)[:19].replace("T", " "),
        str(session.frames),
        counts(session.errors, session.warnings),
        ending(session)[0],
    )
