"""What differs between a frame that was recorded and the one that came in its place."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from inspector.protocol.frame import Frame, decode
from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import exact
from inspector.protocol.timestamp import fault_of
from inspector.replay.pattern import Pattern
from inspector.store.recording import without_secrets

ABSENT = "(absent)"

MOST = 200
"""Differences of one frame that are told."""

LONGEST = 1000
"""Characters of a value that are told."""

MOST_ALIGNED = 500
"""Members of a list that are aligned with those of another; longer ones are compared one by one, as they stand."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in the frame (RFC 6901), and what stood there then and now; of a member that is gone, where it was."""

    pointer: str
    recorded: str
    got: str


def differences(
    recorded: str | bytes, got: str | bytes, *, action: str = "", ignored: Sequence[Pattern] = ()
) -> list[Difference]:
    """Compare two frames of an exchange. Never raises.

    Message ids, times and secrets are volatile: they may differ, but for the length of a secret, and so may what is
    ``ignored``. No secret is told.
    Numbers are the same if their values are, however they are written.
    """
    then, now = _without_secrets(decode(recorded)), _without_secrets(decode(got))
    if then.type is not now.type:
        return [Difference("/0", _name(then), _name(now))]
    if then.message_id is None or now.message_id is None:
        return [] if recorded == got else [Difference("", _show(_text(then.raw)), _show(_text(now.raw)))]
    if then.error_code != now.error_code:
        return [Difference("/2", str(then.error_code), str(now.error_code))]
    if then.type.has_action and then.action != now.action:
        return [Difference("/2", str(then.action), str(now.action))]
    walk = _Walk(action or then.action or "", ignored)
    found = walk.over(then.payload, now.payload, (now.payload_at,))
    return [each for each, _ in zip(found, range(MOST), strict=False)]


def _without_secrets(frame: Frame) -> Frame:
    """Return a frame as it may be told."""
    raw, masked = without_secrets(frame)
    return decode(raw) if masked else frame


def _text(raw: str | bytes) -> str:
    return raw if isinstance(raw, str) else raw.decode("utf-8", "backslashreplace")


def _name(frame: Frame) -> str:
    return f"{frame.type.name} {frame.error_code}" if frame.error_code else frame.type.name


@dataclass(frozen=True, slots=True)
class _Walk:
    """A walk over two payloads at once."""

    action: str
    ignored: Sequence[Pattern]

    def over(self, then: Any, now: Any, path: tuple[str | int, ...]) -> Iterator[Difference]:
        if self.ignored and self._is_ignored(path):
            return
        if isinstance(then, dict) and isinstance(now, dict):
            for key in [*then, *(key for key in now if key not in then)]:
                yield from self._either(key in then, key in now, then.get(key), now.get(key), (*path, key))
        elif isinstance(then, list) and isinstance(now, list):
            for old, new in _aligned(then, now):
                members = None if old is None else then[old], None if new is None else now[new]
                yield from self._either(old is not None, new is not None, *members, (*path, _index(old, new)))
        elif not _is_same(then, now):
            yield Difference(pointer(path), _show(then), _show(now))

    def _either(
        self, was: bool, is_now: bool, then: Any, now: Any, path: tuple[str | int, ...]
    ) -> Iterator[Difference]:
        """Compare two members, of which one may be absent."""
        if was and is_now:
            yield from self.over(then, now, path)
        elif not self._is_ignored(path):
            yield Difference(pointer(path), _show(then) if was else ABSENT, _show(now) if is_now else ABSENT)

    def _is_ignored(self, path: tuple[str | int, ...]) -> bool:
        return any(each.fits(self.action, pointer(path)) for each in self.ignored)


def _index(old: int | None, new: int | None) -> int:
    return new if new is not None else old or 0


def _aligned(then: list[Any], now: list[Any]) -> Iterator[tuple[int | None, int | None]]:
    """Pair the indexes of the members of two lists; None stands for a member that the other has not.

    Lists of one length are compared as they stand.
    """
    if len(then) == len(now) or max(len(then), len(now)) > MOST_ALIGNED:
        shared = min(len(then), len(now))
        yield from ((index, index) for index in range(shared))
        yield from ((index, None) for index in range(shared, len(then)))
        yield from ((None, index) for index in range(shared, len(now)))
        return
    matcher = SequenceMatcher(None, [_key(each) for each in then], [_key(each) for each in now], autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        for offset in range(max(end - start, new_end - new_start)):
            old, new = start + offset, new_start + offset
            yield old if old < end else None, new if new < new_end else None


def _key(value: Any) -> str:
    """Write a value so that two that are the same but for their times have one text."""
    return json.dumps(_timeless(value), sort_keys=True, default=str)


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_timeless(member) for member in value]
    if isinstance(value, float | Decimal):
        return str(exact(value).normalize())
    return "(time)" if _is_time(value) else value


def _is_same(then: Any, now: Any) -> bool:
    """Compare two scalars: numbers by their value, true is not 1, and all times are alike."""
    if isinstance(then, bool) or isinstance(now, bool):
        return then is now
    if isinstance(then, int | float | Decimal) and isinstance(now, int | float | Decimal):
        return exact(then) == exact(now)
    if isinstance(then, str) and isinstance(now, str):
        return then == now or _are_times(then, now) or _is_masked(then, now) or _is_masked(now, then)
    return bool(then == now)


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and fault_of(value) is None


def _are_times(then: str, now: str) -> bool:
    """Tell whether both are times, or both are but for the zone that is missing: a common fault, and still the same."""
    return (_is_time(then) and _is_time(now)) or (_is_time(f"{then}Z") and _is_time(f"{now}Z"))


def _is_masked(kept: str, other: str) -> bool:
    """Tell whether a text is a secret overwritten, of the same length as the other one."""
    return kept != "" and kept == "*" * len(other)


def _show(value: Any) -> str:
    plain = isinstance(value, str | Decimal)
    text = str(value) if plain else json.dumps(value, ensure_ascii=False, default=float)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
