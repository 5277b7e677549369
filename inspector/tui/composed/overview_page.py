"""The panels of the overview: rows that lead somewhere, and a chart. Composed without Textual."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from inspector.protocol import timestamp
from inspector.protocol.finding import Severity
from inspector.protocol.printable import visible
from inspector.protocol.rules import TABLE
from inspector.store.alone import NOTHING, Alone
from inspector.store.overview import Activity, Failed, Latency, Sample, Station
from inspector.store.rows import Session
from inspector.store.tallies import Tally
from inspector.tui.composed.chart import SCALE, panel, resampled, short, time_axis
from inspector.tui.composed.columns import Column
from inspector.tui.composed.lines import SIGNS, Line, clock, ending, verdict, who
from inspector.tui.composed.transaction_page import day_and_time
from inspector.tui.targets import Target, of_code, of_station, recorded, term

SCROLLBAR = 2
"""Columns beside the rows."""

MOST_CODES = 12
MINUTE_NS = 60 * 1_000_000_000


Columns = Callable[[int], Sequence[Column]]


class Entry(NamedTuple):
    """A row: what it is called, its cells, and where it leads to."""

    key: str
    cells: Mapping[str, Line]
    target: Target


def _fitted(width: int, *columns: Column) -> Sequence[Column]:
    """Give what is left to the column without a width, also where it is not the last."""
    rest = width - sum(column.width + 1 for column in columns) - SCROLLBAR
    return [replace(column, width=max(1, rest)) if not column.width else column for column in columns]


def connected_columns(width: int) -> Sequence[Column]:
    """Return the columns of who is connected."""
    return _fitted(
        width,
        Column("dot", "", 1),
        Column("station", "station", 0),
        Column("ocpp", "ocpp", 5),
        *([Column("since", "since", 11)] if width >= 60 else []),
        Column("heard", "last heard", 10),
        Column("frames", "frames", 8, True),
        Column("findings", "", 9),
    )


def connected_entries(sessions: Sequence[Session]) -> list[Entry]:
    """Compose who is connected."""
    return [
        Entry(
            str(session.id),
            {
                "dot": (("●", "ok"),),
                "station": ((who(session), "strong"),),
                "ocpp": ((session.version or "?", ""),),
                "since": ((day_and_time(session.opened_ns)[:11], ""),),
                "heard": ((clock(session.last_ns)[:8], ""),),
                "frames": ((f"{session.frames:,}", ""),),
                "findings": verdict(session.errors, session.warnings) if session.frames else (),
            },
            Target(session=session.id),
        )
        for session in sessions
    ]


def wrong_columns(width: int) -> Sequence[Column]:  # noqa: ARG001 - all columns ask for the width
    """Return the columns of what is wrong."""
    return Column("sign", "", 1), Column("what", "what", 5), Column("count", "count", 8, True), Column("words", "", 0)


def wrong_entries(
    tallies: Sequence[Tally], failed: Failed, odd: Mapping[str, int], left_out: Alone = NOTHING
) -> list[Entry]:
    """Compose what is wrong: handshakes that failed and what befell the record, then the codes of most weight."""
    codes = (tally for tally in tallies if tally.times and tally.severity is not Severity.INFO)
    return [*_befallen(failed, odd), *(_code(tally, left_out) for tally in codes)][: MOST_CODES + 4]


def _befallen(failed: Failed, odd: Mapping[str, int]) -> Iterator[Entry]:
    if failed.newest is not None:
        what = "connection" if failed.times == 1 else "connections"
        words = f"{what} failed, the last: {who(failed.newest)} {ending(failed.newest)[0]}"
        yield _wrong("failed", "✖", "error", "", failed.times, words, Target(session=failed.newest.id))
    for kind, style, words in _ODDITIES:
        if count := odd.get(kind, 0):
            yield _wrong(kind, "✖" if style == "error" else "⚠", style, "", count, words, Target())


_ODDITIES = (
    ("violation", "error", "violations of the WebSocket protocol"),
    ("gap", "warning", "gaps in the record"),
    ("trouble", "warning", "troubles of the recorder"),
)


def _code(tally: Tally, left_out: Alone) -> Entry:
    rule = TABLE.get(tally.code)
    words = f"{rule.name}: {rule.summary}" if rule else "a rule that this version does not know"
    target = of_code(tally, left_out)
    return _wrong(tally.code, SIGNS[tally.severity], tally.severity, tally.code, tally.times, words, target)


def _wrong(key: str, sign: str, style: str, what: str, count: int, words: str, target: Target) -> Entry:
    cells: dict[str, Line] = {
        "sign": ((sign, style),),
        "what": ((what, style),),
        "count": ((f"{count:,}", "strong"),),
        "words": ((visible(words), ""),),
    }
    return Entry(key, cells, target)


ALL_SHARES = 66
"""Columns from which on latencies are told in full; below, the names of actions need the room."""


def latency_columns(width: int) -> Sequence[Column]:
    """Return the columns of latencies."""
    return _fitted(
        width,
        Column("action", "action", 0),
        Column("count", "answers", 8, True),
        Column("p50", "p50", 8, True),
        Column("p95", "p95", 8, True),
        *([Column("p99", "p99", 8, True)] if width >= ALL_SHARES else []),
        Column("longest", "max", 8, True),
    )


def latency_entries(latencies: Sequence[Latency], left_out: Alone = NOTHING) -> list[Entry]:
    """Compose the latencies by action."""
    return [
        Entry(
            each.action,
            {
                "action": ((visible(each.action, 60), "strong"),),
                "count": ((f"{each.answers:,}", ""),),
                **{name: ((milliseconds(getattr(each, name)), style),) for name, style in _PERCENTILES},
            },
            Target(filter=" ".join((term("action", each.action), *recorded(left_out)))),
        )
        for each in latencies
    ]


_PERCENTILES = (("p50", ""), ("p95", ""), ("p99", ""), ("longest", "dim"))


def milliseconds(time_ns: int) -> str:
    """Write a latency in milliseconds, a long one in seconds."""
    return f"{time_ns / 1e6:.1f}" if time_ns < 10_000_000_000 else f"{time_ns / 1e9:.0f} s"


def stations_columns(width: int) -> Sequence[Column]:
    """Return the columns of stations."""
    return _fitted(
        width,
        Column("station", "station", 0),
        *([Column("sessions", "sessions", 8, True), Column("frames", "frames", 10, True)] if width >= 60 else []),
        Column("errors", "errors", 8, True),
        Column("warnings", "warnings", 8, True),
        Column("heard", "last heard", 11),
    )


def stations_entries(stations: Sequence[Station], left_out: Alone = NOTHING) -> list[Entry]:
    """Compose the stations with findings."""
    return [
        Entry(
            each.name,
            {
                "station": ((visible(each.name or "?", 60), "strong"),),
                "sessions": ((f"{each.sessions:,}", ""),),
                "frames": ((f"{each.frames:,}", ""),),
                "errors": ((f"{each.errors:,}", "error" if each.errors else "dim"),),
                "warnings": ((f"{each.warnings:,}", "warning" if each.warnings else "dim"),),
                "heard": ((day_and_time(each.last_ns)[:11], ""),),
            },
            of_station(each.name, "severity:error" if each.errors else "severity:*", *recorded(left_out)),
        )
        for each in stations
    ]


def latency_title(sample: Sample | None) -> str:
    """Say of which frames the latencies are."""
    if sample is None or sample.looked_at >= sample.total:
        return "latency by action, ms"
    return f"latency by action, ms · of the last {sample.looked_at:,} of {sample.total:,} frames"


def activity_title(activity: Activity | None) -> str:
    """Say what the chart shows."""
    if activity is None:
        return "calls a minute"
    rates = [rate for rate in _rates(activity) if rate is not None]
    counting = " · counting …" if None in activity.counts else ""
    span = timestamp.span(activity.stretch_ns * len(activity.counts))
    name = "calls" if activity.calls else "frames"
    return f"{name} a {_unit(activity)[0]} · {span} · highest {short(max(rates, default=0.0))}{counting}"


def activity_lines(activity: Activity | None, width: int, height: int) -> list[Line]:
    """Draw how much came when."""
    columns = width - SCALE - 1
    if activity is None or height < 4 or columns < 10:
        return [((("no frame yet: how many come would be here" if activity is None else ""), "dim"),)]
    values = resampled(_rates(activity), columns)
    high = max((value for value in values if value is not None), default=0.0)
    to_ns = activity.from_ns + activity.stretch_ns * len(activity.counts)
    return [*panel(values, height - 2, 0.0, high, "station"), *time_axis(columns, activity.from_ns, to_ns)]


def _rates(activity: Activity) -> list[float | None]:
    _, unit_ns = _unit(activity)
    return [None if count is None else count * unit_ns / activity.stretch_ns for count in activity.counts]


def _unit(activity: Activity) -> tuple[str, int]:
    """Return the unit of time that rates are told for: nothing is reckoned up to a time that was not watched."""
    return ("minute", MINUTE_NS) if activity.stretch_ns >= MINUTE_NS else ("second", MINUTE_NS // 60)
