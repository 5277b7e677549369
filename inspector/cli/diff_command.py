"""``ocpp-inspector diff``."""

from pathlib import Path

import click

from inspector.cli.options import JSON, NUMBER, FileName
from inspector.cli.report_options import HTML, IGNORE, JUNIT, print_records, print_report, require_folders, write_files
from inspector.replay.pattern import pattern
from inspector.store.reader import Reader


def _place(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[Path | None, int]:
    """Read the number of a session, perhaps with its capture in front of it."""
    capture, _, number = value.rpartition(":")
    return Path(capture) if capture else None, NUMBER.convert(number, _param, _ctx)  # type: ignore[arg-type]  # a str


EXAMPLES = """\b
Examples:
  ocpp-inspector diff lab.db 3 4 --ignore BootNotification:/3/firmwareVersion
  ocpp-inspector diff monday.db 1 tuesday.db:1 --html changes.html
"""


@click.command("diff", epilog=EXAMPLES)
@click.argument("capture", type=FileName())
@click.argument("first", metavar="A", type=NUMBER)
@click.argument("second", metavar="B", callback=_place)
@click.option("--other", type=FileName(), metavar="CAPTURE", help="The capture of session B.")
@IGNORE
@JUNIT
@HTML
@JSON
def command(
    capture: Path,
    first: int,
    second: tuple[Path | None, int],
    other: Path | None,
    ignore: tuple[str, ...],
    junit: Path | None,
    html: Path | None,
    as_json: bool,
) -> int:
    """Compare session B with session A of CAPTURE: the same talk with another firmware, or on another day.

    B may be in another capture: write OTHER.db:3, or --other. Frames are aligned by sender and action, each answer is
    compared with its CALL's. Message ids, times, and identifiers that were handed out (transactions, reservations,
    requests) may differ. Exit code 1 if anything else does, or if B has errors that A has not.
    """
    from inspector.replay.diff import Subject, diff

    require_folders(junit, html)
    where, number = second
    with Reader(capture) as then, Reader(where or other or capture) as now:
        subjects = Subject(then, then.session(first)), Subject(now, now.session(number))
        report = diff(*subjects, ignored=tuple(map(pattern, ignore)))
    (print_records if as_json else print_report)(report)
    write_files([report], junit, html)
    return report.exit_code
