"""What a capture has that a filter can ask for, read through its indexes."""

from inspector.store.filter.completion import Known
from inspector.store.reader import Reader

MOST = 1000
"""Sessions, stations or actions that are known; the newest sessions and stations."""

_STATIONS = "SELECT station FROM session GROUP BY station ORDER BY max(id) DESC LIMIT ?"
_SESSIONS = "SELECT id, station FROM session ORDER BY id DESC LIMIT ?"


def read_known(reader: Reader) -> Known:
    """Ask a capture. Raises :class:`InspectorError`."""
    return Known(
        tuple(row[0] for row in reader.query(_STATIONS, (MOST,))),
        dict(reader.query(_SESSIONS, (MOST,))),
        tuple(_distinct(reader, "frame", "action")),
        tuple(_distinct(reader, "finding", "code")),
    )


def _distinct(reader: Reader, table: str, column: str) -> list[str]:
    """Return the values of an indexed column, a seek for each."""
    after = f"SELECT min({column}) FROM {table} WHERE {column} > value"
    sql = (
        f"WITH RECURSIVE each(value) AS (SELECT min({column}) FROM {table}"
        f" UNION ALL SELECT ({after}) FROM each WHERE value IS NOT NULL)"
        " SELECT value FROM each WHERE value IS NOT NULL LIMIT ?"
    )
    return [row[0] for row in reader.query(sql, (MOST,))]
