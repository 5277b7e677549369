"""The user's own keys: a TOML file with a line for each action, ``"browse.follow" = "ctrl+f"``."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from textual.keys import Keys, _character_to_key

from inspector.protocol.printable import visible
from inspector.tui.keys import KEYS

MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "hyper", "meta"})


class Keymap(NamedTuple):
    """Keys by the ids of their actions, and what is wrong with the file, if something is."""

    keys: Mapping[str, str]
    complaint: str = ""


def keymap_file() -> Path | None:
    """Return where the file is looked for, None where there is no home at all."""
    try:
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    except RuntimeError:
        return None
    return Path(home) / "ocpp-inspector" / "keys.toml"


def read_keymap(path: Path | None) -> Keymap:
    """Read the file, if there is one. What is wrong in it is said in one line, and the rest holds."""
    if path is None:
        return Keymap({})
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Keymap({})
    except (OSError, ValueError) as error:
        return Keymap({}, visible(f"{path}: {error}", 300))
    lines = dict(_flat(table))
    faults = {name: fault for name, keys in lines.items() if (fault := _fault(name, keys))}
    sound = {name: ",".join(_split(keys)) for name, keys in lines.items() if name not in faults}
    said = "; ".join(faults.values())
    return Keymap(sound, visible(f"{path}: {said}", 300) if said else "")


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Yield names and values, those of ``[browse]`` with ``browse.`` before them."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _fault(name: str, keys: object) -> str:
    if name not in {key.id for key in KEYS}:
        return f"no action {name}"
    wrong = [key for key in _split(keys) if not _is_key(key)] if isinstance(keys, str | list) else [keys]
    return f"{name}: no key {wrong[0]}" if wrong else "" if _split(keys) else f"{name}: no key"


def _split(keys: object) -> list[str]:
    """Return the keys of ``"a, b"`` or ``["a", "b"]``, as Textual names them."""
    given = keys.split(",") if isinstance(keys, str) else keys if isinstance(keys, list) else []
    names = [str(key).strip() for key in given]
    return [_character_to_key(name) if len(name) == 1 else name for name in names if name]


def _is_key(name: str) -> bool:
    *modifiers, key = name.split("+")
    return MODIFIERS.issuperset(modifiers) and (key in _KNOWN or (len(key) == 1 and key.isprintable()))


_KNOWN = {key.value for key in Keys} | {_character_to_key(chr(code)) for code in range(0x20, 0x7F)}
"""The names of keys: those of Textual, and of all that one can type in ASCII."""
