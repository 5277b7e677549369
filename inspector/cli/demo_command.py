"""``ocpp-inspector demo``."""

import signal
import sys
from collections import Counter
from pathlib import Path
from typing import NoReturn

import click

from inspector.cli.capture_path import new_capture
from inspector.cli.options import NEW_CAPTURE, Seconds
from inspector.cli.output import complain, paint, print_table
from inspector.cli.sessions_command import print_sessions
from inspector.protocol.plural import plural
from inspector.protocol.rules import TABLE
from inspector.store.reader import Reader


@click.command("demo")
@click.option(
    "--seconds",
    type=Seconds(2, 3600),
    default=15.0,
    show_default=True,
    help="How long the charging sessions take.",
)
@click.option(
    "--tui/--no-tui",
    default=None,
    help="Open the terminal interface, or print a summary; default: as the terminal allows.",
)
@NEW_CAPTURE
def command(seconds: float, tui: bool | None, capture: Path | None) -> None:
    """Watch a simulated CSMS and two stations (1.6 and 2.0.1) through the real proxy.

    They charge, once because of a card and once because the CSMS says so, and three faults are planted: a schema
    violation, an unanswered call, and a timestamp without a zone. All of it is recorded into a capture.
    """
    from inspector.demo.run import Demo

    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    path = capture or new_capture("demo")
    interactive = sys.stdout.isatty() and sys.stdin.isatty() if tui is None else tui
    with Demo(path, seconds) as demo:
        if interactive:
            from inspector.tui.app import InspectorApp

            InspectorApp(path, news=demo.news).run()
        else:
            click.echo(f"recording for about {seconds:g} s ...", err=True)
            demo.wait()
    complain(demo.complaints)
    if interactive:
        click.echo(f"The capture is {path}. Open it again with: ocpp-inspector tui {path}", err=True)
    else:
        summarise(path)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def summarise(path: Path) -> None:
    """Print the sessions, and the findings by code with their first words."""
    with Reader(path) as reader:
        sessions, findings = reader.sessions(), reader.findings()
    print_sessions(sessions)
    total = sum(session.frames for session in sessions)
    counts = (plural(len(sessions), "session"), plural(total, "frame"), plural(len(findings), "finding"))
    click.echo(f"\n{', '.join(counts)}\n")
    numbers = Counter(finding.code for finding in findings)
    first = {finding.code: finding for finding in reversed(findings)}
    print_table(
        ("CODE", "SEVERITY", "COUNT", "WHAT", "FIRST SEEN"),
        [
            (code, paint(rule.severity, rule.severity), str(numbers[code]), rule.name, first[code].message)
            for code, rule in TABLE.items()
            if code in numbers
        ],
        right=frozenset({"COUNT"}),
    )
    click.echo(f"\nThe capture is {path}. Browse it with: ocpp-inspector tui {path}")
