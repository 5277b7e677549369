"""``ocpp-inspector proxy``."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from inspector.cli.capture_path import new_capture
from inspector.cli.config import config, placed
from inspector.cli.news import News
from inspector.cli.options import NEW_CAPTURE, PATIENCE, SCHEMAS, Command, FileName, Seconds, readable
from inspector.cli.output import complain, require_terminal
from inspector.cli.sectioned import Sectioned
from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.proxy.address import parse_listen, parse_route, parse_upstream
from inspector.store.amounts import parse_bytes, parse_seconds

SECTIONS: dict[str, tuple[str, ...]] = {
    "Where": ("upstream", "route", "listen", "connect_timeout"),
    "What is kept": (
        *("capture", "append", "durable", "rotate_size", "rotate_time", "keep"),
        *("patience", "schemas", "keep_secrets"),
    ),
    "TLS with stations": ("cert", "station_ca", "tls_min", "ciphers"),
    "TLS with the CSMS": ("upstream_ca", "client_cert", "insecure_upstream"),
}
"""The options by the parts of the help; the rest comes last."""


def _file(name: str, words: str, metavar: str = "FILE") -> Callable[[Command], Command]:
    return click.option(name, type=FileName(), metavar=metavar, help=words)


@click.command("proxy", cls=Sectioned, sections=SECTIONS)
@config
@click.option(
    "--upstream",
    required=True,
    metavar="URL",
    callback=readable(parse_upstream),
    help="The CSMS: ws://host:port/path or wss://... A path is put before the station's.",
)
@click.option(
    "--route",
    multiple=True,
    metavar="PATTERN=URL",
    callback=readable(parse_route),
    help="Another CSMS for stations whose id is like CP-*, or whose path is like /a/*; first fit. Repeatable.",
)
@click.option(
    "--listen",
    default=("127.0.0.1:8180",),
    multiple=True,
    show_default=True,
    metavar="HOST:PORT",
    callback=readable(parse_listen),
    help="Where stations connect; port 0 picks a free one. ws:// or wss:// before it takes only that. Repeatable.",
)
@click.option(
    "--connect-timeout",
    type=Seconds(0.1, 3600),
    default=10.0,
    show_default=True,
    help="Seconds the CSMS may take until it answers a handshake.",
)
@NEW_CAPTURE
@PATIENCE
@SCHEMAS
@click.option("--keep-secrets", is_flag=True, help="Keep passwords and keys in payloads readable in the capture.")
@click.option("--append", is_flag=True, help="Go on in the capture if it is there; else one beside it is made.")
@click.option("--durable", is_flag=True, help="Lose nothing to a power cut: write through to the disk every 10 ms.")
@click.option(
    "--rotate-size",
    metavar="SIZE",
    callback=readable(parse_bytes),
    help="Begin another file after this much, such as 1G.",
)
@click.option(
    "--rotate-time",
    metavar="TIME",
    callback=readable(parse_seconds),
    help="Begin another file after this long, such as 1d.",
)
@click.option("--keep", type=click.IntRange(0), default=0, metavar="N", help="Keep the newest N files of a rotation.")
@_file("--cert", "PEM with key and chain to show to stations; else an authority of our own makes one: see `ca`.")
@_file("--station-ca", "Let in only stations with a certificate of these authorities (security profile 3).")
@click.option(
    "--tls-min",
    type=click.Choice(("1.0", "1.1", "1.2", "1.3")),
    default="1.2",
    show_default=True,
    help="The oldest TLS that a station may speak.",
)
@click.option("--ciphers", default="", metavar="LIST", help="Ciphers for stations, as OpenSSL writes them.")
@_file("--upstream-ca", "Trust these authorities for the CSMS, and no others.")
@_file(
    "--client-cert",
    "PEM with key and chain to show to the CSMS; in a folder ID.pem for each station, else default.pem.",
    "FILE|DIR",
)
@click.option("--insecure-upstream", is_flag=True, help="Do not verify the certificate of the CSMS. Only for a lab.")
@click.option("--tui", is_flag=True, help="Browse the capture meanwhile; leaving stops the proxy.")
@click.option(
    "--stop-at-eof",
    is_flag=True,
    hidden=True,
    help="Stop when standard input ends: whoever started this is gone.",
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Relay stations to their CSMS and record what both say.

    Point the station at ws://THIS-HOST:PORT/ instead of the CSMS, with the same path. Prints one JSON line once it
    listens, and one more whenever the record is in trouble or well again; stop it with Ctrl-C. Look at the capture
    with `ocpp-inspector tui`, also while it is written.
    """
    from inspector.proxy.preparation import faults
    from inspector.proxy.settings import settings_from

    options["capture"] = options["capture"] or new_capture("proxy")
    settings = settings_from(options)
    wrong = [placed(ctx, option, words) for option, words in faults(settings)]
    if wrong:
        raise InspectorError(*wrong)
    if options["tui"]:
        _with_tui(list(arguments(ctx.command, options)))
        return

    from inspector.proxy.engine import serve  # mitmproxy: half a second

    _log_to_stderr()
    news = News(options["upstream"])
    asyncio.run(serve(settings, news.listening, news.told))


def arguments(command: click.Command, options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the options of a command as they are typed."""
    for param in command.params:
        value = options.get(param.name or "")
        if value is None or value is False or value == "" or not isinstance(param, click.Option) or param.name == "tui":
            continue
        for each in value if param.multiple else [value]:
            yield param.opts[0]
            if not param.is_flag:
                yield str(each)


def _with_tui(options: Sequence[str]) -> None:
    """Run the proxy in a process of its own, so that a busy screen can't delay a station."""
    from inspector.proxy.child import Child

    require_terminal()
    with Child("-m", "inspector", "proxy", *options, "--stop-at-eof") as child:
        told = child.read()
        capture = Path(told["capture"])
        from inspector.tui.app import InspectorApp

        InspectorApp(capture, told["listening"], child.news).run()
        complaints = child.stop()
    complain(complaints)
    click.echo(f"The capture is {capture}. Open it again with: ocpp-inspector tui {capture}", err=True)


class OneLine(logging.Formatter):
    """Says what went wrong in one harmless line; where it went wrong is for ``OCPP_INSPECTOR_DEBUG``."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the first line of the message, and what was raised."""
        if "OCPP_INSPECTOR_DEBUG" in os.environ:
            return super().format(record)
        error = record.exc_info[1] if record.exc_info else None
        words = record.getMessage().partition("\n")[0]
        reason = f": {type(error).__name__}: {error}" if error and str(error) not in words else ""
        return visible(f"ocpp-inspector: {words}{reason}")


def _log_to_stderr() -> None:
    """Let the inspector's own warnings through, and of mitmproxy only what went wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine("ocpp-inspector: %(message)s"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("mitmproxy").setLevel(logging.ERROR)
    logging.getLogger("mitmproxy.addons.proxyserver").setLevel(logging.CRITICAL)  # what it says, we say in one line
