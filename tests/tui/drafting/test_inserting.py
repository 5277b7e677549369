import json

import pytest

from inspector.protocol.finding import Severity
from inspector.protocol.schema import Part, violations
from inspector.protocol.version import Party, Version
from inspector.store.drafts import Draft
from inspector.tui.drafting.checking import check
from inspector.tui.drafting.inserting import Choice, choices, made
from tests.factories import START_NS, opened


@pytest.mark.parametrize("version", list(Version))
def test_everything_that_can_be_inserted_is_valid(version: Version) -> None:
    """Each CALL and SEND of a version is made valid, from who may send it, in the order of senders and names."""
    offered = choices(version)
    assert offered == sorted(offered, key=lambda choice: (choice.sender is Party.CSMS, choice.action))
    for choice in offered:
        kind, _, action, payload = json.loads(str(made(version, choice, START_NS).raw))
        assert (action, kind) == (choice.action, 6 if choice.action == "NotifyPeriodicEventStream" else 2)
        assert not list(violations(version, action, Part.REQUEST, payload))


def test_an_inserted_frame_has_no_finding_in_its_place() -> None:
    """Its times are those of where it is inserted, so that no clock seems wrong."""
    for choice in (Choice("BootNotification", Party.STATION), Choice("MeterValues", Party.STATION)):
        draft = Draft(opened(), (made(Version.V16, choice, START_NS),))
        checked = check(draft)
        assert checked is not None
        assert not checked.counts[Severity.ERROR]
        assert not checked.counts[Severity.WARNING]
