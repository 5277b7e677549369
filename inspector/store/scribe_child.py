"""A scribe's process, as the scribe sees it: started, spoken to, listened to, and ended when it hangs."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

from inspector.errors import InspectorError
from inspector.store.messages import Batch, Message, Ready, Refused, Said, Start, Status, Written, receive, send
from inspector.store.orders import Order
from inspector.store.pipe import readable

MAIN = ("-m", "inspector.store.scribe_process")
"""What Python is to run."""

START_SECONDS = 30.0
"""How long it may take to say that it is ready."""

LOOK_SECONDS = 0.5
MOST_LOOKS = 10
"""The process says how it is twice a second. It hangs if at so many looks it said nothing, or was at the same event.

Looks are counted, not seconds: when all of us are stopped, as in a laptop that sleeps, that is no silence.
"""

MOST_UNWRITTEN = 120
"""It hangs, too, if at so many looks it had nothing to do and no trouble, and did not write. A slow disk takes long."""


class ScribeChild:
    """One process that records, once it is told to :meth:`begin`. Raises :class:`InspectorError` if there is none.

    ``told`` is called with each status and each order, and ``gone`` when the process is; both in a thread of their own.
    ``reached`` is the position up to which the scribe's batches are written, the last of them to ``capture``; ``end``
    says how the process ended, None while it lives, nothing for a good end.
    """

    def __init__(
        self, start: Start, told: Callable[[Status | Order], None], gone: Callable[[], None], main: Sequence[str] = MAIN
    ) -> None:
        self._start = start
        self._told = told
        self._gone = gone
        self.end: str | None = None
        self.capture = start.keeping.capture
        self.reached = self._first = self._sent = 0
        self._hearing = threading.Thread(target=self._hear, name="scribe-hearing", daemon=True)
        self.process = _process(main)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()

    def begin(self) -> None:
        """Let it open its capture. Raises :class:`InspectorError` if it can't, or is killed meanwhile."""
        try:
            self.capture, self.reached = self._ready()
            self._first = self._sent = self.reached
            self._hearing.start()
        except BaseException:
            self._bury()
            raise

    @property
    def got_on(self) -> bool:
        """Whether anything was written since it started."""
        return self.reached > self._first

    def send(self, message: Message) -> None:
        """Send a message. When the process is gone, that is for ``end`` to tell."""
        if isinstance(message, Batch):
            self._sent = message.position
        try:
            send(self._in, message)
        except OSError:
            self.process.kill()

    def kill(self) -> None:
        """End it at once; whoever speaks to it just now is not held up any longer."""
        self.process.kill()

    def stop(self) -> None:
        """End it, if it has not ended by itself, and wait for that."""
        self.process.kill()
        self._hearing.join()
        self._bury()

    def _ready(self) -> Ready:
        deadline = time.monotonic() + START_SECONDS
        self.send(self._start)
        try:
            while isinstance(answer := receive(self._out, deadline), Said):
                _log(answer)
        except TimeoutError:
            answer = None
        if isinstance(answer, Ready):
            return answer
        raise InspectorError(answer.why if isinstance(answer, Refused) else "the process that records does not start")

    def _bury(self) -> None:
        self.process.kill()
        self.process.wait()
        self._in = self._out = -1  # their numbers may be another file's from now on
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()

    def _hear(self) -> None:
        silent = stuck = work = unwritten = before = 0
        hung = False
        while True:
            if readable(self._out, LOOK_SECONDS):
                silent = 0
                message = receive(self._out)
                if message is None:
                    break
                if isinstance(message, Status):
                    stuck = stuck + 1 if message.work and message.work == work else 0
                    work = message.work
                    waits = not (work or message.trouble) and before == self.reached < self._sent
                    unwritten = unwritten + 1 if waits else 0
                    before = self.reached
                self._take(message)
            else:
                silent += 1
            if max(silent, stuck) >= MOST_LOOKS or unwritten >= MOST_UNWRITTEN:
                hung = True
                self.process.kill()
        self.end = "hung" if hung else _how_it_ended(self.process.wait())
        self._gone()

    def _take(self, message: Message) -> None:
        if isinstance(message, Written):
            self.reached, self.capture = message
        elif isinstance(message, Status | Order):
            self._told(message)
        elif isinstance(message, Said):
            _log(message)


def _process(main: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start Python. Raises :class:`InspectorError`, for instance when there are too many files or processes."""
    try:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, *main],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
    except OSError as error:
        raise InspectorError(f"the process that records does not start: {error}") from error


def _log(said: Said) -> None:
    logging.getLogger(said.logger).log(said.level, "%s", said.words)


def _how_it_ended(code: int) -> str:
    """Return an exit code in words, nothing for a good end."""
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with exit code {code}" if code else ""
