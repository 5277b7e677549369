"""Marks: frames that a person wants to find again, kept in the capture."""

from pathlib import Path

from inspector.store.amend import amending


def toggle(path: Path, frame: int) -> bool:
    """Mark a frame by its id, or take its mark away; tell whether it is marked now. Raises :class:`InspectorError`."""
    with amending(path) as connection:
        if connection.execute("DELETE FROM mark WHERE frame = ?", (frame,)).rowcount:
            return False
        connection.execute("INSERT INTO mark(frame) VALUES (?)", (frame,))
        return True
