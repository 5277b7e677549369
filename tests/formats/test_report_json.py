"""A report as JSON Lines."""

import json

from inspector.formats.report_json import records
from inspector.replay.compare import Difference
from inspector.replay.rebind import Binding
from inspector.replay.steps import Verdict
from tests.replay.reports import hostile, item, report


def test_a_step_is_an_object_and_the_whole_comes_last() -> None:
    difference = Difference("/2/status", "Accepted", "Rejected")
    found = report(
        item(verdict=Verdict.DIFFERENT, differences=(difference,), late_ns=1_500_000),
        bindings=(Binding("transactionId", "1", "2", "x"),),
    )
    step, whole = json.loads(json.dumps(list(records(found))))
    assert (step["frame"], step["action"], step["verdict"]) == (7, "BootNotification", "different")
    assert (step["latency_ms"], step["late_ms"]) == (12.3, 1.5)
    assert step["differences"] == [{"pointer": "/2/status", "recorded": "Accepted", "got": "Rejected"}]
    assert (whole["kind"], whole["same"], whole["counts"]) == ("report", False, {"different": 1})
    assert whole["bindings"] == [{"kind": "transactionId", "recorded": "1", "live": "2", "where": "x"}]
    assert (whole["role"], whole["source"]["sessions"], whole["began"]) == (
        "station",
        [1],
        "2026-09-21T14:13:20.000000Z",
    )


def test_hostile_texts_are_json() -> None:
    assert len([json.loads(json.dumps(each)) for each in records(hostile())]) == len(Verdict) + 1
