"""A replay from its options to its report: what the command line and the terminal drive."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial

from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection

from inspector.errors import InspectorError
from inspector.protocol.event import Closed
from inspector.protocol.version import Party
from inspector.replay.csms import CsmsLink, Listener
from inspector.replay.expectations import Answers
from inspector.replay.findings import Found, changes
from inspector.replay.handshake import refused, shaken
from inspector.replay.kept_report import keep
from inspector.replay.means import means_for
from inspector.replay.options import RunOptions, check, scripts
from inspector.replay.pace import Metronome
from inspector.replay.part import Part
from inspector.replay.player import Player
from inspector.replay.report import Report, Side, latest
from inspector.replay.station import RefusedError, StationLink, offered
from inspector.replay.steps import Outcome, Step, Verdict
from inspector.replay.texts import Texts
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.rows import Session
from inspector.store.writer import Writer
from inspector.threads import taking_turns

__all__ = ["Run", "RunOptions"]


class Run:
    """One replay. Raises :class:`InspectorError` where it can't begin.

    ``parts`` are its scripts, one a station. ``reports`` has a report for each, once :meth:`play` is through, whatever
    happened; ``listening`` is called with the URL, where stations are to connect.
    """

    def __init__(self, options: RunOptions, listening: Callable[[str], None] = lambda _: None) -> None:
        self.options = options
        self.reports: list[Report] = []
        self.stopped = False
        self._listening = listening
        check(options)
        self._reader = Reader(options.capture)
        try:
            self.parts = [Part(each, Metronome(options.pace)) for each in scripts(self._reader, options)]
        except BaseException:
            self._reader.close()
            raise
        self._texts = Texts(self._reader)
        self._into = options.into or options.capture
        self._playing: asyncio.Task[None] | None = None
        self._began_ns = 0

    @property
    def steps(self) -> list[Step]:
        """All steps, script after script."""
        return [step for part in self.parts for step in part.script.steps]

    @property
    def report(self) -> Report:
        """The report of the first part, the only one when playing the station."""
        return self.reports[0]

    @property
    def target(self) -> str:
        """Where the peer is."""
        return self.options.to or self.options.listen

    @property
    def paused(self) -> bool:
        """Whether no further step begins before :meth:`resume` or :meth:`step`."""
        return any(part.metronome.paused for part in self.parts)

    @property
    def waits(self) -> bool:
        """Whether it is paused, and the step before is through."""
        return any(part.metronome.waits for part in self.parts)

    def pause(self) -> None:
        """Begin no further step."""
        for part in self.parts:
            part.metronome.pause()

    def resume(self) -> None:
        """Go on."""
        for part in self.parts:
            part.metronome.resume()

    def step(self) -> None:
        """Play the next step and pause."""
        for part in self.parts:
            part.metronome.step()

    def stop(self) -> None:
        """End the run: what is not played is unsent, and the report is made."""
        before, self.stopped = self.stopped, True
        if self._playing is not None and not before:
            self._playing.cancel()

    async def play(self) -> AsyncIterator[Outcome]:
        """Play; yield how each step went, as soon as that is known.

        Then the reports are there, and kept in the capture beside the run. Raises :class:`InspectorError` after that
        if there was no connection.
        """
        queue: asyncio.Queue[Outcome | None] = asyncio.Queue()
        self._began_ns = time.time_ns()
        try:
            writer = Writer(self._into)
        except InspectorError:
            self._reader.close()
            raise
        self._playing = asyncio.create_task(self._play(writer, queue.put_nowait))
        self._playing.add_done_callback(lambda _: queue.put_nowait(None))
        if self.stopped:
            self._playing.cancel()
        try:
            while (outcome := await queue.get()) is not None:
                yield outcome
        finally:
            self._playing.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._playing
            await asyncio.to_thread(self._conclude, writer)
        if not self._playing.cancelled():
            self._playing.result()

    async def _play(self, writer: Writer, tell: Callable[[Outcome], None]) -> None:
        options = self.options
        async with AsyncExitStack() as stack:
            if options.pace.speed is not None:
                stack.enter_context(taking_turns())
            if options.role is Party.STATION:
                links: dict[str, StationLink | CsmsLink] = {
                    part.script.station: _station_link(options) for part in self.parts
                }
            else:
                waiting = {part.script.station: CsmsLink(part.script.station, options.wait) for part in self.parts}
                links = dict(waiting)
                listener = await stack.enter_async_context(self._listener(waiting))
                self._listening(listener.url)
            for part in self.parts:
                part.player = self._player(part, links[part.script.station], writer, tell)
            done = await asyncio.gather(*map(self._play_part, self.parts), return_exceptions=True)
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure

    async def _play_part(self, part: Part) -> None:
        assert part.player is not None
        try:
            await part.player.play()
            part.ending = part.player.ending
        except InspectorError as error:
            part.ending = str(error)
            raise
        except asyncio.CancelledError:
            part.ending = "stopped"
            raise

    def _player(
        self, part: Part, link: StationLink | CsmsLink, writer: Writer, tell: Callable[[Outcome], None]
    ) -> Player:
        def told(outcome: Outcome) -> None:
            part.outcomes.append(outcome)
            tell(outcome)

        answers = Answers(part.script.steps)
        begin = partial(self._begin, part, writer)
        means = means_for(self.options, part.script, self._texts, answers, begin, self._began_ns)
        part.rebinder = means.rebinder
        recorded = _Recorded(link, partial(self._refused, part, writer)) if isinstance(link, StationLink) else link
        return Player(part.script, recorded, means, told, part.metronome)

    def _begin(self, part: Part, writer: Writer, session: Session, connection: Connection) -> Recording:
        opened = shaken(connection, session, self.options.station_id, self.options.name)
        recording = Recording(writer, opened, patience_ns=session.patience_ns)
        part.rows.append(recording.row)
        return recording

    def _refused(self, part: Part, writer: Writer, session: Session, error: RefusedError, target: str) -> None:
        """Record a handshake that was not done."""
        opened = refused(target, session, offered(session), error, self.options.station_id, self.options.name)
        recording = Recording(writer, opened)
        recording.feed(Closed(time.time_ns(), None, error.reason, "csms" if error.status else "network"))
        part.rows.append(recording.row)

    def _listener(self, links: dict[str, CsmsLink]) -> Listener:
        """Listen for the stations of the scripts; where there is one, the first station that comes is taken for it."""
        sessions = {part.script.station: part.script.sessions[0] for part in self.parts}
        first: list[str] = []

        def find(station: str) -> Session | None:
            if len(sessions) == 1 and station == (first or [station])[0]:
                return self.parts[0].script.sessions[0]
            return sessions.get(station)

        async def take(station: str, connection: ServerConnection) -> None:
            session = find(station)
            if session is not None:
                first.append(station)
                await links[session.station].come(connection)

        return Listener(self.options.listen, find, take, cert=self.options.cert)

    def _conclude(self, writer: Writer) -> None:
        """Make the reports, and keep each beside its run."""
        writer.close()
        try:
            with Reader(self._into) as reader:
                self.reports = [self._report(part, reader) for part in self.parts]
            for part, report in zip(self.parts, self.reports, strict=True):
                if part.rows and part.rows[0].id is not None:
                    keep(self._into, part.rows[0].id, report)
        finally:
            self._reader.close()

    def _report(self, part: Part, reader: Reader) -> Report:
        options, play = self.options, part.script
        if not part.outcomes:  # the run was stopped, or failed, before there was a player
            part.outcomes = [Outcome(step, Verdict.UNSENT) for step in play.steps]
        runs = tuple(row.id for row in part.rows if row.id is not None)
        sources = tuple(session.id for session in play.sessions)
        live = part.rows[0].opened.station if part.rows else play.station
        rebinder = part.rebinder
        return Report(
            source=Side(str(options.capture), sources, play.station, play.sessions[0].name),
            other=Side(str(self._into), runs, live, options.name),
            role=options.role,
            target=self.target,
            began_ns=self._began_ns,
            ended_ns=time.time_ns(),
            items=latest(part.outcomes),
            skipped=part.skipped(),
            bindings=rebinder.bindings if rebinder else (),
            changed={change.told: count for change, count in rebinder.changed.items()} if rebinder else {},
            findings=changes(Found(self._reader, sources), Found(reader, runs)) if runs else (),
            ending=part.ending,
        )


class _Recorded:
    """A station's link that tells of refusals before it raises them."""

    def __init__(self, link: StationLink, told: Callable[[Session, RefusedError, str], None]) -> None:
        self._link = link
        self._told = told

    async def open(self, session: Session) -> Connection:
        """Connect. Raises :class:`RefusedError`."""
        try:
            return await self._link.open(session)
        except RefusedError as error:
            self._told(session, error, self._link.target(session))
            raise


def _station_link(options: RunOptions) -> StationLink:
    return StationLink(options.to, options.access, station=options.station_id, timeout=options.pace.timeout)
