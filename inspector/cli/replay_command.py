"""``ocpp-inspector replay``."""

import asyncio
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector.cli.options import JSON, YEAR, Seconds
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
@click.argument("capture", type=click.Path(path_type=Path))
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
@click.option("--capture", "into", type=click.Path(path_type=Path), metavar="OTHER", help="Record the run elsewhere.")
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


async def _play(run: "Run", show: Callable[["Outcome"], None]) -> InspectorError | None:
    """Play and show each outcome; return what it failed of, for the report comes first."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, run.stop)
    loop.add_signal_handler(signal.SIGTERM, run.stop)
    loop.add_signal_handler(signal.SIGUSR1, lambda: run.resume() if run.paused else run.pause())
    if run.options.pace.stepwise:
        loop.add_reader(sys.stdin, _ordered, run)
        click.echo("Enter plays the next step, r and Enter the rest, q and Enter stops", err=True)
        _announce(run, 0)
    try:
        async for outcome in run.play():
            show(outcome)
            if run.options.pace.stepwise and run.paused:
                _announce(run, outcome.step.number)
    except InspectorError as error:
        return error
    return None


_ORDERS: dict[str, Callable[["Run"], None]] = {
    "": lambda run: run.step(),
    "r": lambda run: run.resume(),
    "q": lambda run: run.stop(),
}
"""What a line typed means, when each step is asked for."""


def _ordered(run: "Run") -> None:
    line = sys.stdin.readline()
    if line:
        _ORDERS.get(line.strip().lower(), _ORDERS[""])(run)
        return
    asyncio.get_running_loop().remove_reader(sys.stdin)
    if run.paused:  # and nobody is there to ask
        run.stop()


def _announce(run: "Run", done: int) -> None:
    """Say which step is next, of a run with one script."""
    from inspector.replay.steps import Break, Fault
    from inspector.tui.lines import ARROWS

    if len(run.parts) > 1 or done >= len(run.steps):
        return
    step = run.steps[done]
    what = "the end of the connection" if isinstance(step, Break) else f"{step.type.name} {step.action}"
    words = step.what if isinstance(step, Fault) else what
    click.echo(f"next: {ARROWS[step.sender]} {visible(words, 80)} ", nl=False, err=True)


def _listening(url: str) -> None:
    click.echo(f"listening: {url}", err=True)


def _show(outcome: "Outcome") -> None:
    from inspector.replay.report import item
    from inspector.tui.report_lines import item_lines

    for line in item_lines(item(outcome)):
        print_wrapped(line)


def _show_json(outcome: "Outcome") -> None:
    from inspector.formats.report_json import item_record
    from inspector.replay.report import item

    print_json(item_record(item(outcome)))


def _tell(report: "Report") -> None:
    from inspector.tui.report_lines import summary_lines

    for line in summary_lines(report):
        print_wrapped(line)
    click.echo(f"recorded as {report.other.label} of {visible(report.other.capture)}", err=True)


def _tell_json(report: "Report") -> None:
    from inspector.formats.report_json import report_record

    print_json(report_record(report))
