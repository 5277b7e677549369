"""A report in a capture, and out of it again."""

import json
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.replay.kept_report import keep, kept, read, written
from inspector.store.reader import Reader
from tests.factories import BOOT, make_capture
from tests.replay.reports import hostile, item, report


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    """Whatever a peer wrote into it; a later one is in its place."""
    capture = make_capture(tmp_path / "a.db", BOOT, BOOT)
    keep(capture, 2, report())
    keep(capture, 2, hostile())
    with Reader(capture) as reader:
        assert kept(reader, 2) == hostile()
        assert kept(reader, 1) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version":99}',
        '{"version":1}',
        "[" * 100_000,
        *(json.dumps(json.loads(written(report(item()))) | {name: 7}) for name in ("items", "source", "bindings")),
        written(report(item())).replace('"same"', '"nonsense"'),
    ],
)
def test_a_damaged_report_is_one_line(text: str) -> None:
    with pytest.raises(InspectorError, match="report"):
        read(text)
