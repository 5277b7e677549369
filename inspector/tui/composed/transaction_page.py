"""A charging transaction as rows, facts and charts: composed without Textual."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from inspector.protocol import timestamp
from inspector.protocol.meter_readings import Reading
from inspector.protocol.printable import visible
from inspector.store.transaction import Transaction
from inspector.tui.composed.chart import SCALE, Point, over_time, panel, short, time_axis
from inspector.tui.composed.lines import RUN, Line, verdict, wrap

HOUR_NS = 3_600 * 1_000_000_000
LEAST_WIDTH, LEAST_PANEL, MOST_PANEL = 24, 2, 8


def state_of(transaction: Transaction, *, live: bool) -> tuple[str, str, str]:
    """Return a sign, a style, and what is to be said of how it ended; ``live`` says that its station is connected."""
    if transaction.refused:
        return "✖", "error", f"refused: {visible(transaction.refused, 40)}"
    if transaction.stop_ns is not None:
        return "○", "dim", visible(transaction.reason, 40)
    if not transaction.answered:
        return "⏳" if live else "✖", "warning" if live else "error", "no answer" if not live else "no answer yet"
    return ("●", "ok", "charging") if live else ("◌", "warning", "no end in the capture")


def cells(transaction: Transaction, *, live: bool, whole: bool, replayed: bool = False) -> Mapping[str, Line]:
    """Compose a row; ``whole`` says that there is nothing older to be read, so that what is not known stays so.

    ``replayed`` says that it was in a run.
    """
    sign, style, ended = state_of(transaction, live=live)
    station = visible(transaction.station or "?", 40)
    unknown = "not seen" if whole else "…"
    start, stop = transaction.start_ns, transaction.stop_ns
    began = "" if start is None else day_and_time(start)
    return {
        "state": ((sign, style),),
        "station": (*(((RUN, "info"), (" ", "")) if replayed else ()), (station, "dim" if replayed else "strong")),
        "connector": ((transaction.connector, ""),),
        "tag": ((visible(transaction.tag), "dim"),),
        "id": ((visible(transaction.id or "none", 40), "dim"),),
        "start": ((began, "") if start is not None else (unknown, "dim"),),
        "minute": ((began[:11], "") if start is not None else (unknown, "dim"),),
        "stop": ((day_and_time(stop)[-8:] if stop is not None else "", ""),),
        "duration": ((length(transaction.duration_ns), ""),),
        "energy": ((kilowatt_hours(transaction), ""),),
        "findings": verdict(transaction.errors, transaction.warnings),
        "ended": ((ended, style),),
    }


def day_and_time(time_ns: int) -> str:
    """Write month, day and time of day in UTC."""
    try:
        return timestamp.write(time_ns)[5:19].replace("T", " ")
    except (ValueError, OverflowError, OSError):  # a station may claim any time
        return "?"


def _later(start_ns: int | None, stop_ns: int) -> str:
    """Write the second of two moments, its day only if it is another one."""
    before, stop = day_and_time(start_ns) if start_ns is not None else "", day_and_time(stop_ns)
    return stop[6:] if before[:6] == stop[:6] else stop


def length(span_ns: int | None) -> str:
    """Write how long it took, in hours and minutes; in minutes and seconds below one hour."""
    if span_ns is None:
        return ""
    minutes, seconds = divmod(abs(span_ns) // 1_000_000_000, 60)
    sign = "-" if span_ns < 0 else ""
    return f"{sign}{minutes // 60}h {minutes % 60:02}m" if minutes >= 60 else f"{sign}{minutes}m {seconds:02}s"


def kilowatt_hours(transaction: Transaction) -> str:
    """Write the energy; at least so much where the beginning was not seen."""
    energy = transaction.energy_wh
    if energy is None:
        return ""
    least = "≥" if transaction.start_ns is None else ""
    return f"{least}{energy / 1000:.2f}" if abs(energy) < 1e9 else f"{least}{short(energy / 1000)}"


def facts(transaction: Transaction, width: int, *, live: bool) -> list[Line]:
    """Say in a few lines what is known of it."""
    sign, style, ended = state_of(transaction, live=live)
    start, stop = transaction.start_ns, transaction.stop_ns
    energy = kilowatt_hours(transaction)
    place = f"  connector {transaction.connector}" if transaction.connector else ""
    parts: list[tuple[str, str]] = [
        (f"{sign} ", style),
        (visible(transaction.station or "?", 60), "strong"),
        (place, ""),
        (f"  tag {visible(transaction.tag)}" if transaction.tag else "", "dim"),
    ]
    times: list[tuple[str, str]] = [
        (day_and_time(start) if start is not None else "start not seen", ""),
        (" → ", "dim"),
        (_later(start, stop) if stop is not None else "open", ""),
        (f"  {length(transaction.duration_ns)}", "strong"),
        (f"  {energy} kWh" if energy else "", "strong"),
        (f"  {ended}", style),
    ]
    found: Line = (("  ", ""), *verdict(transaction.errors, transaction.warnings))
    return [*wrap((*parts, *found), width), *wrap(tuple(times), width)]


class Series(NamedTuple):
    """What is drawn in one panel, with its lowest and highest value."""

    title: str
    points: list[Point]
    low: float
    high: float
    style: str


def series_of(readings: Sequence[Reading]) -> list[Series]:
    """Return the panels that there is something to draw in: power, energy, state of charge."""
    power, name = _power(readings)
    energy = [(each.time_ns, each.energy_wh / 1000) for each in readings if each.energy_wh is not None]
    begin = min((value for _, value in energy), default=0.0)
    taken = [(time_ns, value - begin) for time_ns, value in energy]
    charge = [(each.time_ns, each.soc) for each in readings if each.soc is not None]
    found = [
        Series(name, power, 0.0, max((value for _, value in power), default=0.0), "station"),
        Series("energy kWh", taken, 0.0, max((value for _, value in taken), default=0.0), "ok"),
        Series("state of charge %", charge, 0.0, 100.0, "info"),
    ]
    return [each for each in found if len({time_ns for time_ns, _ in each.points}) > 1]


def _power(readings: Sequence[Reading]) -> tuple[list[Point], str]:
    """Return the power in kW as it was measured, or what the register makes of it, or the current."""
    measured = [each for each in readings if each.power_w is not None]
    if measured:
        name = "power kW, from current and voltage" if any(each.reckoned for each in measured) else "power kW"
        return [(each.time_ns, (each.power_w or 0.0) / 1000) for each in measured], name
    current = [(each.time_ns, each.current_a) for each in readings if each.current_a is not None]
    if current:
        return current, "current A"
    energy = [(each.time_ns, each.energy_wh) for each in readings if each.energy_wh is not None]
    steps = [(a, b) for a, b in pairwise(sorted(energy)) if a[0] < b[0]]
    power = [((a[0] + b[0]) // 2, (b[1] - a[1]) * HOUR_NS / (b[0] - a[0]) / 1000) for a, b in steps]
    return power, "power kW, from the energy"


def charts(readings: Sequence[Reading], width: int, height: int) -> list[Line]:
    """Draw power, energy and state of charge over one axis of time; say so where nothing was measured."""
    drawn, columns = series_of(readings), width - SCALE - 1
    if not drawn:
        return [(), (("no meter values to draw: two of a measurand make a chart", "dim"),)]
    times = [time_ns for each in drawn for time_ns, _ in each.points]
    from_ns, to_ns = min(times), max(times)
    fitting = drawn[: max(1, (height - 2) // (LEAST_PANEL + 1))]
    rows = max(LEAST_PANEL, min(MOST_PANEL, (height - 2) // len(fitting) - 1))
    if columns < LEAST_WIDTH:
        return [(("no room for a chart", "dim"),)]
    lines: list[Line] = []
    for each in fitting:
        values = [value for _, value in each.points]
        lines.append(((each.title, "head"), (f"  highest {short(max(values))}, last {short(values[-1])}", "dim")))
        lines += panel(over_time(each.points, columns, from_ns, to_ns), rows, each.low, each.high, each.style)
    return [*lines, *time_axis(columns, from_ns, to_ns)]
