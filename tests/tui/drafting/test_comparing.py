from inspector.protocol.event import Origin
from inspector.protocol.version import Party
from inspector.store.drafts import DraftFrame
from inspector.tui.drafting.comparing import difference, differences
from inspector.tui.drafting.edits import Edits

CALL = '[2,"a","Heartbeat",{}]'
ORIGINALS = {n: DraftFrame(CALL, Party.STATION, n * 10, n, Origin.WIRE) for n in (1, 2, 3)}
FRAMES = list(ORIGINALS.values())


def test_what_differs_is_told_and_counted() -> None:
    """New, changed in text, sender or pause, as it was, gone: but taking one out changes no other."""
    first, second, third = FRAMES
    frames = [first._replace(raw="[]"), second._replace(pause_ns=5), DraftFrame(CALL, Party.CSMS, 0)]
    assert [difference(index, frames, ORIGINALS) for index in range(3)] == ["changed", "changed", "new"]
    assert differences(frames, ORIGINALS) == {"changed": 2, "new": 1, "gone": 1}
    edits = Edits(FRAMES)
    edits.delete(1)
    assert differences(edits.frames, ORIGINALS) == {"changed": 0, "new": 0, "gone": 1}
    edits.delete(0)
    assert differences(edits.frames, ORIGINALS) == {"changed": 0, "new": 0, "gone": 2}
    assert third.pause_ns != edits.frames[0].pause_ns
