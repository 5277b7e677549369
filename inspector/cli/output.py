"""Text for people: aligned columns, colour only where it is wanted. And JSON Lines for programs."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from inspector.errors import InspectorError
from inspector.protocol.finding import Finding
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.store.rows import FindingRow
from inspector.tui.composed.lines import SIGNS, Line, wrap

COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
    "station": "blue",
    "csms": "magenta",
    "dim": "bright_black",
    "ok": "green",
}
"""What each thing is painted with; the words say it too."""

PLAIN_WIDTH = 100
"""Columns where there is no terminal."""


def coloured() -> bool:
    """Tell whether standard output takes colour: a terminal, and no ``NO_COLOR`` (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def require_terminal() -> None:
    """Raise :class:`InspectorError` where there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise InspectorError("the interface needs a terminal; `sessions` and `frames` print to a pipe")


def paint(text: str, what: str) -> str:
    """Colour a text for what it is, if colour is wanted."""
    return click.style(text, fg=COLOURS[what]) if what in COLOURS and coloured() else text


def complain(complaints: str) -> None:
    """Pass on what another part of the program said on standard error, line by line; nothing where it said nothing."""
    for line in filter(None, complaints.split("\n")):
        click.echo(visible(line), err=True)


def print_json(record: dict[str, Any]) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(record, ensure_ascii=True))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[str] = frozenset()) -> None:
    """Print rows in aligned columns under their heads; the columns in ``right`` are numbers."""
    for line in table_lines(heads, rows, right=right):
        click.echo(line)


def table_lines(
    heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield the heads and the rows of a table in aligned columns, a line each."""
    from rich.cells import cell_len

    table = [tuple(heads), *(tuple(row) for row in rows)]
    plain = [[click.unstyle(cell) for cell in row] for row in table]
    widths = [max(cell_len(row[column]) for row in plain) for column in range(len(heads))]
    for cells, bare in zip(table, plain, strict=True):
        line = []
        for head, cell, text, width in zip(heads, cells, bare, widths, strict=True):
            gap = " " * (width - cell_len(text))
            line.append(gap + cell if head in right else cell + gap)
        yield "  ".join(line).rstrip()


def width() -> int:
    """Return how many columns the terminal has; what goes elsewhere is 100 wide."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PLAIN_WIDTH


def counts(errors: int, warnings: int) -> str:
    """Write how many errors and warnings there are, and nothing for none."""
    parts = []
    if errors:
        parts.append(paint(f"{SIGNS['error']}{errors}", "error"))
    if warnings:
        parts.append(paint(f"{SIGNS['warning']}{warnings}", "warning"))
    return " ".join(parts)


def totals(errors: int, warnings: int, infos: int) -> str:
    """Write how many findings there are of each severity, in words."""
    words = (plural(errors, "error"), plural(warnings, "warning"), f"{infos:,} info")
    counted = zip((errors, warnings, infos), words, strict=True)
    return ", ".join(word for count, word in counted if count) or "no findings"


def told(finding: FindingRow | Finding) -> str:
    """Write what a finding says, its hint behind it."""
    return visible(finding.message) + (f" — {visible(finding.hint)}" if finding.hint else "")


def print_finding(finding: FindingRow | Finding, indent: int, about: str = "") -> None:
    """Print a finding, its hint behind it: on a line of its own, or on as many as a terminal needs.

    ``about`` says what it is about, where that is not what stands above it.
    """
    pointer = f" {visible(finding.pointer)}" if finding.pointer else ""
    offset = f" at byte {finding.offset}" if finding.offset is not None else ""
    head = f"{' ' * indent}{finding.severity} {finding.code}"
    text = f"{about and ' '}{about}{pointer}{offset}: {told(finding)}"
    print_wrapped(((head, finding.severity), (text, "")))


def print_wrapped(line: Line) -> None:
    """Print a line in its colours; on a terminal what is too long goes on below, indented."""
    for piece in wrap(line, width()) if sys.stdout.isatty() else (line,):
        click.echo("".join(paint(text, style) for text, style in piece))
