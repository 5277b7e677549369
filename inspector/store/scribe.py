"""The way from who hears the wire to who keeps it: plain calls that never wait and never raise.

Inspecting and writing is done by a process of its own (:mod:`inspector.store.scribe_process`): it takes no time of the
proxy's, and whatever becomes of it, traffic goes on. What it has not yet written is kept here and sent to the next one.
"""

import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from inspector.errors import InspectorError
from inspector.protocol.event import Closed, Controlled, Event, Opened, Received, Violated
from inspector.store.backlog import Backlog
from inspector.store.keeper import Keeping
from inspector.store.loss import WHOLE, Loss
from inspector.store.messages import Goodbye, Row, Start, Status, Tick, packed
from inspector.store.orders import Answered, Order
from inspector.store.scribe_child import MAIN, ScribeChild

PAUSE_SECONDS = 0.004
"""How long events gather before they are sent."""

MOST_ROWS = 1000
MOST_BYTES = 4 * 1024 * 1024
"""Events and bytes that are sent at once; one frame may be larger."""

IDLE_PAUSES = 100
"""After so many pauses without an event, the next one is waited for."""

TICK_SECONDS = 0.5
RETRY_SECONDS = 1.0
STOP_SECONDS = 10.0

EVENT_BYTES = 256
"""What an event takes in memory beside what it carries."""

log = logging.getLogger(__name__)


class Scribe:
    """Takes events, from one thread, and sees to it that they are inspected and written, in order.

    Raises :class:`InspectorError` at once if the capture or the schemas can't be used; never later. ``told`` is called,
    in another thread, with what is wrong with the record, and with None when all is well again; ``ordered``, there too,
    with what a person orders of a session. ``main`` is what Python runs as the process.
    """

    def __init__(
        self,
        keeping: Keeping,
        told: Callable[[str | None], None] = lambda _: None,
        main: Sequence[str] = MAIN,
        *,
        ordered: Callable[[Order], object] = lambda _: None,
    ) -> None:
        self._keeping = keeping
        self._told = told
        self._ordered = ordered
        self._main = main
        self._name = uuid.uuid4().hex
        self._keys = count(1)
        self._queue: deque[tuple[int, Event]] = deque()
        self._fed = self._taken = 0  # bytes; each is counted up by one thread only
        self._most_waiting = keeping.tail_bytes
        self._losses: dict[int, Loss] = {}
        self._held: dict[int, Opened] = {}
        self._answers: deque[tuple[int, Answered]] = deque()  # each with the bytes that were fed before it
        self._asleep = False
        self._wake = threading.Event()
        self._goodbye: str | None = None
        self._said_goodbye = False
        self._abandoned = threading.Event()
        self._backlog = Backlog(keeping.tail_bytes)
        self._trouble: str | None = None
        self._idle = self._fruitless = 0
        self._next_tick = 0.0
        self._starting: ScribeChild | None = None
        self._fell: ScribeChild | None = None
        self._child = self._start(keeping)
        self._sending = threading.Thread(target=self._send_all, name="scribe", daemon=True)
        self._sending.start()

    @property
    def capture(self) -> Path:
        """The file that is written."""
        return self._child.capture

    def open(self, opened: Opened) -> int:
        """Begin a session, and return the key by which to feed it."""
        key = next(self._keys)
        self.feed(key, opened)
        return key

    def feed(self, key: int, event: Event) -> None:
        """Take the next event of a session; :class:`Closed` is its last. A frame too many is counted as lost."""
        if self._fed - self._taken <= self._most_waiting:
            if self._losses or self._held:
                self._note_losses(event.time_ns)
        elif self._leave_out(key, event):
            return
        elif key in self._losses:  # before its end
            self._put(key, self._losses.pop(key).gap(event.time_ns))
        self._fed += EVENT_BYTES + len(event.raw) if type(event) is Received else _size(event)
        self._queue.append((key, event))
        if self._asleep:
            self._wake.set()

    def answer(self, order: Order, done: bool, words: str = "") -> None:
        """Say what became of an order; it is written behind what was fed before."""
        self._answers.append((self._fed, Answered(order.capture, order.id, done, words)))
        self._wake.set()

    def close(self, reason: str = "the proxy was stopped") -> None:
        """End what is still open, for a reason, and wait until all is written."""
        self._note_losses(time.time_ns())
        self._goodbye = reason
        self._wake.set()
        self._sending.join(STOP_SECONDS)
        self._abandoned.set()
        for child in (self._child, self._starting):
            if child is not None:
                child.kill()
        self._sending.join()
        self._child.stop()

    def _leave_out(self, key: int, event: Event) -> bool:
        """Do without an event while too much waits, if it may be: a session is held back until there is room.

        One that ends before is but counted, so that stations which come again and again fill no memory.
        """
        if isinstance(event, Received):
            self._losses.setdefault(key, Loss()).add(event.time_ns, len(event.raw))
        elif isinstance(event, Opened):
            self._held[key] = event
        elif isinstance(event, Closed) and key in self._held:
            lost = self._losses.pop(key, None)
            self._losses.setdefault(WHOLE, Loss()).add_session(self._held.pop(key).time_ns, lost)
        else:
            return isinstance(event, Controlled | Violated)
        return True

    def _note_losses(self, now_ns: int) -> None:
        for key, opened in self._held.items():
            self._put(key, opened)
        self._held.clear()
        for key, loss in self._losses.items():
            self._put(key, loss.gap(now_ns))
        self._losses.clear()

    def _put(self, key: int, event: Event) -> None:
        self._fed += _size(event)
        self._queue.append((key, event))

    def _send_all(self) -> None:
        """Send what was fed until all is said and written. Runs in a thread of its own."""
        while not self._abandoned.is_set():
            self._pause()
            try:
                if self._child.end == "" and self._said_goodbye:
                    return
                if self._child.end is None:
                    self._send_some()
                else:
                    self._replace()
            except Exception:
                log.exception("a bug in the recorder")
                self._abandoned.wait(RETRY_SECONDS)

    def _pause(self) -> None:
        """Let events gather. After a while without any, wait for the next: what sleeps costs the proxy nothing."""
        if len(self._queue) >= MOST_ROWS:
            return
        self._idle = 0 if self._queue else self._idle + 1
        if self._idle < IDLE_PAUSES:
            time.sleep(PAUSE_SECONDS)
            return
        self._asleep = True
        if not self._queue and self._goodbye is None:
            self._wake.wait(TICK_SECONDS)
        self._asleep = False
        self._wake.clear()

    def _send_some(self) -> None:
        now_ns = time.time_ns()
        goodbye = self._goodbye  # asked before the queue is: what came before it is sent before it
        self._backlog.written(self._child.reached)
        rows, size = self._take()
        if rows:
            self._child.send(self._backlog.add(rows, size))
        while self._answers and self._answers[0][0] <= self._taken:
            self._child.send(self._answers.popleft()[1])
        if not rows and goodbye is not None and not self._said_goodbye:
            self._child.send(Goodbye(goodbye))
            self._said_goodbye = True
        if not self._queue and time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + TICK_SECONDS
            self._child.send(Tick(now_ns))

    def _take(self) -> tuple[list[Row], int]:
        """Take the oldest events, and tell how many bytes they are."""
        rows: list[Row] = []
        size = 0
        while self._queue and len(rows) < MOST_ROWS and size < MOST_BYTES:
            key, event = self._queue.popleft()
            rows.append(packed(key, event))
            size += EVENT_BYTES + len(event.raw) if type(event) is Received else _size(event)
        self._taken += size
        return rows, size

    def _start(self, keeping: Keeping) -> ScribeChild:
        """Start a process. Raises :class:`InspectorError`."""
        child = ScribeChild(Start(keeping, self._name), self._hear, self._wake.set, self._main)
        self._starting = child
        if self._abandoned.is_set():  # too late for close to have seen it
            child.kill()
        child.begin()
        return child

    def _hear(self, said: Status | Order) -> None:
        if isinstance(said, Status):
            self._hear_status(said)
            return
        try:
            self._ordered(said)
        except Exception:
            log.exception("an order could not be passed on")

    def _hear_status(self, status: Status) -> None:
        lost = sum(loss.frames for loss in list(self._losses.values()))
        troubles = (
            status.trouble,
            f"too much at once: {lost} frames are lost" if lost else None,
            f"a bug in the recorder: {status.failures} events are not kept" if status.failures else None,
        )
        self._tell(next((trouble for trouble in troubles if trouble), None))

    def _tell(self, trouble: str | None) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        try:
            self._told(trouble)
        except Exception:
            log.exception("nobody could be told: %s", trouble)

    def _replace(self) -> None:
        """Let another process go on. What another one could not get done twice is given up."""
        fell = self._child
        why = f"the process that records {fell.end or 'ended'}"
        if fell is not self._fell:
            self._fell = fell
            self._count_out(fell, why)
        self._go_on(fell.capture, f"{why}: not checked from here on")

    def _count_out(self, fell: ScribeChild, why: str) -> None:
        """Take note of what a process that is gone has written. Once for each: none of it tells of those that try."""
        fell.stop()
        self._backlog.written(fell.reached)
        log.error("%s: another one goes on; sessions that are not checked any more: %d", why, self._backlog.sessions())
        self._tell(why)
        self._fruitless = self._fruitless + 1 if self._backlog and not fell.got_on else 0
        if self._fruitless > 1:
            self._abandoned.wait(RETRY_SECONDS)
            self._backlog.give_up()

    def _go_on(self, capture: Path, why: str) -> None:
        """Start a process, however often it takes, and tell it what the one before has not written."""
        while not self._abandoned.is_set():
            try:
                self._child = self._start(replace(self._keeping, capture=capture, append=True))
                break
            except InspectorError as error:
                self._tell(f"nothing is recorded: {error}")
                self._abandoned.wait(RETRY_SECONDS)
        else:
            return
        self._said_goodbye = False
        self._backlog.written(self._child.reached)
        self._child.send(self._backlog.resumed(why))
        for batch in self._backlog.batches():
            self._child.send(batch)


def _size(event: Event) -> int:
    """Return about how many bytes an event takes in memory."""
    if isinstance(event, Opened):
        return EVENT_BYTES + len(event.path) + sum(len(name) + len(value) for _, name, value in event.headers)
    if isinstance(event, Controlled):
        return EVENT_BYTES + len(event.payload)
    return EVENT_BYTES + (len(event.wire) if isinstance(event, Violated) else 0)
