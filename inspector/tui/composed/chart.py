"""Charts out of blocks: filled areas with labelled axes, as lines of styled text."""

from collections.abc import Sequence
from itertools import pairwise

from inspector.protocol import timestamp
from inspector.tui.composed.lines import Line

BLOCKS = " ▁▂▃▄▅▆▇█"
SCALE = 8
"""Columns of the scale on the left: a number, a blank, the axis."""

LABEL = 9
"""Columns that a clock time takes on the axis below, with a blank."""

DAY_NS = 86_400 * 1_000_000_000

Point = tuple[int, float]


def over_time(points: Sequence[Point], width: int, from_ns: int, to_ns: int) -> list[float | None]:
    """Return a value for each column: the mean of the points in it, or between its neighbours; None outside of all."""
    columns: list[list[float]] = [[] for _ in range(width)]
    for time_ns, value in points:
        if from_ns <= time_ns <= to_ns:
            columns[_column(time_ns, width, from_ns, to_ns)].append(value)
    values = [sum(column) / len(column) if column else None for column in columns]
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    for (left, low), (right, high) in pairwise(known):
        for place in range(left + 1, right):
            values[place] = low + (high - low) * (place - left) / (right - left)
    return values


def _column(time_ns: int, width: int, from_ns: int, to_ns: int) -> int:
    return min(width - 1, (time_ns - from_ns) * width // max(1, to_ns - from_ns))


def resampled(values: Sequence[float | None], width: int) -> list[float | None]:
    """Return a value for each column: the highest of its values, or the one that it is a part of."""
    count = len(values)
    slots = [(place * count // width, (place + 1) * count // width) for place in range(width)]
    return [_highest(values[start : max(end, start + 1)]) for start, end in slots]


def _highest(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def area(values: Sequence[float | None], height: int, low: float, high: float) -> list[str]:
    """Fill the area below the values, from the top row down. What is above nothing is seen, however little it is."""
    steps = [_steps(value, height, low, high) for value in values]
    rows = range(height - 1, -1, -1)
    return ["".join(BLOCKS[max(0, min(8, step - 8 * row))] for step in steps) for row in rows]


def _steps(value: float | None, height: int, low: float, high: float) -> int:
    if value is None or high <= low or value <= low:
        return 0
    return max(1, min(8 * height, round((value - low) / (high - low) * 8 * height)))


def panel(values: Sequence[float | None], height: int, low: float, high: float, style: str) -> list[Line]:
    """Draw an area beside its scale: the highest value at the top, the lowest at the bottom."""
    rows = area(values, height, low, high)
    labels = {0: short(high), height - 1: short(low)} if height > 1 else {0: short(high)}
    return [
        ((f"{labels.get(row, ''):>{SCALE - 2}} ", "dim"), ("┤" if row in labels else "│", "dim"), (blocks, style))
        for row, blocks in enumerate(rows)
    ]


def time_axis(width: int, from_ns: int, to_ns: int) -> list[Line]:
    """Draw the axis of clock times (UTC) below panels of this width; the day where there are several."""
    count = max(2, min(6, width // (LABEL + 6)))
    several = from_ns // DAY_NS != to_ns // DAY_NS
    marks, labels = list("─" * width), [" "] * (width + SCALE)
    for number in range(count):
        place = number * (width - 1) // (count - 1)
        text = _clock(from_ns + (to_ns - from_ns) * number // (count - 1), several=several)
        start = max(0, min(SCALE + place - len(text) // 2, width + SCALE - len(text)))
        marks[place] = "┬"
        labels[start : start + len(text)] = text
    return [((" " * (SCALE - 1) + "└" + "".join(marks), "dim"),), (("".join(labels).rstrip(), "dim"),)]


def _clock(time_ns: int, *, several: bool) -> str:
    try:
        written = timestamp.write(time_ns)
    except (ValueError, OverflowError, OSError):  # a station may claim any time
        return "?"
    return written[5:16].replace("T", " ") if several else written[11:19]


def short(value: float) -> str:
    """Write a number in at most six characters."""
    for limit, unit in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            scaled = value / (1e3 if unit == "k" else limit)
            return f"{scaled:.3g}{unit}" if abs(scaled) < 1e3 else f"{value:.0e}"
    return f"{value:.3g}" if abs(value) < 1e3 else f"{value:.0f}"
