"""The way in for files of every format: their sessions and frames go through the pipe of live traffic."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.formats.additions import Additions, FrameRemark, SessionRemark
from inspector.protocol.context import Station, Stations
from inspector.protocol.event import ALONE, Closed, Controlled, Noted, Opened, Received, Violated
from inspector.protocol.finding import Finding
from inspector.protocol.vendor import Vendors
from inspector.store.entries import ClosedEntry, Entry, EventEntry, FindingEntry, SessionRow
from inspector.store.lint import can_be_known
from inspector.store.recording import Appender, Recording
from inspector.store.timeline import Begin, End, Life, Moment, in_order
from inspector.store.writer import Writer


class Announced(NamedTuple):
    """A session of a file. ``life`` has the number that the file's reader gave it: 1, 2, 3 and so on.

    ``row`` is what the capture keeps of it; ``heard`` the handshake as the rules are to hear it, ``closed`` its end if
    the file knows it. ``findings`` are those that only a recorder could make.
    """

    life: Life
    row: SessionRow
    heard: Opened
    closed: Closed | None = None
    findings: tuple[Finding, ...] = ()
    remark: SessionRemark | None = None


class Loose(NamedTuple):
    """What happened to the recorder, and to no session."""

    event: Noted | Controlled | Violated


class Report(NamedTuple):
    """What a run found, as its capture keeps it."""

    session: int
    content: str


class Fault(NamedTuple):
    """A line that can't be read, and why."""

    line: int
    words: str


Item = Announced | Moment | Loose | Report | Fault
"""What a file holds, in its order. The ``id`` of a :class:`Moment` is the number of its line."""


class File(NamedTuple):
    """A file as its format's reader gives it. ``remarks`` has, by line, what is to be kept of a frame beside it.

    They are there once the item of their line was given.
    """

    items: Iterable[Item]
    remarks: dict[int, FrameRemark]


@dataclass(slots=True)
class Imported:
    """What an import did: how many sessions, frames and other events came in, how many lines did not, and why.

    ``drafts`` are those that were made, in words.
    """

    sessions: int = 0
    frames: int = 0
    events: int = 0
    left_out: int = 0
    faults: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)

    def fault(self, line: int, words: str) -> None:
        """Take note of a line that is left out."""
        self.left_out += 1
        if self.left_out <= MOST_TOLD:
            self.faults.append(f"line {line}: {words}")


MOST_TOLD = 100
"""Lines of a file that are named when they are left out; of the others, only how many there were."""

UNKNOWN = -1
"""The number of frames of a session that does not say it: it ends with the file."""

BREATH = 8 * 1024 * 1024
"""Bytes that may wait for the disk when the next as many are gathered, so that nothing is lost for want of memory."""

WAIT_SECONDS = 10.0
"""How long to wait for the disk before it is asked whether it is in trouble."""

ROW = 800
"""Bytes that a frame takes in memory beside its text, at most, while it waits."""


def take(
    file: File,
    writer: Writer,
    *,
    patience_ns: int | None = None,
    stations: Stations | None = None,
    vendors: Vendors | None = None,
    keep_secrets: bool = False,
) -> Imported:
    """Bring the sessions of a file into a capture. They are checked and paired anew, in the order of time.

    Sessions get their ids in the order of the file. A line that can't be read is left out and named. Without
    ``patience_ns``, each session has the patience it was recorded with. ``stations`` are remembered from earlier
    files, ``vendors`` are the schemas of vendors' data.
    """
    return _Intake(file, writer, patience_ns, stations or Stations(), vendors, keep_secrets).run()


class _Intake:
    """One file on its way into a capture."""

    def __init__(
        self,
        file: File,
        writer: Writer,
        patience_ns: int | None,
        stations: Stations,
        vendors: Vendors | None,
        keep_secrets: bool,
    ) -> None:
        self._file = file
        self._writer = writer
        self._entries = _Gathering(writer)
        self._patience_ns = patience_ns
        self._stations = stations
        self._vendors = vendors
        self._keep_secrets = keep_secrets
        self._result = Imported()
        self._coming: dict[int, Announced] = {}
        self._ends: dict[int, Closed] = {}
        self._live: dict[int, Recording] = {}
        self._rows: dict[int, SessionRow] = {}
        self._additions = Additions(self._rows)
        self._gathered = writer.mark()

    def run(self) -> Imported:
        """Take all lines."""
        live, remarks, result, waiting = self._live, self._file.remarks, self._result, 0
        for item in in_order(self._taken()):
            if not isinstance(item, Moment):
                self._turn(item)
                continue
            recording = live.get(item.session)
            if recording is None or type(item.event) is not Received:
                self._other(item, recording)
                continue
            observation = recording.feed(item.event)
            result.frames += 1
            if remarks and item.id in remarks and observation.seen is not None:
                self._remark(recording, observation.seen.number, remarks.pop(item.id))
            waiting += len(item.event.raw) + ROW
            if waiting > BREATH:
                waiting = self._breath()
        self._breath()
        self._breath()
        self._additions.write(self._writer.path)
        return result

    def _breath(self) -> int:
        """Wait until all is on the disk but what came since the last time. Raises InspectorError if it refuses."""
        while not self._gathered.wait(WAIT_SECONDS):
            if self._writer.trouble is not None:
                raise InspectorError(f"{self._writer.path}: can't be written: {self._writer.trouble}")
        self._entries.hand_on()
        self._gathered = self._writer.mark()
        return 0

    def _taken(self) -> Iterator[Life | Moment]:
        """Yield what is to be put in order of time; take what is not."""
        for item in self._file.items:
            if isinstance(item, Moment):
                yield item
            elif isinstance(item, Announced):
                yield self._announced(item)
            elif isinstance(item, Loose):
                self._entries.append([EventEntry(None, item.event)])
                self._result.events += 1
            elif isinstance(item, Report):
                self._additions.reports.append((item.session, item.content))
            else:
                self._result.fault(item.line, item.words)

    def _announced(self, session: Announced) -> Life:
        number = session.life.session
        self._result.sessions += 1
        if self._patience_ns:
            session.row.patience_ns = self._patience_ns
        self._rows[number] = session.row
        self._coming[number] = session
        if session.remark is not None:
            self._additions.sessions.append((number, session.remark))
        self._entries.append([session.row])
        return session.life

    def _turn(self, item: Begin | End) -> None:
        if isinstance(item, Begin):
            self._begin(item.session)
        else:
            self._end(self._live.pop(item.session), self._ends.pop(item.session))

    def _begin(self, number: int) -> None:
        session = self._coming.pop(number)
        row = session.row
        station = Station() if row.opened.origin in ALONE else self._stations.of(row.opened.station)
        self._live[number] = Recording(
            _Knowing(self._entries) if row.continues else self._entries,
            session.heard,
            version=row.version,
            patience_ns=row.patience_ns,
            keep_secrets=self._keep_secrets,
            station=station,
            row=row,
            vendors=self._vendors,
        )
        self._entries.append(FindingEntry(row, finding) for finding in session.findings)
        if session.closed is not None:
            self._ends[number] = session.closed

    def _end(self, recording: Recording, closed: Closed) -> None:
        if recording.row.continued_in is None:
            recording.feed(closed)
        else:  # no rule is to hear of an end that is none
            self._entries.append([ClosedEntry(recording.row, closed)])

    def _other(self, moment: Moment, recording: Recording | None) -> None:
        """Take what is no frame, or what came too late."""
        if recording is not None:
            recording.feed(moment.event)
        elif isinstance(moment.event, Noted):  # told after the end: it is kept, and nobody's fault
            self._entries.append([EventEntry(self._rows[moment.session], moment.event)])
        else:
            self._result.fault(moment.id, "its session had ended, with as many frames as it says it has")
            return
        self._result.events += 1

    def _remark(self, recording: Recording, number: int, remark: FrameRemark) -> None:
        row = recording.row
        self._entries.append(FindingEntry(row, finding) for finding in remark.findings_of(number))
        self._additions.frames.append((row, number, remark))


class _Gathering:
    """Hands entries on to a writer a lot at a time, which is cheaper; the order stays."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._entries: list[Entry] = []

    def append(self, entries: Iterable[Entry]) -> None:
        """Take entries."""
        self._entries.extend(entries)
        if len(self._entries) >= LOT:
            self.hand_on()

    def hand_on(self) -> None:
        """Hand on what is left."""
        self._writer.append(self._entries)
        self._entries = []


LOT = 500
"""Entries that are handed to the writer at once."""


class _Knowing(NamedTuple):
    """A writer that is not told what can't be known of a session whose past is in another file."""

    writer: Appender

    def append(self, entries: Iterable[Entry]) -> None:
        """Write entries, but for such findings."""
        self.writer.append(
            entry
            for entry in entries
            if not isinstance(entry, FindingEntry) or can_be_known(entry.session, entry.finding.code)
        )
