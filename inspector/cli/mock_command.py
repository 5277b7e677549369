"""``ocpp-inspector mock``."""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector.cli.options import ANOTHER_CAPTURE, FileName, readable
from inspector.cli.output import print_json
from inspector.cli.replay_options import ACCESS, CONTENT, PEER, SPEED, WHICH, options_of, run_options, unknown
from inspector.cli.sectioned import Sectioned
from inspector.protocol.printable import visible
from inspector.protocol.version import Party
from inspector.proxy.address import parse_upstream

if TYPE_CHECKING:
    from inspector.replay.mock import Mock

SECTIONS: dict[str, tuple[str, ...]] = {
    "What": ("sessions", "stations", "role", "to", "listen", "station_id"),
    "What the capture lacks": ("mode", "upstream", "unknown"),
    "How to be let in": ("user", "password_file", "upstream_ca", "client_cert", "insecure_upstream", "cert"),
    "What is sent": ("changes", "changes_everywhere", "keep_ids", "keep_times"),
    "When": ("pace", "speed", "max_gap", "timeout"),
}
"""The options by the parts of the help; the rest comes last."""

LISTEN = "127.0.0.1:8180"
"""Where the CSMS is without a word about it: stations that know the proxy find it there."""

EXAMPLES = """\b
Examples:
  ocpp-inspector mock field.db
  ocpp-inspector mock field.db --listen 9000 --mode record-missing --upstream wss://csms.example/ocpp
  ocpp-inspector mock field.db --session 3 --to ws://127.0.0.1:9000/ocpp
"""


@click.command("mock", cls=Sectioned, sections=SECTIONS, epilog=EXAMPLES)
@click.argument("capture", type=FileName())
@options_of(WHICH, PEER)
@click.option("--station-id", default="", metavar="ID", help="As the station: come by this id.")
@click.option(
    "--mode",
    type=click.Choice(["replay", "replay-or-default", "record-missing"]),
    default="replay",
    show_default=True,
    help="Without a recorded answer: do as --unknown says, make the smallest valid one, or ask the real CSMS.",
)
@click.option(
    "--upstream",
    default="",
    metavar="URL",
    callback=lambda ctx, param, value: value and readable(parse_upstream)(ctx, param, value),
    help="The real CSMS; what it answers is added to the capture.",
)
@unknown("notimplemented")
@options_of(ACCESS, CONTENT, SPEED)
@ANOTHER_CAPTURE
def command(capture: Path, **given: Any) -> int:
    """Stand in for a CSMS, or for a station, until Ctrl-C: what was said then is said again.

    A CALL gets the answer that it got in CAPTURE: the very same CALL's, else that of the most alike of its action. The
    other side's CALLs are sent at their places in the newest session of the station; a station that the capture does
    not know gets the newest of all. Without --session and --station all recorded and imported sessions are used, of a
    large capture the newest. Each connection is recorded as a run. Prints one JSON line once it listens.
    """
    from inspector.replay.mock import Mock, MockOptions, Mode

    if not given["to"] and given["role"] != Party.STATION:
        given["listen"] = given["listen"] or LISTEN
    options = replace(run_options(capture, given), into=given["into"], station_id=given["station_id"])
    wanted = MockOptions(run=options, mode=Mode(given["mode"]), upstream=given["upstream"])

    async def stand_in() -> int:
        mock = Mock(wanted, _tell, lambda url: print_json({"listening": url, "capture": str(capture)}))
        await _until_stopped(mock)
        return 0

    return asyncio.run(stand_in())


async def _until_stopped(mock: "Mock") -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, mock.stop)
    await mock.stand_in()


def _tell(words: str) -> None:
    click.echo(visible(words, 300), err=True)
