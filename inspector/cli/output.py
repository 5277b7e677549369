"""Text for people: aligned columns, colour only where it is wanted. And JSON Lines for programs."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from inspector.errors import InspectorError
from inspector.protocol.finding import Finding
from inspector.store.rows import FindingRow
from inspector.tui.lines import SIGNS
from inspector.tui.text import visible

COLOURS = {
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
    "station": "blue",
    "csms": "magenta",
    "dim": "bright_black",
}
"""What each thing is painted with; the words say it too."""


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


def print_json(record: dict[str, Any]) -> None:
    """Print one JSON object on one line."""
    click.echo(json.dumps(record, ensure_ascii=True))


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: frozenset[str] = frozenset()) -> None:
    """Print rows in aligned columns under their heads; the columns in ``right`` are numbers."""
    from rich.cells import cell_len

    table = [tuple(heads), *(tuple(row) for row in rows)]
    plain = [[click.unstyle(cell) for cell in row] for row in table]
    widths = [max(cell_len(row[column]) for row in plain) for column in range(len(heads))]
    for cells, bare in zip(table, plain, strict=True):
        line = []
        for head, cell, text, width in zip(heads, cells, bare, widths, strict=True):
            gap = " " * (width - cell_len(text))
            line.append(gap + cell if head in right else cell + gap)
        click.echo("  ".join(line).rstrip())


def counts(errors: int, warnings: int) -> str:
    """Write how many errors and warnings there are, and nothing for none."""
    parts = []
    if errors:
        parts.append(paint(f"{SIGNS['error']}{errors}", "error"))
    if warnings:
        parts.append(paint(f"{SIGNS['warning']}{warnings}", "warning"))
    return " ".join(parts)


def print_finding(finding: FindingRow | Finding, indent: int) -> None:
    """Print a finding on a line of its own, its hint behind it."""
    pointer = f" {visible(finding.pointer)}" if finding.pointer else ""
    offset = f" at byte {finding.offset}" if finding.offset is not None else ""
    hint = f" — {visible(finding.hint)}" if finding.hint else ""
    head = paint(f"{finding.severity} {finding.code}", finding.severity)
    click.echo(f"{' ' * indent}{head}{pointer}{offset}: {visible(finding.message)}{hint}")
