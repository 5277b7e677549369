"""``ocpp-inspector replay``."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inspector.cli.options import JSON, NUMBER, YEAR, Seconds
from inspector.cli.output import paint, print_json
from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.protocol.version import Party
from inspector.store.reader import Reader

if TYPE_CHECKING:
    from inspector.replay.player import Outcome, Pace, StationRun
    from inspector.replay.script import Script
    from inspector.store.rows import Session

VERDICTS = {
    "same": ("✓", "ok"),
    "different": ("≠", "error"),
    "missing": ("✖", "error"),
    "extra": ("+", "warning"),
    "unsent": ("-", "dim"),
}


@click.command("replay")
@click.argument("capture", type=click.Path(path_type=Path))
@click.option("--session", "number", type=NUMBER, required=True, metavar="N", help="The session to send again.")
@click.option(
    "--as",
    "role",
    type=click.Choice([Party.STATION.value]),
    default=Party.STATION.value,
    show_default=True,
    help="Whom to play.",
)
@click.option(
    "--to",
    "url",
    required=True,
    metavar="URL",
    help="The live CSMS: ws://host:port/path; the station's id is put behind.",
)
@click.option(
    "--speed",
    type=click.Choice(["max", "1", "10"]),
    default="max",
    show_default=True,
    help="As fast as the answers come, as recorded, or ten times that.",
)
@click.option(
    "--timeout",
    type=Seconds(0.1, YEAR),
    default=10.0,
    show_default=True,
    help="Seconds to wait for an answer or a CALL.",
)
@JSON
def command(capture: Path, number: int, role: str, url: str, speed: str, timeout: float, as_json: bool) -> int:
    """Send the station's CALLs of a recorded session to a live CSMS, and say what it answers otherwise than then.

    Message ids are new; the CSMS's CALLs get the answers the station gave. The run is recorded in CAPTURE as a session
    of its own. Exit code 1 if something differed.
    """
    from inspector.proxy.address import parse_upstream
    from inspector.replay.player import Pace
    from inspector.replay.script import script

    parse_upstream(url)
    with Reader(capture) as reader:
        session = reader.session(number)
        plan = script(reader.pages(session=number), Party(role))
    if not plan.steps:
        raise InspectorError(f"{capture}: session {number} has no CALL to send")
    pace = Pace(None if speed == "max" else float(speed), timeout)
    tally, run = _play(capture, session, plan, url, pace, _json if as_json else _print)
    for frame in plan.skipped:
        click.echo(f"not sent: frame {frame.id}, {frame.type.name}, answers no CALL of the session", err=True)
    for what, count in Counter(run.unexpected).items():
        click.echo(f"unexpected, {count} times: {visible(what)}", err=True)
    if run.ending:
        click.echo(f"the CSMS ended the connection: {visible(run.ending)}", err=True)
    told = ", ".join(f"{tally[verdict]} {verdict}" for verdict in VERDICTS if tally[verdict])
    recorded = run.row.id if run.row else "?"
    click.echo(f"{len(plan.steps)} steps: {told}; recorded as session {recorded} of {capture}", err=True)
    return 0 if tally["same"] == tally.total() and not run.unexpected else 1


def _play(
    capture: Path, session: "Session", plan: "Script", url: str, pace: "Pace", show: Callable[["Outcome"], None]
) -> tuple[Counter[str], "StationRun"]:
    """Play the script, showing each outcome; return how many there were of each, and the run."""
    from inspector.replay.player import StationRun
    from inspector.store.writer import Writer

    tally: Counter[str] = Counter()
    writer = Writer(capture)
    run = StationRun(session, plan, url, pace, writer)

    async def play() -> None:
        async for outcome in run.outcomes():
            tally[outcome.verdict] += 1
            show(outcome)

    try:
        asyncio.run(play())
    finally:
        writer.close()
    return tally, run


def _json(outcome: "Outcome") -> None:
    call = outcome.step.call
    record = {
        "frame": call.id,
        "sender": call.sender,
        "action": call.action,
        "verdict": outcome.verdict,
        "latency_ms": None if outcome.latency_ns is None else round(outcome.latency_ns / 1e6, 3),
        "differences": [{"pointer": d.pointer, "recorded": d.recorded, "got": d.got} for d in outcome.differences],
    }
    print_json(record)


def _print(outcome: "Outcome") -> None:
    call = outcome.step.call
    sign, colour = VERDICTS[outcome.verdict]
    latency = "" if outcome.latency_ns is None else f"{outcome.latency_ns / 1e6:8.1f} ms"
    arrow = "▶" if call.sender == Party.STATION else "◀"
    action = f"{arrow} {visible(call.action or '', 32):<32}"
    click.echo(f"{paint(sign, colour)} {call.id:>6}  {action} {latency:>11}  {_words(outcome)}".rstrip())
    for found in outcome.differences:
        click.echo(
            f"           {visible(found.pointer)}: recorded {visible(found.recorded, 60)}, now {visible(found.got, 60)}"
        )


def _words(outcome: "Outcome") -> str:
    if outcome.verdict == "missing":
        return "no answer this time" if outcome.step.call.sender == Party.STATION else "the CSMS did not send it"
    return {"extra": "an answer, where there was none", "unsent": "not sent"}.get(outcome.verdict, "")
