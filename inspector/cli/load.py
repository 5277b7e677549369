"""Many stations at once, on the command line: the question before, the progress, and the sum."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from inspector.cli.output import paint, print_json, print_table
from inspector.errors import InspectorError
from inspector.protocol.plural import plural
from inspector.protocol.printable import visible
from inspector.proxy.address import is_loopback, parse_upstream
from inspector.store.amounts import parse_seconds

if TYPE_CHECKING:
    from inspector.replay.load import Load, Tally
    from inspector.replay.options import RunOptions

PROGRESS_SECONDS = 1.0
MOST_FAILURES = 10
"""Kinds of failures that are told."""


def run_load(options: "RunOptions", given: Mapping[str, Any]) -> int:
    """Play many clones of a session; return the exit code. Raises :class:`InspectorError`."""
    from inspector.replay.load import NAMES, Load, LoadOptions

    if given["junit"] or given["html"] or given["stepwise"]:
        raise InspectorError("--junit, --html and --step are for one station; --stations tells sums")
    wanted = LoadOptions(
        run=options,
        stations=given["many"],
        station_id=given["station_id"] or NAMES,
        ramp=0.0 if given["ramp"] == "0" else parse_seconds(given["ramp"]),
        repeat=given["repeat"],
    )
    load = Load(wanted)
    where = f"{plural(wanted.stations, 'station')} as {wanted.name(1)} ... {wanted.name(wanted.stations)}"
    click.echo(f"This is a load generator: {visible(where)} will connect to {options.to}", err=True)
    if not given["yes"]:
        confirm(options.to)
    tally = asyncio.run(_play(load))
    (_tell_json if given["as_json"] else _tell)(tally)
    return 130 if load.stopped else 1 if tally.errors else 0


def confirm(url: str) -> None:
    """Ask before a CSMS that is not on this machine is put under load. Raises :class:`InspectorError` if not agreed."""
    host = parse_upstream(url).host
    if is_loopback(host):
        return
    if not sys.stdin.isatty():
        raise InspectorError(f"{host} is not this machine: say --yes if its owner agrees to the load")
    question = f"{host} is not this machine. Type its name if its owner agrees"
    try:
        typed = click.prompt(question, err=True, default="", show_default=False)
    except click.Abort:
        click.echo(err=True)  # the cursor stands behind the question
        raise
    if typed.strip() != host:
        raise InspectorError(f"{host}: not confirmed, nothing was sent")


async def _play(load: "Load") -> "Tally":
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, load.stop)
    progress = asyncio.create_task(_progress(load))
    try:
        return await load.play()
    finally:
        progress.cancel()
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)


async def _progress(load: "Load") -> None:
    """Tell once a second how it goes: on a terminal in one line."""
    terminal, before = sys.stderr.isatty(), 0
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        tally = load.tally
        speed = (tally.exchanges - before) / PROGRESS_SECONDS
        before = tally.exchanges
        words = (
            f"{tally.seconds:5.0f} s  {tally.connected:,} connected,"
            f" {tally.finished:,} of {load.options.stations:,} done, {speed:,.0f} exchanges/s,"
            f" {plural(tally.errors, 'error')}"
        )
        click.echo(f"\r\x1b[K{words}" if terminal else words, nl=not terminal, err=True)


def _tell(tally: "Tally") -> None:
    heads = ("action", "exchanges", "p50 ms", "p90 ms", "p99 ms", "max ms", "errors")
    rows = [
        (
            visible(row["action"], 40),
            f"{row['exchanges']:,}",
            *(f"{row[name]:,.1f}" for name in ("p50_ms", "p90_ms", "p99_ms", "max_ms")),
            paint(", ".join(f"{count:,} {what}" for what, count in row["errors"].items()), "error"),
        )
        for row in tally.rows()
    ]
    print_table(heads, rows, right=frozenset(heads[1:6]))
    for words, count in tally.failures.most_common(MOST_FAILURES):
        click.echo(f"{plural(count, 'time')}: {visible(words, 200)}")
    click.echo(
        f"{plural(tally.exchanges, 'exchange')} in {tally.seconds:.1f} s, {tally.per_second:,.0f} a second,"
        f" at most {plural(tally.most_connected, 'station')} at once, {plural(tally.errors, 'error')}"
    )


def _tell_json(tally: "Tally") -> None:
    for row in tally.rows():
        print_json({"kind": "action", **row})
    print_json(
        {
            "kind": "load",
            "exchanges": tally.exchanges,
            "seconds": round(tally.seconds, 3),
            "exchanges_per_second": round(tally.per_second, 1),
            "most_connected": tally.most_connected,
            "finished": tally.finished,
            "errors": tally.errors,
            "verdicts": {verdict.value: count for verdict, count in tally.verdicts.items()},
            "failures": dict(tally.failures),
        }
    )
