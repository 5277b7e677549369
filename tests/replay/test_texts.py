"""Raw texts, a page at a time."""

from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.replay import texts
from inspector.replay.texts import Texts
from inspector.store.reader import PAGE, Reader
from tests.factories import STATION, make_capture


def test_texts_come_by_the_page_and_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, a bound of them is kept; each is what was recorded."""
    said = [(STATION, f'[2,"{number}","Heartbeat",{{}}]') for number in range(3 * PAGE)]
    asked: list[int] = []
    monkeypatch.setattr(texts, "MOST_KEPT", 10_000)
    with Reader(make_capture(tmp_path / "a.db", said)) as reader:
        page = reader.page
        monkeypatch.setattr(reader, "page", lambda **given: (asked.append(given["after"]), page(**given))[1])
        given = Texts(reader)
        assert [given.raw(1, number) for number in range(1, 3 * PAGE + 1)] == [raw for _, raw in said]
        assert asked == [0, PAGE, 2 * PAGE]
        assert len(given._kept) <= 2 * PAGE
        with pytest.raises(InspectorError, match="frame 9999 is gone"):
            given.raw(1, 9999)
