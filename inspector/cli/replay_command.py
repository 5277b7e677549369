"""``ocpp-inspector replay``."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector.cli.options import ANOTHER_CAPTURE, JSON, YEAR, FileName, Seconds
from inspector.cli.output import print_json, print_wrapped
from inspector.cli.replay_options import ACCESS, CONTENT, PEER, SPEED, WHICH, options_of, run_options, unknown
from inspector.cli.report_options import HTML, IGNORE, JUNIT, require_folders, write_files
from inspector.cli.sectioned import Sectioned
from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.replay.pattern import pattern

if TYPE_CHECKING:
    from inspector.replay.report import Report
    from inspector.replay.run import Run
    from inspector.replay.steps import Outcome

SECTIONS: dict[str, tuple[str, ...]] = {
    "What": ("sessions", "stations", "role", "to", "listen", "station_id", "wait"),
    "How to be let in": ("user", "password_file", "upstream_ca", "client_cert", "insecure_upstream", "cert"),
    "What is sent": ("faithful", "unknown", "changes", "changes_everywhere", "keep_ids", "keep_times"),
    "When": ("pace", "speed", "max_gap", "stepwise", "timeout"),
    "What is told and kept": ("ignore", "as_json", "junit", "html", "into", "name"),
    "Many stations at once: a load generator": ("many", "ramp", "repeat", "yes"),
}
"""The options by the parts of the help; the rest comes last."""


EXAMPLES = """\b
Examples:
  ocpp-inspector replay field.db --session 3 --to ws://127.0.0.1:9000/ocpp
  ocpp-inspector replay field.db --session 3 --as csms --listen 127.0.0.1:9000
  ocpp-inspector replay field.db --session 3 --to ws://127.0.0.1:9000 --stations 200 --ramp 10s
"""


@click.command("replay", cls=Sectioned, sections=SECTIONS, epilog=EXAMPLES)
@click.argument("capture", type=FileName())
@options_of(WHICH, PEER)
@click.option("--station-id", default="", metavar="ID", help="As the station: come by this id; {n} is its number.")
@click.option(
    "--wait",
    type=Seconds(0.1, YEAR),
    default=300.0,
    show_default=True,
    help="As the CSMS: seconds a station may take to connect.",
)
@options_of(ACCESS)
@click.option("--faithful", is_flag=True, help="Also send what was wrong: invalid frames, stray answers, none at all.")
@unknown("notimplemented")
@options_of(CONTENT, SPEED)
@click.option("--step", "stepwise", is_flag=True, help="Ask before each step.")
@IGNORE
@JUNIT
@HTML
@ANOTHER_CAPTURE
@click.option("--name", default="", metavar="NAME", help="What the run is called in the capture.")
@click.option("--stations", "many", type=click.IntRange(1, 100_000), metavar="N", help="Play so many clones at once.")
@click.option("--ramp", default="0", metavar="TIME", help="Let them come over this time, such as 10s.")
@click.option("--repeat", type=click.IntRange(1), default=1, metavar="N", help="How often each plays the script.")
@click.option("--yes", is_flag=True, help="Do not ask whether a CSMS elsewhere may be put under load.")
@JSON
def command(capture: Path, **given: Any) -> int:
    """Play one side of a recorded session to a live peer, and say what the peer does otherwise than then.

    As the station its CALLs are sent to a CSMS; as the CSMS a station may connect. The peer's CALLs get the answers
    they got then. Message ids are new, times are moved to now, and identifiers that the peer hands out (transactions,
    reservations, requests) take the place of the recorded ones. The run is recorded in CAPTURE as a session of its own
    with its report. Exit code 1 if something differed. SIGUSR1 pauses and resumes; Ctrl-C stops, and the report is
    written.
    """
    require_folders(given["junit"], given["html"])
    options = replace(
        run_options(capture, given),
        into=given["into"],
        name=given["name"],
        station_id=given["station_id"],
        wait=given["wait"],
        faithful=given["faithful"],
        ignored=tuple(map(pattern, given["ignore"])),
    )
    if given["many"]:
        from inspector.cli.load import run_load

        return run_load(options, given)
    if given["ramp"] != "0" or given["repeat"] > 1 or given["yes"]:
        raise InspectorError("--ramp, --repeat and --yes are for many: give --stations")
    if "{n" in given["station_id"]:
        raise InspectorError("{n} in --station-id is for many: give --stations")
    from inspector.replay.run import Run

    run = Run(options, _listening)
    failure = asyncio.run(_play(run, _show_json if given["as_json"] else _show))
    for report in run.reports:
        (_tell_json if given["as_json"] else _tell)(report)
    write_files(run.reports, given["junit"], given["html"])
    if failure is not None:
        raise failure
    return 130 if run.stopped else max(report.exit_code for report in run.reports)


async def _play(run: "Run", show: Callable[["Outcome"], None]) -> Exception | None:
    """Play and show each outcome; return what it failed of, for the report comes first."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, run.stop)
    loop.add_signal_handler(signal.SIGTERM, run.stop)
    loop.add_signal_handler(signal.SIGUSR1, lambda: run.resume() if run.paused else run.pause())
    orders = Orders(run) if run.options.pace.stepwise else None
    try:
        async for outcome in run.play():
            show(outcome)
            if orders is not None:
                orders.ask(outcome)
    except Exception as error:
        return error
    return None


_ORDERS: dict[str, Callable[["Run"], None]] = {
    "": lambda run: run.step(),
    "r": lambda run: run.resume(),
    "q": lambda run: run.stop(),
}
"""What a line typed means, when each step is asked for."""


class Orders:
    """Asks on the terminal before each step of a run. Raises :class:`InspectorError` where nobody can be asked."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._is_over = False
        try:
            asyncio.get_running_loop().add_reader(sys.stdin.fileno(), self._take)
        except (AttributeError, OSError, ValueError) as error:
            raise InspectorError("--step asks on standard input: let it be a terminal or a pipe") from error
        click.echo("Enter plays the next step, r and Enter the rest, q and Enter stops", err=True)
        self._announce(0)

    def ask(self, outcome: "Outcome") -> None:
        """Ask for the step after one that was played; at the end of the input nobody is there any more to ask."""
        if self._run.waits and self._is_over:
            self._run.stop()
        elif self._run.waits and not self._run.stopped:
            self._announce(outcome.step.number)

    def _take(self) -> None:
        try:
            typed = os.read(sys.stdin.fileno(), 4096)
        except OSError:  # the terminal is gone
            typed = b""
        for line in typed.decode("utf-8", "replace").splitlines():
            _ORDERS.get(line.strip().lower(), _ORDERS[""])(self._run)
        if not typed:
            self._is_over = True
            asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
            if self._run.waits:
                self._run.stop()

    def _announce(self, done: int) -> None:
        """Say which step is next, of a run with one script."""
        from inspector.replay.steps import Break, Fault
        from inspector.tui.composed.lines import ARROWS

        if len(self._run.parts) > 1 or done >= len(self._run.steps):
            return
        step = self._run.steps[done]
        what = "the end of the connection" if isinstance(step, Break) else f"{step.type.name} {step.action}"
        words = step.what if isinstance(step, Fault) else what
        click.echo(f"next: {ARROWS[step.sender]} {visible(words, 80)} ", nl=False, err=True)


def _listening(url: str) -> None:
    click.echo(f"listening: {url}", err=True)


def _show(outcome: "Outcome") -> None:
    from inspector.replay.report import item
    from inspector.tui.composed.report_lines import item_lines

    for line in item_lines(item(outcome)):
        print_wrapped(line)


def _show_json(outcome: "Outcome") -> None:
    from inspector.formats.report_json import item_record
    from inspector.replay.report import item

    print_json(item_record(item(outcome)))


def _tell(report: "Report") -> None:
    from inspector.tui.composed.report_lines import summary_lines

    for line in summary_lines(report):
        print_wrapped(line)
    where = f"recorded as {report.other.label} of {visible(report.other.capture)}"
    click.echo(where if report.other.sessions else "nothing is recorded", err=True)


def _tell_json(report: "Report") -> None:
    from inspector.formats.report_json import report_record

    print_json(report_record(report))
