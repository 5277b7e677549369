"""How a capture is made, recognised, and refused."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.protocol.event import Tls
from inspector.protocol.version import Party
from inspector.store import schema
from inspector.store.amend import amending
from inspector.store.lint import Lint
from inspector.store.reader import Reader
from inspector.store.recording import Recording
from inspector.store.schema import APPLICATION_ID, SESSION_ADDITIONS, TABLES, VERSION, check, prepare, remove
from inspector.store.writer import Writer
from tests.factories import BOOT, make_capture, opened


def test_a_new_capture_is_private_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    prepare(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        strict = dict(connection.execute("SELECT name, strict FROM pragma_table_list"))
    assert [strict[name] for name in ("session", "frame", "finding")] == [1, 1, 1]


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM frame").fetchone() == (6,)


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    """Return a capture of the first layout with one session."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
        connection.execute(
            "CREATE TABLE _sqlite_migrations(id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT, applied_at TEXT)"
        )
        connection.execute("INSERT INTO _sqlite_migrations VALUES (1, 'capture', 'first_layout', '')")
        connection.execute(
            "INSERT INTO session(station, path, offered, peer, upstream, origin, opened_ns, headers, last_ns, tool)"
            " VALUES ('CP-1', '/CP-1', '[]', '', '', 'live', 0, '[]', 0, 'ocpp-inspector 0')"
        )
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return path


def test_a_capture_of_the_first_layout_is_read_as_it_is(oldest: Path) -> None:
    """It may rest on a medium that can't be written."""
    before = oldest.read_bytes()
    with Reader(oldest) as reader:
        assert [(session.station, session.tls) for session in reader.sessions()] == [("CP-1", ())]
        assert (reader.session(1).tls, reader.session(1).patience_ns) == ((), 30_000_000_000)
        assert list(reader.events()) == []
        session = reader.session(1)
        assert (session.pings, session.times, session.continues, session.live) == (0, (), None, True)
    assert oldest.read_bytes() == before


def test_a_capture_of_the_second_layout_is_read_as_it_is(tmp_path: Path) -> None:
    """Only what writes brings it up to date; rules that take pings are silent about it."""
    path = make_capture(tmp_path / "a.db", BOOT)
    with closing(sqlite3.connect(path)) as connection:
        for column in SESSION_ADDITIONS:
            connection.execute(f"ALTER TABLE session DROP COLUMN {column.split()[0]}")
        connection.execute("ALTER TABLE session DROP COLUMN name")
        for table in ("event", "series", "reached", "copied", "mark", "report", "control"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name <> 'first_layout' AND name NOT LIKE 'tls_%'")
        connection.execute("PRAGMA user_version = 2")
        connection.commit()
    with Reader(path) as reader:
        assert (len(reader.page()), reader.session(1).frames, list(reader.events())) == (2, 2, [])
        assert [*Lint(reader).findings()] == []
    prepare(path)
    with Reader(path) as reader:
        assert (len(reader.page()), reader.session(1).silence_ns, list(reader.events())) == (2, None, [])


def test_a_capture_of_the_fourth_layout_is_read_as_it_is_and_takes_orders_once_it_is_changed(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE control")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'orders_of_people'")
        connection.execute("PRAGMA user_version = 4")
        connection.commit()
    before = path.read_bytes()
    with Reader(path) as reader:
        assert (len(reader.page()), reader.marked()) == (6, set())
    assert path.read_bytes() == before
    with amending(path) as amended:
        assert amended.execute("SELECT * FROM control").fetchall() == []
        assert amended.execute("PRAGMA user_version").fetchone() == (VERSION,)
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute("EXPLAIN QUERY PLAN SELECT id FROM control WHERE taken_ns IS NULL").fetchall()
        strict = connection.execute("SELECT strict FROM pragma_table_list WHERE name = 'control'").fetchone()
    assert "INDEX control_new" in plan[0][-1], "looking for orders walks over none that are done"
    assert strict == (1,)


def test_what_is_no_capture_is_not_appended_to(tmp_path: Path) -> None:
    check(make_capture(tmp_path / "a.db"))
    path = tmp_path / "notes.txt"
    path.write_text("shopping list\n" * 100)
    with pytest.raises(InspectorError, match=r"notes.txt: can't be used as a capture: file is not a database"):
        check(path)


def test_a_capture_of_the_first_layout_is_brought_up_to_date_by_who_writes(oldest: Path) -> None:
    """A reader that had it open goes on reading."""
    leg = Tls(Party.CSMS, "TLSv1.3", "TLS_AES_256_GCM_SHA384", 4_102_444_800_000_000_000)
    with Reader(oldest) as earlier:
        writer = Writer(oldest)
        Recording(writer, replace(opened(station="CP-2"), tls=(leg,)), patience_ns=2_000_000_000)
        writer.close()
        assert [session.station for session in earlier.sessions()] == ["CP-1", "CP-2"]
    with closing(sqlite3.connect(oldest)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    with Reader(oldest) as reader:
        assert [session.tls for session in reader.sessions()] == [(), (leg,)]
        assert [session.patience_ns for session in reader.sessions()] == [30_000_000_000, 2_000_000_000]


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("shopping list\n" * 100)
    with pytest.raises(InspectorError, match=r"notes.txt: can't be used as a capture: file is not a database"):
        prepare(path)
    assert path.read_text() == "shopping list\n" * 100


def test_a_database_of_another_program_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine(a)")
    before = path.read_bytes()
    with pytest.raises(InspectorError, match="not a capture of OCPP Inspector"):
        prepare(path)
    assert path.read_bytes() == before


def test_a_capture_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "new.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(InspectorError, match="newer OCPP Inspector"):
        prepare(path)


def test_a_folder_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InspectorError, match="can't be written: No such file or directory"):
        prepare(tmp_path / "missing" / "a.db")


def test_an_empty_file_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch(0o644)
    prepare(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_several_processes_may_make_it_at_once(tmp_path: Path) -> None:
    """Three proxies started by one script."""
    path = str(tmp_path / "a.db")
    script = f"from pathlib import Path; from inspector.store.schema import prepare; prepare(Path({path!r}))"
    started = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate()[1] for process in started] == [""] * 4
    assert [process.returncode for process in started] == [0] * 4


def test_a_new_file_that_cannot_be_finished_is_not_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was there before is somebody's, and so is one that another process is making just now."""
    (tmp_path / "theirs.db").touch()
    monkeypatch.setattr(schema, "START_SECONDS", 0.0)
    for words, left in (("disk is full", ["theirs.db"]), ("database is locked", ["new.db", "theirs.db"])):
        monkeypatch.setattr(schema, "_bring_up_to_date", lambda _, words=words: raised(sqlite3.OperationalError(words)))
        for name in ("new.db", "theirs.db"):
            with pytest.raises(InspectorError, match=words):
                prepare(tmp_path / name)
        assert sorted(file.name for file in tmp_path.iterdir()) == left


def raised(error: Exception) -> None:
    """Raise it."""
    raise error


def test_a_file_is_removed_with_what_sqlite_left_beside_it(tmp_path: Path) -> None:
    for name in ("a.db", "a.db-wal", "a.db-shm", "b.db"):
        (tmp_path / name).touch()
    remove(tmp_path / "a.db")
    assert [file.name for file in tmp_path.iterdir()] == ["b.db"]
