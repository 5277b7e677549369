"""The process in which a scribe's events are inspected and written: ``python -m inspector.store.scribe_process``.

It ends when its standard input does, and at no signal that a terminal or a service manager sends to all.
"""

import gc
import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from inspector.errors import InspectorError
from inspector.protocol.event import Noted, Opened
from inspector.store.entries import ReachedEntry
from inspector.store.keeper import Keeper
from inspector.store.messages import (
    Batch,
    Goodbye,
    Message,
    Ready,
    Refused,
    Resumed,
    Said,
    Start,
    Status,
    Tick,
    Written,
    receive,
    send,
    unpacked,
)
from inspector.store.orders import Answered
from inspector.store.resuming import forget, reached

STATUS_SECONDS = 0.5
"""How often the process says that it lives."""

COLLECT = (50_000, 20, 50)
"""When to look for garbage in circles: seldom. Frames make none, but objects in numbers, which start the search."""

NICE = 5
"""Where all share one core, traffic goes first: the record may come later, the next frame may not."""

UNTOLD = "the proxy ended without a word"

log = logging.getLogger("inspector.store.scribe_process")  # this module is __main__


class Voice:
    """Says messages to the scribe, from any thread. When nobody listens any more, they are lost."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def say(self, message: Message) -> None:
        """Say it whole."""
        with self._lock, suppress(OSError):
            send(self._pipe, message)


class LogToScribe(logging.Handler):
    """Lets the proxy's process log what is logged here, so that all is said in one way."""

    def __init__(self, voice: Voice) -> None:
        super().__init__()
        self._voice = voice

    def emit(self, record: logging.LogRecord) -> None:
        """Say a record's message, and what was raised; where it was, for who debugs."""
        error = record.exc_info[1] if record.exc_info else None
        words = record.getMessage() + (f": {type(error).__name__}: {error}" if error else "")
        if "OCPP_INSPECTOR_DEBUG" in os.environ:
            words = self.format(record)
        self._voice.say(Said(record.name, record.levelno, words))


class ScribeProcess:
    """Feeds a keeper with what the scribe sends, and says how far that is written."""

    def __init__(self, keeper: Keeper, scribe: str, voice: Voice) -> None:
        self._keeper = keeper
        self._scribe = scribe
        self._voice = voice
        self._why = ""
        self._begun = self._done = self._failures = 0
        threading.Thread(target=self._tell_status, daemon=True).start()

    def run(self, pipe: int) -> None:
        """Take messages until the last one."""
        while True:
            message = receive(pipe)
            if isinstance(message, Batch):
                self._feed(message)
                self._keeper.hand_over(ReachedEntry(self._scribe, message.position, self._tell_written))
            elif isinstance(message, Tick):
                self._work(self._keeper.tick, message.time_ns)
                self._keeper.hand_over()
            elif isinstance(message, Answered):
                self._work(self._keeper.answer, message)
            elif isinstance(message, Resumed):
                self._why = message.why
                for session in message.sessions:
                    self._work(self._keeper.resume, *session)
                    self._tell_trouble(session[0])
                self._keeper.hand_over()  # so that everybody knows who records them now
            else:
                break
        self._keeper.close(message.reason if isinstance(message, Goodbye) else UNTOLD)
        forget(self._keeper.capture, self._scribe)

    def _feed(self, batch: Batch) -> None:
        for key, event in unpacked(batch.rows):
            self._work(self._keeper.feed, key, event, batch.checked)
            if not batch.checked and isinstance(event, Opened):
                self._tell_trouble(key)

    def _tell_trouble(self, key: int) -> None:
        self._work(self._keeper.feed, key, Noted(time.time_ns(), "trouble", self._why))

    def _work(self, deed: Callable[..., None], *arguments: Any) -> None:
        self._begun += 1
        try:
            deed(*arguments)
        except Exception:
            if not self._failures:
                log.exception("a bug in the recorder: not all is kept")
            self._failures += 1
        self._done = self._begun

    def _tell_written(self, position: int) -> None:
        self._voice.say(Written(position, self._keeper.capture))

    def _tell_status(self) -> None:
        while True:
            time.sleep(STATUS_SECONDS)
            work = self._begun
            self._voice.say(Status(0 if work == self._done else work, self._keeper.trouble, self._failures))


def _give_way() -> None:
    """Let traffic go first; where Linux weighs whole sessions of processes, that takes one of its own (sched(7))."""
    os.nice(NICE)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(NICE))


def main() -> None:
    """Open what the first message names, and serve."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _give_way()
    voice = Voice(os.dup(1))
    os.dup2(2, 1)  # what somebody prints must not look like a message
    logging.basicConfig(level=logging.WARNING, handlers=[LogToScribe(voice)])
    start = receive(0)
    if not isinstance(start, Start):
        return
    try:
        keeper = Keeper(start.keeping, voice.say)
        voice.say(Ready(keeper.capture, reached(keeper.capture, start.scribe)))
    except (InspectorError, sqlite3.Error) as error:
        words = str(error) if isinstance(error, InspectorError) else f"{start.keeping.capture}: {error}"
        voice.say(Refused(words))
        return
    gc.freeze()
    gc.set_threshold(*COLLECT)
    ScribeProcess(keeper, start.scribe, voice).run(0)


if __name__ == "__main__":
    main()
