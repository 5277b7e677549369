"""A conversation between a station and its CSMS, told with a clock that runs: each word is said when it would be."""

import itertools
from typing import Any

from inspector.protocol import timestamp
from inspector.protocol.event import Closed, Control, Controlled, Event, Opened, Received, Ticked, Tls
from inspector.protocol.version import SUBPROTOCOLS, Party, Version
from tests.protocol.wire import CSMS, SECOND, STATION, call, result

MORNING = "2026-03-02T06:00:00Z"

ANSWER_TAKES = 0.08
"""Seconds."""


class Talk:
    """Both sides of one station's sessions. ``events`` is what a recorder between them sees.

    Every CALL is answered before the next of its side. The clock is that of the recorder, and the station's and the
    CSMS's clocks agree with it.
    """

    def __init__(self, version: Version, *, station: str = "CP-1", begin: str = MORNING, secure: bool = False) -> None:
        self.version, self.station_id, self.secure = version, station, secure
        self.events: list[Event] = []
        self.now_ns = timestamp.read(begin)
        self._counter = itertools.count(1)

    def later(self, seconds: float) -> "Talk":
        """Let time pass in silence; while there is a connection, the recorder's clock ticks for it."""
        self.waits(seconds)
        if self.events and not isinstance(self.events[-1], Closed):
            self.events.append(Ticked(self.now_ns))
        return self

    def now(self, seconds: float = 0) -> str:
        """Write the time, or the one so many seconds from now, as a station does."""
        return timestamp.write(self.now_ns + round(seconds * SECOND))[:19] + "Z"

    def connects(self) -> "Talk":
        """Let the station open a connection."""
        name = next(name for name, version in SUBPROTOCOLS.items() if version is self.version)
        scheme = "wss" if self.secure else "ws"
        headers = [("request", "Host", "csms.example"), ("request", "Sec-WebSocket-Protocol", name)]
        if self.secure:
            headers.append(("request", "Authorization", f"Basic {self.station_id}"))
        ends = self.now_ns + 200 * 86_400 * SECOND
        self.events.append(
            Opened(
                self.now_ns,
                self.station_id,
                path=f"/ocpp/{self.station_id}",
                peer="192.0.2.7:50123",
                upstream=f"{scheme}://csms.example/ocpp/{self.station_id}",
                offered=(name,),
                subprotocol=name,
                headers=(*headers, ("response", "Sec-WebSocket-Protocol", name)),
                tls=tuple(Tls(leg, "TLSv1.3", "TLS_AES_256_GCM_SHA384", ends) for leg in Party) if self.secure else (),
            )
        )
        return self.waits(1)

    def closes(self, by: str = "station", code: int | None = 1000, reason: str = "") -> "Talk":
        """Let the connection end."""
        self.events.append(Closed(self.now_ns, code, reason, by))
        return self

    def waits(self, seconds: float) -> "Talk":
        """Let time pass without anybody noticing."""
        self.now_ns += round(seconds * SECOND)
        return self

    def pings(self) -> "Talk":
        """Let the station ping, and the CSMS answer."""
        self.events.append(Controlled(self.now_ns, STATION, Control.PING))
        self.waits(ANSWER_TAKES)
        self.events.append(Controlled(self.now_ns, CSMS, Control.PONG))
        return self

    def station(self, action: str, payload: Any = None, answer: Any = None, *, takes: float = ANSWER_TAKES) -> "Talk":
        """Let the station ask and the CSMS answer."""
        return self._exchange(STATION, action, payload, answer, takes)

    def csms(self, action: str, payload: Any = None, answer: Any = None, *, takes: float = ANSWER_TAKES) -> "Talk":
        """Let the CSMS ask and the station answer, with Accepted if nothing else is given."""
        return self._exchange(CSMS, action, payload, {"status": "Accepted"} if answer is None else answer, takes)

    def sends(self, action: str, payload: Any) -> "Talk":
        """Let the station say something that has no answer (OCPP 2.1)."""
        raw = call(action=action, payload=payload, message_id=self._id(STATION), kind=6)
        self.events.append(Received(self.now_ns, STATION, raw))
        return self.waits(ANSWER_TAKES)

    def _exchange(self, sender: Party, action: str, payload: Any, answer: Any, takes: float) -> "Talk":
        message_id = self._id(sender)
        raw = call(action=action, payload=payload, message_id=message_id)
        self.events.append(Received(self.now_ns, sender, raw))
        self.waits(takes)
        self.events.append(Received(self.now_ns, sender.peer, result(payload=answer, message_id=message_id)))
        return self.waits(ANSWER_TAKES)

    def _id(self, sender: Party) -> str:
        """Give the next id: the station counts, the CSMS uses what looks like UUIDs."""
        number = next(self._counter)
        return f"{number}" if sender is STATION else f"7d9d1ff4-7d0c-4b4e-9b5e-{number:012x}"
