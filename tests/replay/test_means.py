"""What a player works with, as the options say."""

import json
from dataclasses import replace
from pathlib import Path

from inspector.protocol.frame import decode
from inspector.protocol.version import Party
from inspector.replay.expectations import Answers
from inspector.replay.means import means_for
from inspector.replay.options import RunOptions
from inspector.replay.pattern import change, pattern
from inspector.replay.script import script
from inspector.replay.texts import Texts
from inspector.replay.unknown import Unknown
from inspector.store.reader import Reader
from tests.factories import BOOT, START_NS, make_capture

DAY_NS = 86_400_000_000_000


async def test_the_options_reach_their_parts(tmp_path: Path) -> None:
    """Changes and times the rebinder, what may differ the comparison, the policy the answers."""
    capture = make_capture(tmp_path / "a.db", BOOT)
    options = RunOptions(
        capture=capture,
        unknown=Unknown.DEFAULT,
        keep_ids=True,
        changes=(change("/3/chargePointModel=Two"),),
        ignored=(pattern("/2/interval"),),
    )
    with Reader(capture) as reader:
        made = script(reader, [1], Party.STATION)
        texts, answers = Texts(reader), Answers(made.steps)
        means = means_for(options, made, texts, answers, lambda *_: None, START_NS + DAY_NS)
        raw = means.texts.raw(1, 1)
    assert means.rebinder.message_id("b1") == "b1"
    assert json.loads(means.rebinder.outgoing(raw))[3]["chargePointModel"] == "Two"
    start = '[2,"s","StatusNotification",{"timestamp":"2026-09-21T14:13:20Z"}]'
    assert "2026-09-22T14:13:20Z" in str(means.rebinder.outgoing(start))
    assert not means.compare('[3,"b",{"interval":1}]', '[3,"b",{"interval":2}]', "BootNotification")
    assert means.compare('[3,"b",{"status":"1"}]', '[3,"b",{"status":"2"}]', "BootNotification")
    answer = await means.unknown(decode('[2,"q","Reset",{"type":"Soft"}]'))
    assert json.loads(answer or "") == [3, "q", {"status": "Accepted"}]


def test_times_stay_where_nobody_knows_when_the_recording_was(tmp_path: Path) -> None:
    """Bare frames that were imported have no times of their own; what they tell is not to end in another century."""
    capture = make_capture(tmp_path / "a.db", BOOT)
    with Reader(capture) as reader:
        made = script(reader, [1], Party.STATION)
        timeless = replace(made, steps=[replace(step, time_ns=0) for step in made.steps])
        made_of = Texts(reader), Answers(made.steps), lambda *_: None, START_NS + DAY_NS
        means = means_for(RunOptions(capture=capture), timeless, *made_of)
    start = '[2,"s","StatusNotification",{"timestamp":"2026-09-21T14:13:20Z"}]'
    assert means.rebinder.outgoing(start) == start
