"""Reports made to order."""

from typing import Any

from inspector.protocol.finding import Severity
from inspector.replay.compare import Difference
from inspector.replay.rebind import Binding
from inspector.replay.report import FindingChange, Item, Report, Side
from inspector.replay.steps import Verdict
from tests.factories import START_NS, STATION

HOSTILE = "<script>alert(1)</script>&\"'\x1b[31m\x00\u202e\ud800\ufffe]]>\n--><x>"
"""What a peer may put into any text of a frame."""


def item(**changes: Any) -> Item:
    """Make how a step went: a CALL of the station that was answered as it was recorded."""
    fields: dict[str, Any] = {
        "step": 1,
        "session": 1,
        "frame": 7,
        "sender": STATION,
        "type": "CALL",
        "action": "BootNotification",
        "message_id": "b1",
        "verdict": Verdict.SAME,
        "latency_ns": 12_300_000,
    }
    return Item(**fields | changes)


def report(*items: Item, **changes: Any) -> Report:
    """Make a report of a replay that played the station."""
    fields: dict[str, Any] = {
        "source": Side("lab.db", (1,), "CP-1"),
        "other": Side("lab.db", (2,), "CP-1", "a run"),
        "role": STATION,
        "target": "ws://127.0.0.1:9000/CP-1",
        "began_ns": START_NS,
        "ended_ns": START_NS + 2_500_000_000,
        "items": items,
    }
    return Report(**fields | changes)


def hostile() -> Report:
    """Make a report that has what a hostile peer sent in each of its texts."""
    differences = (Difference(f"/2/{HOSTILE}", HOSTILE, HOSTILE),)
    return report(
        *(
            item(step=number, verdict=verdict, action=HOSTILE, words=HOSTILE, got=HOSTILE, differences=differences)
            for number, verdict in enumerate(Verdict, 1)
        ),
        source=Side(HOSTILE, (1, 2), HOSTILE, HOSTILE),
        other=Side(HOSTILE, (), HOSTILE, HOSTILE),
        target=HOSTILE,
        skipped=(HOSTILE,),
        bindings=(Binding("transactionId", HOSTILE, HOSTILE, HOSTILE),),
        changed={HOSTILE: 0},
        findings=(
            FindingChange("S104", Severity.ERROR, HOSTILE, HOSTILE, HOSTILE, 0, 2),
            FindingChange("C001", Severity.WARNING, HOSTILE, HOSTILE, HOSTILE, 2, 0),
        ),
        ending=HOSTILE,
    )
