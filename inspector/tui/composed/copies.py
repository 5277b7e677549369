"""What can be copied of a frame: parts of it, and what sends it again. Made without Textual."""

import base64
import json
import re
import shlex
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from inspector.protocol.json_places import members
from inspector.protocol.printable import visible
from inspector.store.rows import FrameRow, Session
from inspector.tui.composed.json_rows import pretty

ANYWHERE = "ws://127.0.0.1:9000"
"""Where to send a frame of a session whose CSMS is not known."""


class Copy(NamedTuple):
    """A way to copy: its key in the menu, its words, and what makes the text; nothing where there is none."""

    key: str
    text: str
    make: Callable[[FrameRow, Session], str]


def raw(frame: FrameRow, _: Session) -> str:
    r"""Return the frame as it came; bytes that are no text as ``\\xNN``."""
    return frame.raw if isinstance(frame.raw, str) else frame.raw.decode("utf-8", "backslashreplace")


def payload(frame: FrameRow, session: Session) -> str:
    """Return the frame's last object, as it was written."""
    text = raw(frame, session)
    objects = [text[start:end] for start, end in members(text) if text[start] == "{"]
    return objects[-1] if objects else ""


def pretty_json(frame: FrameRow, session: Session) -> str:
    """Return the frame in lines, each value as it was written."""
    return "\n".join(pretty(raw(frame, session)))


def message_id(frame: FrameRow, _: Session) -> str:
    """Return the message id."""
    return frame.message_id or ""


def websocat(frame: FrameRow, session: Session) -> str:
    """Return a shell command that sends the frame: to the CSMS, or to the station that connects."""
    protocol = shlex.quote(visible(session.subprotocol or "ocpp1.6"))
    if frame.sender == "station":
        to = f"--protocol {protocol} {shlex.quote(_address(session))}"
    else:
        to = f"--server-protocol {protocol} -s 127.0.0.1:9000"
    if isinstance(frame.raw, bytes):
        return f"echo {base64.b64encode(frame.raw).decode()} | base64 -d | websocat -n -b {to}"
    return f"printf '%s\\n' {shlex.quote(_one_line(frame.raw))} | websocat -n {to}"


def python(frame: FrameRow, session: Session) -> str:
    """Return a Python program that sends the frame: to the CSMS, or to the station that connects."""
    program = _CLIENT if frame.sender == "station" else _SERVER
    return program.format(
        frame=ascii(frame.raw),
        address=ascii(_address(session)),
        protocol=ascii(session.subprotocol or "ocpp1.6"),
    )


def _address(session: Session) -> str:
    """Return where the session's station was connected to, else where it might be; what no URL has is escaped."""
    somewhere = f"{ANYWHERE}/{quote(session.station, safe='', errors='surrogatepass')}"
    address = session.upstream if session.upstream.startswith(("ws://", "wss://")) else somewhere  # websocat runs sh-c:
    return quote(address, safe=":/?#[]@!$&'()*+,;=%-._~", errors="surrogatepass")


_CLIENT = """\
import asyncio

from websockets.asyncio.client import connect

FRAME = {frame}


async def main() -> None:
    async with connect({address}, subprotocols=[{protocol}]) as csms:
        await csms.send(FRAME)
        print(await csms.recv())


asyncio.run(main())
"""

_SERVER = """\
import asyncio

from websockets.asyncio.server import ServerConnection, serve

FRAME = {frame}


async def talk(station: ServerConnection) -> None:
    await station.send(FRAME)
    async for answer in station:
        print(answer)


async def main() -> None:
    async with serve(talk, "127.0.0.1", 9000, subprotocols=[{protocol}]) as server:
        await server.serve_forever()


asyncio.run(main())
"""


def _one_line(text: str) -> str:
    """Write JSON on one line that is safe to paste: what would act on a terminal is escaped, as JSON allows."""
    flat = re.sub(r"[\t\r\n]+", " ", text)
    if visible(flat) == flat:
        return flat
    return "".join(letter if visible(letter) == letter else _escaped(letter) for letter in flat)


def _escaped(letter: str) -> str:
    return json.dumps(letter)[1:-1] if letter != "\x7f" else "\\u007f"


COPIES = (
    Copy("y", "the frame as it came", raw),
    Copy("p", "its payload", payload),
    Copy("j", "the frame as pretty JSON", pretty_json),
    Copy("i", "its message id", message_id),
    Copy("w", "a websocat command that sends it", websocat),
    Copy("s", "a Python program that sends it", python),
)
"""The copy menu."""
