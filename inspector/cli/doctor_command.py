"""``ocpp-inspector doctor``."""

import copy
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from inspector.cli import proxy_command
from inspector.cli.options import JSON
from inspector.cli.output import print_json, print_wrapped
from inspector.doctor.check import Check, State
from inspector.protocol.printable import visible
from inspector.tui.composed.lines import SIGNS

USED = {
    *("upstream", "route", "listen", "capture", "append", "rotate_size", "schemas"),
    *("cert", "station_ca", "tls_min", "ciphers", "upstream_ca", "client_cert", "insecure_upstream"),
}
"""Which of the proxy's options change what is looked at; the others are taken and not shown."""


@click.command("doctor")
@click.option(
    "--station", default=None, metavar="ID", help="The id to ask the CSMS with; default: one that says what it is."
)
@JSON
def command(station: str | None, as_json: bool, **options: Any) -> int:
    """Look at what the proxy would meet, before it runs: put doctor in its place on the same command line.

    Is the port free, the disk writable, the clock right? Is the CSMS there, its certificate good, and what does it
    answer to a station? The handshake is a real one, and left at once. Then it says what to set in the station.
    Exit code 1 says that the proxy would not serve.
    """
    from inspector.doctor.examination import examine
    from inspector.doctor.handshake import PROBE
    from inspector.proxy.settings import settings_from

    settings = settings_from(options | {"capture": options["capture"] or Path("captures", "proxy.db")})
    code = 0
    for check in examine(settings, station or PROBE):
        if as_json:
            print_json(asdict(check))
        else:
            _show(check)
        code = max(code, int(check.state is State.ERROR))
    return code


def _proxys(parameter: click.Parameter) -> click.Parameter:
    """Return one of the proxy's options, hidden if the examination has no use for it."""
    copied = copy.copy(parameter)
    if isinstance(copied, click.Option):
        copied.hidden = copied.hidden or not (copied.is_eager or copied.name in USED)
    return copied


command.params[:0] = map(_proxys, proxy_command.command.params)


def _show(check: Check) -> None:
    sign = SIGNS.get(check.state, "✓")
    print_wrapped(((f"{sign} {check.state:<7}", check.state), (f"  {check.name:<11}  {visible(check.what)}", "")))
    if check.todo:
        print_wrapped(((f"{'':24}→ {visible(check.todo)}", "dim"),))
