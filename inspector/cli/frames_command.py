"""``ocpp-inspector frames``."""

from itertools import islice
from pathlib import Path

import click

from inspector.cli.options import JSON, NUMBER, SESSION
from inspector.cli.output import counts, paint, print_finding, print_json
from inspector.protocol import timestamp
from inspector.protocol.printable import visible, visible_raw
from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from inspector.store.record import frame_record
from inspector.store.rows import FindingRow, FrameRow


@click.command("frames")
@click.argument("capture", type=click.Path(path_type=Path))
@SESSION
@click.option(
    "--filter",
    "expression",
    default="",
    metavar="EXPR",
    help="Only matching frames, e.g. 'action:Boot* severity:error'.",
)
@click.option("--limit", type=NUMBER, metavar="N", help="At most N frames.")
@JSON
def command(capture: Path, session: int | None, expression: str, limit: int | None, as_json: bool) -> None:
    """List the frames of CAPTURE, in the order they came.

    EXPR is made of key:value terms, which must all hold; "or", "not", parentheses and quotes may be used, "*" stands
    for any text, and a bare word searches the raw text. Keys: action, sender, station, type, id, session, severity,
    code, origin.
    """
    where = compile_filter(expression)
    with Reader(capture) as reader:
        if session is not None:
            reader.session(session)
        frames = islice(reader.pages(where, session=session), limit)
        for frame, findings in reader.judged(frames):
            if as_json:
                print_json(frame_record(frame, findings))
            else:
                _print(frame, findings)


def _print(frame: FrameRow, findings: list[FindingRow]) -> None:
    latency = "" if frame.latency_ns is None else f"{frame.latency_ns / 1e6:.1f} ms"
    arrow = "▶" if frame.sender == "station" else "◀"
    sender = paint(f"{arrow} {frame.sender:<7}", frame.sender)
    action = visible(frame.action or "", 28)
    click.echo(
        f"{frame.id:>6}  {timestamp.write(frame.time_ns)[11:23]}  {sender}  {frame.type.name:<10}  "
        f"{action:<28}  {latency:>10}  {counts(frame.errors, frame.warnings)}".rstrip()
    )
    click.echo(paint(f"        {visible_raw(frame.raw, 400)}", "dim"))
    for finding in findings:
        print_finding(finding, indent=8)
