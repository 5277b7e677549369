"""Options that more than one command has."""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from inspector.protocol.version import Version

Command = TypeVar("Command", bound=Callable[..., Any])


class FileName(click.Path):
    """The name of a file, or of a folder where there may be one; of an empty one pathlib would make the folder "."."""

    def __init__(self, *, dir_okay: bool = True) -> None:
        super().__init__(path_type=Path, dir_okay=dir_okay)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Make a path of it, or fail in click's way."""
        if value == "":
            self.fail(EMPTY, param, ctx)
        return super().convert(value, param, ctx)


EMPTY = "the name is empty."

NEW_CAPTURE = click.option(
    "--capture",
    type=FileName(),
    help="The file to record into, new or not; by default a new one below captures/.",
)

ANOTHER_CAPTURE = click.option(
    "--capture",
    "into",
    type=FileName(),
    metavar="OTHER",
    help="The file to record into, new or not; by default CAPTURE itself.",
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


def _patience(default: float | None, shown: bool | str) -> Callable[[Command], Command]:
    words = "Seconds a CALL may wait for its answer."
    return click.option("--patience", type=Seconds(0.05, YEAR), default=default, show_default=shown, help=words)


PATIENCE = _patience(30.0, True)
RECORDED_PATIENCE = _patience(None, "as recorded, else 30")
"""Read it with :func:`nanoseconds`; None stands for what each session was recorded with."""


def nanoseconds(seconds: float | None) -> int | None:
    """Return seconds as nanoseconds, None for None."""
    return None if seconds is None else int(seconds * 1e9)


class Input(click.File):
    """A file to read; an empty name, or a standard input that is closed, is told in click's way."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> IO[Any]:
        """Open it, or fail in click's way."""
        if value == "":
            self.fail(EMPTY, param, ctx)
        if value == "-" and sys.stdin is None:
            self.fail("standard input is closed.", param, ctx)
        return super().convert(value, param, ctx)


VERSION = click.option(
    "--ocpp-version",
    "version",
    type=click.Choice([version.value for version in Version]),
    help="The version of bare frames; default: guessed from the payloads.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")

SESSION = click.option("--session", type=NUMBER, metavar="N", help="Only session N.")

FILTER = click.option(
    "--filter",
    "expression",
    default="",
    metavar="EXPR",
    help="Only matching frames, e.g. 'action:Boot* severity:error'; `frames --help` has all keys.",
)
"""Read it with ``inspector.store.filter.compile_filter``."""


SCHEMAS = click.option(
    "--schemas",
    type=FileName(),
    metavar="DIR",
    help="Also check vendors' data, against DIR/<vendorId>/<messageId>.json.",
)
"""Read it with ``inspector.store.vendor_folder.vendors``."""


def readable(read: Callable[[str], object]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return a click callback that lets pass, as it was typed, what ``read`` can read, and None."""

    def check(_ctx: click.Context, _param: click.Parameter, value: Any) -> Any:
        for each in value if isinstance(value, tuple) else (value,):
            if each is not None:
                read(each)
        return value

    return check
