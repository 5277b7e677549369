"""The end of a link as the operator ordered it: a close frame to both sides, their answers, and a cut where none comes.

Each side gets the frame at the end of the message that is on its way to it, and nothing of the other side afterwards
(RFC 6455 section 5.5.1): neither is kept from closing in order by what the other does.
"""

import asyncio
from collections.abc import Callable, Mapping, Set
from functools import partial
from typing import TYPE_CHECKING

from inspector.protocol.version import Party
from inspector.proxy.passage import Passage
from inspector.proxy.websocket import Close, Piece

if TYPE_CHECKING:
    from inspector.proxy.leg import Leg

MESSAGE_SECONDS = 1.0
"""How long a message that is half through may take to its end."""

CLOSE_SECONDS = 3.0
"""How long both sides may take to close."""

Told = Callable[[bool, str], object]
"""Hears whether it was done, and what there is to say of it."""


class Closing:
    """One link that is being closed. ``told`` is called when it is over.

    ``parting`` are the parties whose own close frame has gone on before: nobody gets two.
    """

    def __init__(
        self, legs: Mapping[Party, "Leg"], passages: Mapping[Party, Passage], told: Told, parting: Set[Party]
    ) -> None:
        self._legs = legs
        self._passages = passages
        self._told = told
        self._parting = parting
        self._answered: set[Party] = set()

    def begin(self, frame: Close, left: Callable[[Party, Piece], None]) -> None:
        """Send the close frames; ``left`` hears what comes too late to go on."""
        loop = asyncio.get_running_loop()
        self._timers = (loop.call_later(MESSAGE_SECONDS, self._look), loop.call_later(CLOSE_SECONDS, self._cut))
        for party, passage in self._passages.items():
            passage.close(None if party in self._parting else frame, partial(left, party))
        for party in self._parting:
            self.answered(party)
        for leg in self._legs.values():
            leg.wait("written", False)  # nothing goes over any more, so that nobody has to wait

    def answered(self, party: Party) -> None:
        """Take the close frame of a party, which says all that it has to say; it gets no more than its own."""
        self._answered.add(party)
        if self._passages[party.peer].is_closed:
            self._legs[party].end()

    def over(self) -> None:
        """Take that both sockets are gone, and tell what became of each side."""
        for timer in self._timers:
            timer.cancel()
        unreached = [party for party in Party if not self._passages[party.peer].is_closed]
        silent = [party.label for party in Party if party not in {*self._answered, *unreached}]
        words = [f"the {party.label} was cut off in the middle of a message" for party in unreached]
        self._told(True, "; ".join([*words, *filter(None, [_SILENT[len(silent)].format(*silent)])]))

    def _look(self) -> None:
        if not all(passage.is_closed for passage in self._passages.values()):
            self._cut()

    def _cut(self) -> None:
        """Let go of both sockets: what was written may still leave, unless it is stuck."""
        for leg in self._legs.values():
            leg.close()
            if leg.transport.get_write_buffer_size():
                leg.transport.abort()


_SILENT = ("", "the {} did not answer the close frame", "neither side answered the close frame")
"""What there is to say of none, one, and two sides that did not answer."""
