"""New and gone findings."""

from pathlib import Path

from inspector.replay.findings import Found, changes
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, STATION, make_capture

METER = '[2,"%d","MeterValues",{"connectorId":1,"meterValue":[%s]}]'
WRONG = '{"timestamp":"yesterday","sampledValue":[{"value":"1"}]}'


def test_findings_are_the_same_by_rule_action_and_place_in_lists_any_member(tmp_path: Path) -> None:
    """Then as many as there are more of are new, as many as there are less of gone."""
    first = [*BOOT, *BROKEN, (STATION, METER % (1, WRONG))]
    second = [*BOOT, (STATION, METER % (1, f"{WRONG},{WRONG}"))]
    with Reader(make_capture(tmp_path / "a.db", first, second)) as reader:
        then, now = Found(reader, [1]), Found(reader, [2])
        found = {(each.code, each.pointer): each for each in changes(then, now)}
    broken, times = found["S104", "/3/errorCode"], found["C001", "/3/meterValue/*/timestamp"]
    assert (broken.is_new, broken.recorded, broken.now, broken.action) == (False, 1, 0, "StatusNotification")
    assert (times.is_new, times.recorded, times.now, times.action) == (True, 1, 2, "MeterValues")
    assert changes(then, then) == ()
