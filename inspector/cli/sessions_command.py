"""``ocpp-inspector sessions``."""

from pathlib import Path

import click

from inspector.cli.options import JSON
from inspector.cli.output import counts, print_json, print_table
from inspector.protocol import timestamp
from inspector.store.reader import Reader
from inspector.store.record import session_record
from inspector.store.rows import Session
from inspector.tui.lines import ending
from inspector.tui.text import visible


@click.command("sessions")
@click.argument("capture", type=click.Path(path_type=Path))
@JSON
def command(capture: Path, as_json: bool) -> None:
    """List the sessions of CAPTURE: one line a connection, also a refused one."""
    with Reader(capture) as reader:
        sessions = reader.sessions()
    if as_json:
        for session in sessions:
            print_json(session_record(session))
        return
    if not sessions:
        click.echo(f"{capture}: no session yet", err=True)
        return
    print_sessions(sessions)


def print_sessions(sessions: list[Session]) -> None:
    """Print sessions as a table."""
    heads = ("ID", "STATION", "OCPP", "PEER", "OPENED (UTC)", "FRAMES", "FINDINGS", "ENDED")
    print_table(heads, map(_row, sessions), right=frozenset({"ID", "FRAMES"}))


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
