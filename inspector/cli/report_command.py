"""``ocpp-inspector report``."""

from pathlib import Path

import click

from inspector.cli.options import JSON, NUMBER, FileName
from inspector.cli.report_options import HTML, JUNIT, print_records, print_report, require_folders, write_files
from inspector.errors import InspectorError
from inspector.replay.kept_report import kept
from inspector.store.reader import Reader


@click.command("report")
@click.argument("capture", type=FileName())
@click.argument("run", type=NUMBER)
@JUNIT
@HTML
@JSON
def command(capture: Path, run: int, junit: Path | None, html: Path | None, as_json: bool) -> int:
    """Show again what a replay found: RUN is its session in CAPTURE. Exit code 1 if something differed."""
    require_folders(junit, html)
    with Reader(capture) as reader:
        reader.session(run)
        report = kept(reader, run)
    if report is None:
        raise InspectorError(f"{capture}: session {run} has no report; those of replays have one")
    (print_records if as_json else print_report)(report)
    write_files([report], junit, html)
    return report.exit_code
