"""The files of one recording: ``NAME.db``, ``NAME-2.db``, ``NAME-3.db`` and so on, beside each other."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from inspector.errors import InspectorError
from inspector.store.schema import check, remove


class Series(NamedTuple):
    """What the files of one recording have in common; ``first`` is the name that the others are made of."""

    id: str
    first: str


def place(path: Path, *, append: bool) -> Path:
    """Return where to record: in this file if it is new or to be continued, otherwise in one beside it.

    To continue a recording that was cut into files is to go on in its newest one. Raises :class:`InspectorError` for a
    file that is no capture and for a name that can't be looked up.
    """
    try:
        if append:
            parts = _parts(path)
            return parts[-1] if parts else path
        if not path.exists() or (path.is_file() and not path.stat().st_size):
            return path
    except OSError as error:
        raise InspectorError(f"{path}: can't be written: {error.strerror}") from error
    check(path)
    return following(path)


def following(first: Path) -> Path:
    """Return the name of the file that comes after all those that are named so."""
    last = max((number for number, _ in _numbered(first)), default=1)
    return first.with_name(f"{first.stem}-{last + 1}{first.suffix}")


def remove_oldest(first: Path, keep: int, current: Path) -> None:
    """Delete all but the newest files of the recording that ``current`` belongs to; 0 keeps all. Raises OSError."""
    series = of(current)
    if not keep or series is None:
        return
    for old in [file for _, file in sorted(_numbered(first)) if of(file) == series][:-keep]:
        if old != current:
            remove(old)


def of(path: Path) -> Series | None:
    """Return what a file has in common with the others of its recording, None for one that was never cut."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT id, first FROM series").fetchone()
    except sqlite3.Error:
        return None
    return Series(*row) if row else None


def beside(path: Path, step: int) -> Path | None:
    """Return the file of the same recording that comes after (``step`` 1) or before (-1) this one, None for none."""
    series = of(path)
    if series is None:
        return None
    numbered = sorted(_numbered(path.with_name(series.first)), reverse=step < 0)
    files = [file for _, file in numbered]
    later = files[files.index(path) + 1 :] if path in files else []
    return next((file for file in later if of(file) == series), None)


def _parts(path: Path) -> list[Path]:
    """Return the files of a recording that was cut, oldest first; others that are named alike are not among them."""
    named = [(file, of(file)) for _, file in sorted(_numbered(path))]
    known = of(path) if path.exists() else next((series for _, series in named if series), None)
    return [file for file, series in named if series is not None and series == known]


def _numbered(first: Path) -> list[tuple[int, Path]]:
    """Return the files that are named like parts, with their numbers."""
    name = re.compile(rf"{re.escape(first.stem)}(?:-([0-9]{{1,9}}))?{re.escape(first.suffix)}")
    try:
        found = [(name.fullmatch(file.name), file) for file in first.parent.iterdir()]
    except OSError:
        return []
    return [(int(match[1] or 1), file) for match, file in found if match]
