"""Stands in for a CSMS or a station, as a capture has it, until it is stopped."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection

from inspector.errors import InspectorError
from inspector.protocol.frame import Frame
from inspector.protocol.version import Party
from inspector.replay.csms import Listener
from inspector.replay.expectations import Answers
from inspector.replay.handshake import shaken
from inspector.replay.means import means_for
from inspector.replay.options import RunOptions, check
from inspector.replay.player import Player
from inspector.replay.script import Builder, Script, of_station
from inspector.replay.station import StationLink
from inspector.replay.steps import Extra, Outcome
from inspector.replay.texts import Texts
from inspector.replay.unknown import Unknown, answer
from inspector.replay.upstream import ASKED, Upstream
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.rows import Session
from inspector.store.writer import Writer

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds until a station comes back after its connection ended: twice as many each time that nothing came of it."""


class Mode(StrEnum):
    """What to do with a CALL that the capture has no answer to: refuse it, make an answer, or ask the real CSMS."""

    REPLAY = "replay"
    OR_DEFAULT = "replay-or-default"
    RECORD_MISSING = "record-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class MockOptions:
    """What to stand in for and how; ``upstream`` is the real CSMS that is asked what the capture lacks."""

    run: RunOptions
    mode: Mode = Mode.REPLAY
    upstream: str = ""


class Mock:
    """A stand-in. Raises :class:`InspectorError` where it can't begin.

    ``tell`` takes what is worth knowing, in words; ``listening`` the URL where stations are to connect.
    """

    def __init__(
        self, options: MockOptions, tell: Callable[[str], None], listening: Callable[[str], None] = lambda _: None
    ) -> None:
        _check(options)
        run = options.run
        policy = Unknown.DEFAULT if options.mode is Mode.OR_DEFAULT else run.unknown
        self._options = replace(options, run=replace(run, unknown=policy))
        self._tell = tell
        self._listening = listening
        self._reader = Reader(run.capture)
        try:
            self._scripts = mock_scripts(self._reader, run)
        except BaseException:
            self._reader.close()
            raise
        self._texts = Texts(self._reader)
        self._answers = Answers(step for each in self._scripts for step in each.steps)
        self._ours = [each for each in self._scripts if each.sessions[0].name != ASKED] or self._scripts
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Stop standing in."""
        self._stopped.set()

    async def stand_in(self) -> None:
        """Stand in until it is stopped. Raises :class:`InspectorError` where it can't listen."""
        writer = Writer(self._options.run.into or self._options.run.capture)
        try:
            as_party = self._be_station if self._options.run.role is Party.STATION else self._be_csms
            await as_party(writer)
        finally:
            self._reader.close()
            await asyncio.to_thread(writer.close)

    async def _be_csms(self, writer: Writer) -> None:
        run = self._options.run
        async with Listener(run.listen, self._session_for, partial(self._serve, writer), cert=run.cert) as listener:
            self._listening(listener.url)
            await self._stopped.wait()

    async def _serve(self, writer: Writer, station: str, connection: ServerConnection) -> None:
        """Be the CSMS of one connection, until that ends."""
        self._tell(f"{station} connected")
        upstream = self._upstream(writer, station, connection)
        player = self._player(station, _Once(connection), writer, upstream)
        playing = asyncio.ensure_future(player.play())
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait({playing, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (playing, stopped):
                task.cancel()
            try:
                with suppress(asyncio.CancelledError):
                    await playing
            except InspectorError as error:
                self._tell(f"{station}: {error}")
            finally:
                if upstream is not None:
                    await upstream.close()
        self._tell(f"{station} is gone")

    async def _be_station(self, writer: Writer) -> None:
        """Connect, play the script, and stay; when the CSMS ends the connection, come again after a while."""
        run, wait = self._options.run, FIRST_WAIT
        station = run.station_id or self._ours[-1].station
        link = StationLink(run.to, run.access, station=run.station_id, timeout=run.pace.timeout)
        while not self._stopped.is_set():
            began = time.monotonic()
            player = self._player(station, link, writer, None)
            playing = asyncio.ensure_future(player.play())
            stopped = asyncio.ensure_future(self._stopped.wait())
            await asyncio.wait({playing, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for task in (playing, stopped):
                task.cancel()
            try:
                await playing
                self._tell(f"{station}: {player.ending}")
            except InspectorError as error:
                self._tell(str(error))
            except asyncio.CancelledError:
                return
            wait = FIRST_WAIT if time.monotonic() - began > LONGEST_WAIT else min(2 * wait, LONGEST_WAIT)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), wait)

    def _player(self, station: str, link: "StationLink | _Once", writer: Writer, upstream: Upstream | None) -> Player:
        options = self._options
        script = self._script_for(station)

        def begin(session: Session, connection: Connection) -> Recording:
            opened = shaken(connection, session, options.run.station_id, "mock")
            return Recording(writer, opened)

        means = means_for(options.run, script, self._texts, self._answers, begin, time.time_ns())
        strict = options.mode is Mode.RECORD_MISSING
        unknown = partial(self._unknown, station, script.sessions[0], upstream)
        means = replace(means, endless=True, strict=strict, unknown=unknown)
        return Player(script, link, means, partial(self._told, station))

    async def _unknown(self, station: str, session: Session, upstream: Upstream | None, frame: Frame) -> str | None:
        """Answer what the capture has no answer to."""
        if upstream is not None and isinstance(frame.raw, str):
            try:
                return await upstream.ask(frame.raw, frame.message_id or "")
            except InspectorError as error:
                self._tell(f"{station}: {frame.action}: {error}")
        else:
            self._tell(f"{station}: {frame.action}: the capture has no answer")
        policy = self._options.run.unknown
        return answer(policy, session.version, frame.action or "", frame.message_id or "", time.time_ns())

    def _told(self, station: str, outcome: Outcome) -> None:
        if isinstance(outcome.step, Extra) and not outcome.step.type.has_action:
            self._tell(f"{station}: {outcome.words}")

    def _script_for(self, station: str) -> Script:
        """Return the newest script of a station, of one that is not known the newest of all."""
        return next((each for each in reversed(self._ours) if each.station == station), self._ours[-1])

    def _session_for(self, station: str) -> Session:
        return self._script_for(station).sessions[0]

    def _upstream(self, writer: Writer, station: str, connection: ServerConnection) -> Upstream | None:
        if not self._options.upstream:
            return None
        request = connection.request
        header = request.headers.get("Authorization") if request else None
        return Upstream(self._options.upstream, self._options.run, self._session_for(station), station, header, writer)


class _Once:
    """A link with the one connection that is there already."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    async def open(self, _: Session) -> Connection:
        """Return it."""
        return self._connection


def _check(options: MockOptions) -> None:
    """Raise :class:`InspectorError` for what does not go together."""
    check(options.run)
    if (options.mode is Mode.RECORD_MISSING) != bool(options.upstream):
        raise InspectorError("--mode record-missing and --upstream go together: the real CSMS is asked")
    if options.upstream and options.run.role is Party.STATION:
        raise InspectorError("--mode record-missing is for --as csms")


MOST_FRAMES = 500_000
"""Frames of the sessions that are used where none was chosen; of the newest one all."""


def _newest(reader: Reader) -> Iterator[Session]:
    frames = 0
    for session in reversed(reader.sessions()):
        if session.origin in {"live", "import"} and session.frames:
            if frames and frames + session.frames > MOST_FRAMES:
                return
            frames += session.frames
            yield session


def mock_scripts(reader: Reader, options: RunOptions) -> Sequence[Script]:
    """Make a script of each session: those that are chosen, else the newest that were recorded or imported.

    Their steps are numbered on. Raises :class:`InspectorError` where there is none.
    """
    chosen = [*options.sessions, *(number for each in options.stations for number in of_station(reader, each))]
    sessions = [reader.session(number) for number in dict.fromkeys(chosen)] or list(_newest(reader))
    builder, scripts = Builder(options.role), []
    for session in sorted(sessions, key=lambda session: session.id):
        before = len(builder.steps)
        builder.take(session, reader.pages(session=session.id), None)
        if len(builder.steps) > before:
            scripts.append(Script(options.role, (session,), builder.steps[before:]))
    if not scripts:
        raise InspectorError(f"{reader.path}: no session to stand in with")
    return scripts
