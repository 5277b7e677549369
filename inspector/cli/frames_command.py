"""``ocpp-inspector frames``."""

from itertools import islice
from pathlib import Path

import click

from inspector.cli.options import FILTER, JSON, NUMBER, SESSION, FileName
from inspector.cli.output import counts, paint, print_finding, print_json
from inspector.protocol import timestamp
from inspector.protocol.printable import visible, visible_raw
from inspector.store.filter import compile_filter
from inspector.store.reader import Reader
from inspector.store.record import frame_record
from inspector.store.rows import FindingRow, FrameRow


class Filtering(click.Command):
    """A command whose help has the whole language of ``--filter``."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how a filter is made, and every key with an example."""
        from inspector.store.filter.terms import GUIDE, TERMS  # needs the tables of rules and actions

        with formatter.section("EXPR, a filter"):
            formatter.write_dl([(form, meaning) for form, meaning in GUIDE])
        with formatter.section("Keys"):
            formatter.write_dl([(key, f"{term.help}; {', '.join(term.examples)}") for key, term in TERMS.items()])
        super().format_epilog(ctx, formatter)


@click.command("frames", cls=Filtering)
@click.argument("capture", type=FileName())
@SESSION
@FILTER
@click.option("--limit", type=NUMBER, metavar="N", help="At most N frames.")
@JSON
def command(capture: Path, session: int | None, expression: str, limit: int | None, as_json: bool) -> None:
    """List the frames of CAPTURE, in the order they came."""
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
