"""The raw texts of recorded frames, read a page at a time as a replay comes to them."""

from inspector.errors import InspectorError
from inspector.store.reader import Reader

MOST_KEPT = 16_000_000
"""Characters of texts that are kept: enough that the clones of a session read it once."""


class Texts:
    """Gives raw texts by session and frame id; those around it are read along. Of one thread, as its reader is."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._kept: dict[int, str | bytes] = {}
        self._size = 0

    def raw(self, session: int, frame: int) -> str | bytes:
        """Return the raw text of a frame. Raises :class:`InspectorError` if it is gone."""
        if frame not in self._kept:
            self._read(session, frame)
        return self._kept[frame]

    def _read(self, session: int, frame: int) -> None:
        page = {row.id: row.raw for row in self._reader.page(session=session, after=frame - 1)}
        if frame not in page:
            raise InspectorError(f"{self._reader.path}: frame {frame} is gone")
        if self._size > MOST_KEPT:
            self._kept, self._size = {}, 0
        self._kept |= page
        self._size += sum(map(len, page.values()))
