"""What the commands that make reports have in common: their options, and how a report leaves."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inspector.cli.options import FileName, readable
from inspector.cli.output import print_json, print_wrapped
from inspector.errors import InspectorError
from inspector.replay.pattern import pattern

if TYPE_CHECKING:
    from inspector.replay.report import Report

JUNIT = click.option(
    "--junit",
    type=FileName(dir_okay=False),
    metavar="FILE",
    help="Also write JUnit XML for a CI server, one test case a step.",
)
HTML = click.option(
    "--html",
    type=FileName(dir_okay=False),
    metavar="FILE",
    help="Also write a page to read and to pass on.",
)
IGNORE = click.option(
    "--ignore",
    multiple=True,
    metavar="PATH",
    callback=readable(pattern),
    help="A place that may differ: /2/interval, GetReport:/2/status; * is any step, ** any number. Repeatable.",
)


def require_folders(*files: Path | None) -> None:
    """Raise :class:`InspectorError` if a report could not be written at the end, before anything is begun."""
    for file in files:
        if file is not None and not file.absolute().parent.is_dir():
            raise InspectorError(f"{file}: no such folder")


def write_files(reports: Sequence["Report"], junit: Path | None, html: Path | None) -> None:
    """Write reports to the files that were asked for. Raises :class:`InspectorError`."""
    from inspector.formats.html import html as page
    from inspector.formats.junit import junit as xml

    try:
        if junit is not None:
            junit.write_text(xml(reports), "utf-8")
        if html is not None:
            with html.open("w", encoding="utf-8") as file:
                file.writelines(page(reports))
    except OSError as error:
        raise InspectorError(f"{error.filename}: can't be written: {error.strerror}") from error


def print_report(report: "Report") -> None:
    """Print what differs, then what is to be said of the whole."""
    from inspector.tui.composed.report_lines import shown, summary_lines

    for line in shown(report):
        print_wrapped(line)
    for line in summary_lines(report):
        print_wrapped(line)


def print_records(report: "Report") -> None:
    """Print a report as JSON Lines."""
    from inspector.formats.report_json import records

    for record in records(report):
        print_json(record)
