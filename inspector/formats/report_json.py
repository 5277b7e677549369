"""A report as JSON objects, one a line: an object a step, the whole at the end."""

from collections.abc import Iterator
from typing import Any

from inspector.protocol import timestamp
from inspector.replay.report import FindingChange, Item, Report, Side


def records(report: Report) -> Iterator[dict[str, Any]]:
    """Yield a report as JSON objects."""
    yield from map(item_record, report.items)
    yield report_record(report)


def item_record(item: Item) -> dict[str, Any]:
    """Return how one step went."""
    return {
        "kind": "step",
        "step": item.step,
        "session": item.session,
        "frame": item.frame,
        "other_frame": item.other,
        "sender": item.sender,
        "type": item.type,
        "action": item.action,
        "message_id": item.message_id,
        "verdict": item.verdict,
        "latency_ms": _milliseconds(item.latency_ns),
        "late_ms": _milliseconds(item.late_ns),
        "words": item.words,
        "differences": [
            {"pointer": each.pointer, "recorded": each.recorded, "got": each.got} for each in item.differences
        ],
        "got": item.got,
    }


def report_record(report: Report) -> dict[str, Any]:
    """Return a report but for its steps."""
    return {
        "kind": "report",
        "same": report.is_same,
        "source": _side(report.source),
        "other": _side(report.other),
        "role": report.role,
        "target": report.target,
        "began": timestamp.write(report.began_ns),
        "ended": timestamp.write(report.ended_ns),
        "counts": {str(verdict): count for verdict, count in report.counts.items()},
        "bindings": [binding._asdict() for binding in report.bindings],
        "changed": dict(report.changed),
        "skipped": list(report.skipped),
        "new_findings": [_finding(each) for each in report.new_findings],
        "gone_findings": [_finding(each) for each in report.gone_findings],
        "ending": report.ending,
    }


def _milliseconds(nanoseconds: int | None) -> float | None:
    return None if nanoseconds is None else round(nanoseconds / 1e6, 3)


def _side(side: Side) -> dict[str, Any]:
    return {"capture": side.capture, "sessions": list(side.sessions), "station": side.station, "name": side.name}


def _finding(change: FindingChange) -> dict[str, Any]:
    return {
        "code": change.code,
        "severity": change.severity,
        "action": change.action,
        "pointer": change.pointer,
        "message": change.message,
        "recorded": change.recorded,
        "now": change.now,
    }
