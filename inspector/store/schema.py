"""The tables of a capture, and how a file is recognised and brought up to date."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.errors import InspectorError

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x4F435049
"""``OCPI``, in the file's header: this is a capture of the OCPP Inspector."""

VERSION = 5
"""``user_version`` of the newest layout."""

FIRST_PATIENCE_NS = 30_000_000_000
"""How long a CALL of a session may wait where layout 1 did not keep it."""

SESSION_COLUMNS = (
    "id",
    "station",
    "path",
    "version",
    "offered",
    "subprotocol",
    "peer",
    "upstream",
    "origin",
    "source",
    "opened_ns",
    "closed_ns",
    "close_code",
    "close_reason",
    "closed_by",
    "http_status",
    "headers",
    "tls",
    "patience_ns",
    "last_ns",
    "frames",
    "errors",
    "warnings",
    "tool",
    "times",
    "hears_pings",
    "silence_ns",
    "continues",
    "continued_in",
    "pings",
    "violations",
    "lost",
    "writer",
    "name",
)

TABLES = """
CREATE TABLE session(
  id INTEGER PRIMARY KEY,
  station TEXT NOT NULL,
  path TEXT NOT NULL,
  version TEXT,                     -- OCPP version, null while nobody knows
  offered TEXT NOT NULL,            -- JSON array of subprotocols
  subprotocol TEXT,
  peer TEXT NOT NULL,
  upstream TEXT NOT NULL,
  origin TEXT NOT NULL,             -- live, import, draft, run
  source INTEGER,                   -- a run's or draft's session
  opened_ns INTEGER NOT NULL,
  closed_ns INTEGER,
  close_code INTEGER,
  close_reason TEXT,
  closed_by TEXT,                   -- station, csms, network, proxy, operator
  http_status INTEGER,              -- 101 for a session, null when no answer came
  headers TEXT NOT NULL,            -- JSON array of [request|response, name, value], secrets masked
  last_ns INTEGER NOT NULL,
  frames INTEGER NOT NULL DEFAULT 0,
  errors INTEGER NOT NULL DEFAULT 0,
  warnings INTEGER NOT NULL DEFAULT 0,
  tool TEXT NOT NULL                -- who wrote it: name and version
) STRICT;
CREATE TABLE frame(
  id INTEGER PRIMARY KEY,           -- arrival order within the capture
  session INTEGER NOT NULL,
  number INTEGER NOT NULL,          -- 1, 2, 3 ... within the session
  time_ns INTEGER NOT NULL,
  sender TEXT NOT NULL,
  type INTEGER NOT NULL,            -- 0 INVALID, 2 CALL, 3 CALLRESULT, 4 CALLERROR, 5 CALLRESULTERROR, 6 SEND
  message_id TEXT,
  action TEXT,                      -- an answer carries its CALL's
  answers INTEGER,                  -- number of the CALL in this session
  latency_ns INTEGER,
  origin TEXT NOT NULL,             -- wire, injected, edited, dropped
  errors INTEGER NOT NULL,
  warnings INTEGER NOT NULL,
  masked INTEGER NOT NULL,          -- secret values overwritten in raw
  raw ANY NOT NULL                  -- text, or a blob where it is not text
) STRICT;
CREATE UNIQUE INDEX frame_number ON frame(session, number);
CREATE INDEX frame_session ON frame(session);
CREATE INDEX frame_answers ON frame(session, answers) WHERE answers IS NOT NULL;
CREATE INDEX frame_action ON frame(action, id);
CREATE INDEX frame_bad ON frame(id) WHERE errors + warnings > 0;
CREATE INDEX frame_time ON frame(time_ns);
CREATE TABLE finding(
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  frame INTEGER,                    -- number in the session, null when it is about the session
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  blame TEXT NOT NULL,
  pointer TEXT NOT NULL,            -- RFC 6901, into the whole frame
  message TEXT NOT NULL,
  hint TEXT NOT NULL,
  offset INTEGER                    -- bytes into raw, where it is not JSON
) STRICT;
CREATE INDEX finding_frame ON finding(session, frame);
CREATE INDEX finding_code ON finding(code, session);
"""


SESSION_ADDITIONS = (
    "times TEXT NOT NULL DEFAULT '[]'",  # JSON array of [step, time]
    "hears_pings INTEGER NOT NULL DEFAULT 0",  # whether pings were told, so that their absence counts
    "silence_ns INTEGER",  # from the last frame, ping or pong to the end
    "continues TEXT",  # JSON [file name, session]: the row in an earlier file that this one goes on from
    "continued_in TEXT",  # the same, of the file that this one goes on in
    "pings INTEGER NOT NULL DEFAULT 0",  # of both sides
    "violations INTEGER NOT NULL DEFAULT 0",
    "lost INTEGER NOT NULL DEFAULT 0",  # frames that are not in the capture
    "writer TEXT NOT NULL DEFAULT ''",  # the process that wrote it last, see liveness
)
"""The columns that came with layout 3."""

NAME = "name TEXT NOT NULL DEFAULT ''"  # of a draft or a run
"""The column that came with layout 4."""

ADDED_BY_PEOPLE = """
CREATE TABLE copied(                -- a draft's frames that are not new
  session INTEGER NOT NULL,
  number INTEGER NOT NULL,          -- below zero for one that was taken out again
  source INTEGER NOT NULL,          -- number of the frame it is a copy of, in the session the draft was made from
  PRIMARY KEY(session, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE mark(frame INTEGER PRIMARY KEY) STRICT;
CREATE TABLE report(                -- what a run found
  session INTEGER PRIMARY KEY,
  content TEXT NOT NULL             -- JSON
) STRICT;
"""

CONTROL = """
CREATE TABLE control(               -- what a person ordered to be done to a session that is being recorded
  id INTEGER PRIMARY KEY,
  session INTEGER NOT NULL,
  deed TEXT NOT NULL,               -- close
  code INTEGER,                     -- of the close frame
  reason TEXT NOT NULL,
  ordered_ns INTEGER NOT NULL,
  taken_ns INTEGER,                 -- null while nobody took it
  answered_ns INTEGER,              -- null while nobody knows what became of it
  done INTEGER,                     -- whether it was done
  answer TEXT                       -- what there is to say of that
) STRICT;
CREATE INDEX control_new ON control(id) WHERE taken_ns IS NULL;
"""

EVENTS = """
CREATE TABLE event(
  id INTEGER PRIMARY KEY,           -- arrival order, apart from frames; one small row each: rules about silence
                                    -- need the time of every ping when a capture is judged again
  session INTEGER,                  -- null where it is about the capture as a whole
  time_ns INTEGER NOT NULL,
  sender TEXT,                      -- null for what the recorder says of itself
  kind TEXT NOT NULL,               -- ping, pong, close, violation, gap, trouble
  what TEXT,
  raw BLOB                          -- payload of a control frame, first bytes of a violation
) STRICT;
CREATE INDEX event_session ON event(session);
CREATE INDEX event_time ON event(time_ns);
CREATE INDEX event_odd ON event(id) WHERE kind IN ('violation', 'gap', 'trouble');
CREATE TABLE series(id TEXT NOT NULL, first TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS reached(scribe TEXT PRIMARY KEY, position INTEGER NOT NULL);
"""
"""``series`` has one row in each of the files that one recording was cut into, the same in all: ``first`` is the name
that the others are made of. ``reached`` tells up to which position the events of a scribe at work are in the capture.
"""


START_SECONDS = 5.0
"""How long to wait for another process that is making the same capture."""


def prepare(path: Path) -> bool:
    """Create a capture, or bring an older one up to date; tell whether the file is new.

    Raises :class:`InspectorError` for a file that is neither; a new one that can't be finished is not left behind.
    """
    is_new = create_private(path)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            _bring_up_to_date(path)
        except sqlite3.Error as error:
            in_the_making = any(words in str(error) for words in _MEANWHILE)
            if not in_the_making or time.monotonic() > deadline:
                if is_new and not in_the_making:
                    with suppress(OSError):
                        remove(path)
                raise InspectorError(f"{path}: can't be used as a capture: {error}") from error
            time.sleep(0.05)
        else:
            return is_new


_MEANWHILE = ("locked", "already exists", "duplicate column", "UNIQUE constraint")
"""What SQLite says when another process makes the same tables at this moment."""


_TABLES_OF_ANYBODY = "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE '%sqlite_migrations%'"
"""Whether somebody's tables are there; the list of migrations is made before the first of ours."""


def _bring_up_to_date(path: Path) -> None:
    from sqlite_utils import Database  # 150 ms: only writers need it

    with closing(sqlite3.connect(path)) as connection:
        if connection.execute(_TABLES_OF_ANYBODY).fetchone()[0]:
            recognise(connection, path)
        connection.execute("PRAGMA journal_mode=WAL")
        _migrations().apply(Database(connection))


def check(path: Path) -> None:
    """Raise :class:`InspectorError` unless this file is a capture this version can read."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            recognise(connection, path)
    except sqlite3.Error as error:
        raise InspectorError(f"{path}: can't be used as a capture: {error}") from error


def create_private(path: Path) -> bool:
    """See to it that there is a file, and tell whether it is new; new or empty, only its owner may read it."""
    try:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            if not path.stat().st_size:
                path.chmod(0o600)
            return False
    except OSError as error:
        raise InspectorError(f"{path}: can't be written: {error.strerror}") from error
    return True


BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is in use."""


def remove(path: Path) -> None:
    """Delete a file, and what SQLite left beside it. Raises OSError."""
    for name in (path.name, *(path.name + ending for ending in BESIDE)):
        path.with_name(name).unlink(missing_ok=True)


def recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Raise :class:`InspectorError` unless the file is a capture this version can read."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise InspectorError(f"{path}: an SQLite file, but not a capture of OCPP Inspector")
    if version > VERSION:
        raise InspectorError(
            f"{path}: written by a newer OCPP Inspector (layout {version}, this one reads up to {VERSION}): update it"
        )


def _migrations() -> "Migrations":
    from sqlite_utils import Migrations

    migrations = Migrations("capture")

    @migrations()
    def first_layout(db: "Database") -> None:
        _run(db, TABLES)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")

    @migrations()
    def tls_and_patience_of_a_session(db: "Database") -> None:
        db.execute("ALTER TABLE session ADD COLUMN tls TEXT NOT NULL DEFAULT '[]'")  # JSON array of legs
        db.execute(f"ALTER TABLE session ADD COLUMN patience_ns INTEGER NOT NULL DEFAULT {FIRST_PATIENCE_NS}")
        db.execute("PRAGMA user_version = 2")

    @migrations()
    def events_and_parts_of_a_recording(db: "Database") -> None:
        for column in SESSION_ADDITIONS:
            db.execute(f"ALTER TABLE session ADD COLUMN {column}")
        _run(db, EVENTS)
        db.execute("PRAGMA user_version = 3")

    @migrations()
    def drafts_marks_and_reports(db: "Database") -> None:
        db.execute(f"ALTER TABLE session ADD COLUMN {NAME}")
        _run(db, ADDED_BY_PEOPLE)
        db.execute("PRAGMA user_version = 4")

    @migrations()
    def orders_of_people(db: "Database") -> None:
        _run(db, CONTROL)
        db.execute("PRAGMA user_version = 5")

    return migrations


def _run(db: "Database", statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)
