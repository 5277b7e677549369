"""``ocpp-inspector proxy``."""

import asyncio
import logging
import os
from pathlib import Path

import click

from inspector.cli.capture_path import new_capture
from inspector.cli.options import NEW_CAPTURE, PATIENCE, SCHEMAS
from inspector.cli.output import print_json, require_terminal
from inspector.protocol.printable import visible


@click.command("proxy")
@click.option(
    "--upstream",
    required=True,
    metavar="URL",
    help="The CSMS: ws://host:port/path or wss://... A path is put before the station's.",
)
@click.option(
    "--listen",
    default="127.0.0.1:8180",
    show_default=True,
    metavar="HOST:PORT",
    help="Where stations connect; port 0 picks a free one.",
)
@NEW_CAPTURE
@PATIENCE
@SCHEMAS
@click.option("--keep-secrets", is_flag=True, help="Keep passwords and keys in payloads readable in the capture.")
@click.option("--tui", is_flag=True, help="Browse the capture meanwhile; leaving stops the proxy.")
@click.option(
    "--stop-at-eof",
    is_flag=True,
    hidden=True,
    help="Stop when standard input ends: whoever started this is gone.",
)
def command(
    upstream: str,
    listen: str,
    capture: Path | None,
    patience: float,
    schemas: Path | None,
    keep_secrets: bool,
    tui: bool,
    stop_at_eof: bool,
) -> None:
    """Relay stations to their CSMS and record what both say.

    Point the station at ws://THIS-HOST:PORT/ instead of the CSMS, with the same path. Prints one JSON line once it
    listens; stop it with Ctrl-C. Look at the capture with `ocpp-inspector tui`, also while it is written.
    """
    from inspector.proxy.address import parse_listen, parse_upstream, websocket_url
    from inspector.store.vendor_folder import vendors

    target, (host, port) = parse_upstream(upstream), parse_listen(listen)
    vendors(schemas)  # a folder that can't be used is told before anything else
    if tui:
        _with_tui(capture or new_capture("proxy"), upstream, listen, patience, schemas, keep_secrets)
        return

    from inspector.proxy.engine import Settings, serve  # mitmproxy: half a second
    from inspector.store.keeper import Keeping

    _log_to_stderr()
    path = capture or new_capture("proxy")
    keeping = Keeping(path, int(patience * 1e9), keep_secrets, schemas)
    settings = Settings(target, host, port, keeping, stop_at_eof)

    def listening(actual: int) -> None:
        print_json({"listening": websocket_url(host, actual), "upstream": upstream, "capture": str(path)})

    asyncio.run(serve(settings, listening))


def _with_tui(
    capture: Path, upstream: str, listen: str, patience: float, schemas: Path | None, keep_secrets: bool
) -> None:
    """Run the proxy in a process of its own, so that a busy screen can't delay a station."""
    from inspector.proxy.child import Child

    require_terminal()
    options = ["--upstream", upstream, "--listen", listen, "--capture", str(capture), "--patience", str(patience)]
    options += ["--schemas", str(schemas)] if schemas else []
    options += ["--keep-secrets"] if keep_secrets else []
    with Child("-m", "inspector", "proxy", *options, "--stop-at-eof") as child:
        listening = child.read()["listening"]
        from inspector.tui.app import InspectorApp

        InspectorApp(capture, listening).run()
        complaints = child.stop()
    if complaints:
        click.echo(visible(complaints), err=True)
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
