"""``ocpp-inspector sessions``."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from inspector.cli.options import JSON
from inspector.cli.output import counts, print_finding, print_json, table_lines
from inspector.protocol import timestamp
from inspector.protocol.printable import visible
from inspector.store.reader import Reader
from inspector.store.record import session_record
from inspector.store.rows import FindingRow, Session
from inspector.tui.lines import ending

INDENT = 6
"""Where the findings about a session stand below its line."""


@click.command("sessions")
@click.argument("capture", type=click.Path(path_type=Path))
@JSON
def command(capture: Path, as_json: bool) -> None:
    """List the sessions of CAPTURE: one line a connection, also a refused one.

    Findings about a session as a whole stand below it; those about its frames are only counted: see `frames`.
    """
    with Reader(capture) as reader:
        sessions, findings = reader.sessions(), reader.own_findings()
    if as_json:
        for session in sessions:
            print_json(session_record(session, findings.get(session.id, ())))
        return
    if not sessions:
        click.echo(f"{capture}: no session yet", err=True)
        return
    print_sessions(sessions, findings)


def print_sessions(sessions: Sequence[Session], findings: Mapping[int, Sequence[FindingRow]] | None = None) -> None:
    """Print sessions as a table, below each the findings about it."""
    heads = ("ID", "STATION", "OCPP", "PEER", "OPENED (UTC)", "FRAMES", "FINDINGS", "ENDED")
    head, *lines = table_lines(heads, map(_row, sessions), right=frozenset({"ID", "FRAMES"}))
    click.echo(head)
    for session, line in zip(sessions, lines, strict=True):
        click.echo(line)
        for finding in (findings or {}).get(session.id, ()):
            print_finding(finding, INDENT)


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
