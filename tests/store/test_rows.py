"""Rows that no recorder wrote are refused in one line."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store.reader import Reader
from tests.factories import make_capture


@pytest.mark.parametrize(
    "change",
    [
        "session SET version = '9'",
        "session SET closed_by = 'me'",
        "session SET offered = 'no JSON'",
        "session SET headers = '[1]'",
        "session SET tls = '[1]'",
        "session SET tls = '[{}]'",
        """session SET tls = '[{"leg": "csms", "version": 1}]'""",
        """session SET tls = '[{"leg": "csms", "version": "", "certificate_ends_ns": "soon"}]'""",
        """session SET tls = '[{"leg": "nobody", "version": ""}]'""",
        """session SET tls = '[{"leg": "csms", "version": "", "sni": 1}]'""",
        "session SET times = '[1]'",
        "session SET continues = '[1]'",
        "session SET continued_in = 'x'",
        "event SET sender = 'nobody'",
        "event SET kind = 'sneeze'",
        "event SET kind = 'gap'",
        "event SET sender = NULL",
        "frame SET sender = 'nobody'",
        "frame SET type = 9",
        "frame SET origin = 'thin air'",
        "frame SET raw = 7",
        "finding SET severity = 'bad'",
        "finding SET blame = 'me'",
        "finding SET code = 'x'",
    ],
)
def test_a_damaged_row_is_one_line(tmp_path: Path, change: str) -> None:
    path = make_capture(tmp_path / "a.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO event(session, time_ns, sender, kind) VALUES (1, 5, 'csms', 'ping')")
        connection.execute(f"UPDATE {change}")
        connection.commit()
    with Reader(path) as reader, pytest.raises(InspectorError, match="a damaged row: ") as caught:
        reader.sessions()
        list(reader.events())
        list(reader.judged(reader.pages()))
    assert "\n" not in str(caught.value)


def test_what_a_recorder_wrote_is_read(tmp_path: Path) -> None:
    with Reader(make_capture(tmp_path / "a.db")) as reader:
        assert len(reader.sessions()) == 2
        assert len(list(reader.judged(reader.pages()))) == 6
