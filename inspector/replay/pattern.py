"""Places of frames as people name them: ``/3/idTag``, ``/2/*/timestamp``, ``StartTransaction:/3/meterStart``."""

import re
import shlex
from dataclasses import dataclass

from inspector.errors import InspectorError


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pointer into the whole frame (RFC 6901), of one action or of all where ``action`` is empty."""

    action: str
    pointer: "re.Pattern[str]"

    def fits(self, action: str, pointer: str) -> bool:
        """Tell whether it names the value that this pointer leads to."""
        return self.action in {"", action} and self.pointer.fullmatch(pointer) is not None


def pattern(text: str) -> Pattern:
    """Read ``[ACTION:]/STEP/STEP...``; ``*`` stands for one step, ``**`` for any number. Raises InspectorError."""
    action, _, pointer = text.rpartition(":") if not text.startswith("/") else ("", "", text)
    if not pointer.startswith("/") or not re.fullmatch(r"\w*", action):
        raise InspectorError(f"{text[:60]}: no place in a frame; write /3/idTag, /2/*/timestamp or Authorize:/3/idTag")
    return Pattern(action, re.compile("".join(map(_step, pointer.split("/")[1:])), re.DOTALL))


def everywhere(name: str) -> Pattern:
    """Return the pattern of all fields with a name, wherever in a payload they are."""
    step = name.replace("~", "~0").replace("/", "~1")
    return Pattern("", re.compile(rf"/\d+(/.*)?/{re.escape(step)}", re.DOTALL))


_WILD = {"*": "/[^/]*", "**": "(/.*)?"}


def _step(step: str) -> str:
    return _WILD.get(step, f"/{re.escape(step)}")


@dataclass(frozen=True, slots=True)
class Change:
    """A value to write in the place of those that a pattern names; ``told`` is the pattern as it was written.

    The value is not told: it may be a secret.
    """

    where: Pattern
    value: str
    told: str


def change(text: str) -> Change:
    """Read ``PATH=VALUE``. Raises InspectorError."""
    path, equals, value = text.partition("=")
    if not equals:
        raise InspectorError(f"{text[:60]}: no value; write PATH=VALUE, such as /3/idTag=CARD-7")
    return Change(pattern(path), value, path)


def change_everywhere(text: str) -> Change:
    """Read ``NAME=VALUE``: all fields of this name. Raises InspectorError."""
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise InspectorError(f"{text[:60]}: no field and value; write NAME=VALUE, such as idTag=CARD-7")
    return Change(everywhere(name), value, name)


def changes(text: str) -> tuple[Change, ...]:
    """Read changes as on a command line, spaces between and quoted as there. Raises InspectorError.

    What has no ``/`` before its ``=`` is about all fields of a name.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InspectorError(f"{text[:60]}: {str(error).lower()}") from error
    return tuple((change if "/" in word.partition("=")[0] else change_everywhere)(word) for word in words)
