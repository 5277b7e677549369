"""What differs between the answer that was recorded and the one that came."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inspector.protocol.frame import Frame, decode
from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import exact
from inspector.protocol.timestamp import fault_of

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in the frame (RFC 6901), and what stood there then and now."""

    pointer: str
    recorded: str
    got: str


def differences(recorded: str | bytes, got: str | bytes) -> list[Difference]:
    """Compare two answers. Message ids and times are volatile: they may differ."""
    then, now = decode(recorded), decode(got)
    if then.type is not now.type:
        return [Difference("/0", _name(then), _name(now))]
    if then.error_code != now.error_code:
        return [Difference("/2", str(then.error_code), str(now.error_code))]
    return list(_walk(then.payload, now.payload, (now.payload_at,)))


def _name(frame: Frame) -> str:
    return f"{frame.type.name} {frame.error_code}" if frame.error_code else frame.type.name


def _walk(then: Any, now: Any, path: tuple[str | int, ...]) -> Iterator[Difference]:
    if isinstance(then, dict) and isinstance(now, dict):
        for key in [*then, *(key for key in now if key not in then)]:
            if key not in then or key not in now:
                yield Difference(pointer((*path, key)), _show(then.get(key, ABSENT)), _show(now.get(key, ABSENT)))
            else:
                yield from _walk(then[key], now[key], (*path, key))
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for index, (old, new) in enumerate(zip(then, now, strict=True)):
            yield from _walk(old, new, (*path, index))
    elif not _is_same(then, now) and not (_is_time(then) and _is_time(now)):
        yield Difference(pointer(path), _show(then), _show(now))


def _is_same(then: Any, now: Any) -> bool:
    """Compare two scalars: numbers as they were written, and true is not 1."""
    if isinstance(then, bool) or isinstance(now, bool):
        return then is now
    if isinstance(then, int | float | Decimal) and isinstance(now, int | float | Decimal):
        return exact(then) == exact(now)
    return bool(then == now)


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and fault_of(value) is None


def _show(value: Any) -> str:
    return value if isinstance(value, str) else f"{len(value)} items" if isinstance(value, list) else str(value)
