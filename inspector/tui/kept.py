"""What a user keeps between starts: past and saved filters, the theme, where replays went. In a small JSON file."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from inspector.errors import InspectorError

MOST_REMEMBERED = 100
"""Past filters."""


class Kept(NamedTuple):
    """The past filters, the newest last; the saved ones by name; the theme; the last target of a replay by its role.

    ``complaint`` says in a line why nothing can be read.
    """

    history: tuple[str, ...] = ()
    filters: Mapping[str, str] = {}
    theme: str = ""
    targets: Mapping[str, str] = {}
    complaint: str = ""


def kept_file() -> Path:
    """Return where it is kept. Raises :class:`InspectorError` where there is no home at all."""
    try:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    except RuntimeError as error:
        raise InspectorError("there is no home to keep filters in: say where with XDG_STATE_HOME") from error
    return Path(home) / "ocpp-inspector" / "kept.json"


def read_kept() -> Kept:
    """Return what is kept; never raises, see ``complaint``."""
    try:
        return _read(kept_file())
    except InspectorError as error:
        return Kept(complaint=str(error))


def saved_filters() -> Mapping[str, str]:
    """Return the saved filters by their names, in the order of those."""
    return dict(sorted(read_kept().filters.items()))


def remember(text: str) -> None:
    """Add a filter to the past ones, as the newest. Raises :class:`InspectorError`."""
    before = [each for each in _read(kept_file()).history if each != text]
    _change(history=(*before, text)[-MOST_REMEMBERED:])


def save_filter(name: str, text: str) -> None:
    """Keep a filter by a name; an empty one is forgotten. Raises :class:`InspectorError`."""
    others = {other: each for other, each in _read(kept_file()).filters.items() if other != name}
    _change(filters=others | {name: text} if text else others)


def keep_theme(name: str) -> None:
    """Begin with a theme the next time. Raises :class:`InspectorError`."""
    _change(theme=name)


def keep_target(role: str, target: str) -> None:
    """Offer a target the next time that this role is replayed. Raises :class:`InspectorError`."""
    _change(targets={**_read(kept_file()).targets, role: target})


def _change(**fields: Any) -> None:
    path = kept_file()
    kept = _read(path)._replace(**fields)._asdict()
    del kept["complaint"]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(path, json.dumps(kept, indent=1))
    except OSError as error:
        raise InspectorError(f"{path}: can't be written: {error.strerror or error}") from error


def _replace(path: Path, text: str) -> None:
    """Write a file as a whole or not at all, for nobody else to read."""
    handle, new = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(new).replace(path)
    except OSError:
        with suppress(OSError):
            Path(new).unlink()
        raise


def _read(path: Path) -> Kept:
    """Read the file; one that is not there is empty. Raises :class:`InspectorError` for one that is no such file."""
    try:
        found = json.loads(path.read_bytes())
        history, filters, theme = found.get("history", []), found.get("filters", {}), found.get("theme", "")
        targets = found.get("targets", {})
        texts = [*history, *filters, *filters.values(), theme, *targets, *targets.values()]
    except FileNotFoundError:
        return Kept()
    except OSError as error:
        raise InspectorError(f"{path}: can't be read: {error.strerror or error}") from error
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise InspectorError(f"{path}: can't be read: not what this program writes") from None
    if not (isinstance(history, list) and all(isinstance(text, str) for text in texts)):
        raise InspectorError(f"{path}: can't be read: not what this program writes")
    return Kept(tuple(history), filters, theme, targets)
