"""The report of a run, as a capture keeps it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inspector.errors import InspectorError
from inspector.protocol.finding import Severity
from inspector.protocol.version import Party
from inspector.replay.compare import Difference
from inspector.replay.rebind import Binding
from inspector.replay.report import FindingChange, Item, Report, Side
from inspector.replay.steps import Verdict
from inspector.store.amend import amending
from inspector.store.reader import Reader

VERSION = 1
"""Of a report's JSON."""


def keep(capture: Path, run: int, report: Report) -> None:
    """Keep the report of a run beside it. Raises :class:`InspectorError` if the capture can't be changed."""
    with amending(capture) as connection:
        connection.execute("INSERT OR REPLACE INTO report(session, content) VALUES (?, ?)", (run, written(report)))


def kept(reader: Reader, run: int) -> Report | None:
    """Return the report of a run, None if there is none. Raises :class:`InspectorError` for one that is damaged."""
    text = reader.report(run)
    return None if text is None else read(text)


def written(report: Report) -> str:
    """Write a report as JSON."""
    return json.dumps({"version": VERSION, **asdict(report)})


def read(text: str) -> Report:
    """Read what :func:`written` wrote. Raises :class:`InspectorError` for anything else."""
    try:
        record = json.loads(text)
        if record["version"] != VERSION:
            raise InspectorError("the report was written by another version of OCPP Inspector")
        return _report(record)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise InspectorError(f"the report of this run can't be read: {type(error).__name__}: {error}") from error


def _report(record: dict[str, Any]) -> Report:
    return Report(
        _side(record["source"]),
        _side(record["other"]),
        Party(record["role"]) if record["role"] else None,
        str(record["target"]),
        int(record["began_ns"]),
        int(record["ended_ns"]),
        tuple(map(_item, record["items"])),
        tuple(map(str, record["skipped"])),
        tuple(Binding(*map(str, each)) for each in record["bindings"]),
        {str(change): int(count) for change, count in record["changed"].items()},
        tuple(map(_finding, record["findings"])),
        str(record["ending"]),
    )


def _side(record: Any) -> Side:
    return Side(
        str(record["capture"]), tuple(map(int, record["sessions"])), str(record["station"]), str(record["name"])
    )


def _item(record: Any) -> Item:
    return Item(
        int(record["step"]),
        int(record["session"]),
        _number(record["frame"]),
        Party(record["sender"]),
        str(record["type"]),
        str(record["action"]),
        str(record["message_id"]),
        Verdict(record["verdict"]),
        tuple(map(_difference, record["differences"])),
        str(record["got"]),
        str(record["words"]),
        _number(record["latency_ns"]),
        _number(record["late_ns"]),
        _number(record["other"]),
    )


def _difference(record: Any) -> Difference:
    return Difference(str(record["pointer"]), str(record["recorded"]), str(record["got"]))


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _finding(record: Any) -> FindingChange:
    code, action, pointer, message = (str(record[name]) for name in ("code", "action", "pointer", "message"))
    severity = Severity(record["severity"])
    return FindingChange(code, severity, action, pointer, message, int(record["recorded"]), int(record["now"]))
