"""Options that more than one command has."""

import math
from pathlib import Path
from typing import Any

import click

NEW_CAPTURE = click.option(
    "--capture",
    type=click.Path(path_type=Path),
    help="The file to record into, new or not; by default a new one below captures/.",
)


class Seconds(click.FloatRange):
    """A time that has an end: neither ``nan`` nor ``inf``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it, or fail in click's way."""
        seconds: float = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value} is not a number of seconds.", param, ctx)
        return seconds


YEAR = 31_536_000
NUMBER = click.IntRange(1, 2**63 - 1)
"""The number of something in a capture, as SQLite can hold it."""

PATIENCE = click.option(
    "--patience",
    type=Seconds(0.05, YEAR),
    default=30.0,
    show_default=True,
    help="Seconds a CALL may wait for its answer.",
)

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")

SESSION = click.option("--session", type=NUMBER, metavar="N", help="Only session N.")

SCHEMAS = click.option(
    "--schemas",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also check vendors' data, against DIR/<vendorId>/<messageId>.json.",
)
"""Read it with ``inspector.store.vendor_folder.vendors``."""
