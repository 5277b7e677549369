"""Where a new capture goes when nobody says where."""

from datetime import UTC, datetime
from pathlib import Path

from inspector.errors import InspectorError


def new_capture(kind: str) -> Path:
    """Return ``captures/KIND-DATE-TIME.db`` below the working directory, and make the folder."""
    folder = Path("captures")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InspectorError(
            f"{folder.absolute()}: can't be made: {error.strerror}; say where with --capture"
        ) from error
    return folder / f"{kind}-{datetime.now(UTC):%Y%m%d-%H%M%S}.db"
