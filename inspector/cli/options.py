"""Options that more than one command has."""

from pathlib import Path

import click

NEW_CAPTURE = click.option(
    "--capture",
    type=click.Path(path_type=Path),
    help="The file to record into, new or not; by default a new one below captures/.",
)

PATIENCE = click.option(
    "--patience",
    type=click.FloatRange(0.05),
    default=30.0,
    show_default=True,
    help="Seconds a CALL may wait for its answer.",
)

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")

SESSION = click.option("--session", type=int, metavar="N", help="Only session N.")
