"""Who sent a frame that comes without a word about it: told by its action, and by the CALL it answers."""

import re
from collections import OrderedDict

from inspector.protocol import actions
from inspector.protocol.event import Received
from inspector.protocol.frame import Frame
from inspector.protocol.inspection import Inspection
from inspector.protocol.ledger import MOST_OPEN
from inspector.protocol.version import Party, Version

PREFIX = re.compile(rb"\s*(station|csms)\s*>\s*", re.IGNORECASE)
"""How a line may say who sent its frame."""


class Speakers:
    """Tells the senders of frames, in their order; ``sender`` stands for those whom nothing else tells."""

    def __init__(self, sender: Party | None = None) -> None:
        self._sender = sender
        self._waiting: OrderedDict[str, Party] = OrderedDict()

    def of(self, frame: Frame, said: Party | None, version: Version | None) -> Party:
        """Tell who sent a frame, ``said`` if somebody says it; and remember it if it is a CALL."""
        sender = said or self._answering(frame) or self._sender or by_action(frame, version)
        self._hear(frame, sender)
        return sender

    def _hear(self, frame: Frame, sender: Party) -> None:
        """Take note of a CALL, or of its answer."""
        if frame.message_id is None:
            return
        if frame.type.has_action:
            self._waiting[frame.message_id] = sender
            if len(self._waiting) > MOST_OPEN:
                self._waiting.popitem(last=False)
        elif self._waiting.get(frame.message_id) is sender.peer:
            del self._waiting[frame.message_id]

    def _answering(self, frame: Frame) -> Party | None:
        """Tell who sent an answer: the other side of its CALL."""
        asker = self._waiting.get(frame.message_id or "")
        return asker.peer if asker and frame.type.is_answer else None


def line_of(line: bytes) -> tuple[Party | None, str | bytes]:
    """Take apart a line: who sent it, if it says so, and its frame, as bytes only where that is no text."""
    raw = line.rstrip(b"\r\n")
    prefix = PREFIX.match(raw)
    said = Party(prefix[1].decode().lower()) if prefix else None
    frame = raw[prefix.end() :] if prefix else raw
    try:
        return said, frame.decode()
    except UnicodeDecodeError:
        return said, frame


def version_of(text: str | bytes) -> Version | None:
    """Guess the version of a frame that comes without any before it."""
    alone = Inspection()
    alone.observe(Received(0, Party.STATION, text))
    return alone.version


def by_action(frame: Frame, version: Version | None) -> Party:
    """Tell who sent a frame that names an action: who may send it. Of both, and without one, it is the station."""
    for each in [version] if version else Version:
        row = actions.table(each).get(actions.resolve(each, frame.action or ""))
        if row is not None:
            sender = Party.STATION if Party.STATION in row.senders else Party.CSMS
            return sender if frame.type.has_action else sender.peer
    return Party.STATION
