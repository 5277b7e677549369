"""``ocpp-inspector close``."""

from pathlib import Path

import click

from inspector.cli.options import NUMBER, FileName
from inspector.protocol.printable import visible
from inspector.store.orders import GOING_AWAY


@click.command("close")
@click.argument("capture", type=FileName())
@click.option("--session", type=NUMBER, metavar="N", required=True, help="The session to end.")
@click.option("--code", type=int, default=GOING_AWAY, show_default=True, help="The code of the close frame.")
@click.option("--reason", default="", metavar="TEXT", help="The reason in the close frame.")
def command(capture: Path, session: int, code: int, reason: str) -> None:
    """End the connection of a live session that a proxy records into CAPTURE.

    Station and CSMS both get a close frame, at the end of the message that is on its way, and the connection is cut if
    they do not close. The station is expected to come back by itself.
    """
    from inspector.store.control import close_session

    click.echo(visible(close_session(capture, session, code, reason)))
