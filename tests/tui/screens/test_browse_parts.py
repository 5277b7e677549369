"""The main screen over a recording that is cut into files, and what it is told by the proxy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.protocol.event import Opened, Received
from inspector.store.recording import Recording
from inspector.store.writer import Rotation, Writer
from tests.tui.conftest import NOON, STATION, Browse


class Recorder:
    """Records two sessions into a file that goes on in another one whenever it is told."""

    def __init__(self, path: Path) -> None:
        self.writer = Writer(path, rotation=Rotation(most_bytes=1 << 40))
        self._sessions = [Recording(self.writer, Opened(NOON + n, f"CP-{n}", subprotocol="ocpp1.6")) for n in (1, 2)]
        self._said = 0

    def say(self, *, cut: bool = False) -> None:
        """Record a frame of the second station; ``cut`` begins another file after it."""
        self._said += 1
        self._sessions[1].feed(Received(NOON + self._said, STATION, f'[2,"{self._said}","Heartbeat",{{}}]'))
        assert self.writer.flush()
        if cut:
            self.writer._rotation = Rotation(most_bytes=1)
            self.writer._rotate([self._sessions[1].row])
            self.writer._rotation = Rotation(most_bytes=1 << 40)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for other files more often than once a second."""
    monkeypatch.setattr("inspector.tui.reading.feed.PART_SECONDS", 0.05)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recording = Recorder(tmp_path / "a.db")
    yield recording
    recording.writer.close()


async def test_who_follows_goes_along(browse: Browse, recorder: Recorder) -> None:
    """With the session that was chosen."""
    recorder.say()
    async with browse(recorder.writer.path) as ui:
        await ui.press("1", "j", "j")
        await ui.until(lambda: ui.frames.border_title == "2 frames · session 2 · 1")
        for part in (2, 3):
            recorder.say(cut=True)
            recorder.say()
            await ui.until(lambda part=part: f"a-{part}.db" in ui.title and "following" in ui.title)
            await ui.until(lambda: ui.frames.border_title == "2 frames · session 2 · 1")
            assert ui.sessions.session == 2
        await ui.until(lambda: any("now a-3.db" in notice for notice in ui.notices))


async def test_who_looks_at_something_is_told_and_goes_by_a_key(browse: Browse, recorder: Recorder) -> None:
    """And back by another one."""
    recorder.say()
    recorder.say()
    async with browse(recorder.writer.path) as ui:
        await ui.press("k")
        recorder.say(cut=True)
        recorder.say()
        await ui.until(lambda: "goes on in a-2.db, > opens it" in ui.title)
        assert "a.db" in ui.title
        assert ui.here == 1
        await ui.press("greater_than_sign")
        await ui.listed(1)
        assert "a-2.db" in ui.title
        assert "goes on" not in ui.title
        await ui.press("greater_than_sign")
        assert "the recording has no later file" in ui.notices
        await ui.press("less_than_sign")
        await ui.listed(3)
        await ui.press("less_than_sign")
        assert "the recording has no earlier file" in ui.notices


async def test_who_follows_again_goes_along(browse: Browse, recorder: Recorder) -> None:
    recorder.say()
    recorder.say()
    async with browse(recorder.writer.path) as ui:
        await ui.press("k")
        recorder.say(cut=True)
        recorder.say()
        await ui.until(lambda: "goes on in a-2.db" in ui.title)
        await ui.press("F")
        await ui.until(lambda: "a-2.db" in ui.title and "goes on" not in ui.title)
        await ui.at(1)


async def test_who_opens_an_old_file_stays_there(browse: Browse, recorder: Recorder) -> None:
    """Whoever follows as well: it went on long ago."""
    first = recorder.writer.path
    recorder.say(cut=True)
    recorder.say()
    async with browse(first) as ui:
        await ui.until(lambda: "goes on in a-2.db, > opens it" in ui.title)
        assert ui.here == 1


async def test_a_file_that_was_never_cut_has_no_others(browse: Browse, lab: Path) -> None:
    async with browse(lab) as ui:
        await ui.press("greater_than_sign", "less_than_sign")
        assert {"the recording has no later file", "the recording has no earlier file"} <= set(ui.notices)


async def test_what_the_proxy_tells_is_shown_at_once(browse: Browse, lab: Path) -> None:
    """In any pane, and it goes when all is well again."""
    told: list[dict[str, Any]] = []

    def news() -> list[dict[str, Any]]:
        return [told.pop(0)] if told else []

    async with browse(lab, news=news) as ui:
        assert ui.banner == ""
        told.append({"trouble": "database or disk is full"})
        await ui.until(lambda: "database or disk is full · traffic goes on" in ui.banner)
        await ui.press("z")
        await ui.until(lambda: any("disk is full" in row for row in ui.screen()[1:3]))
        told.append({"trouble": None})
        await ui.until(lambda: ui.banner.startswith("✓ recording again"))
        told.append({"ended": "it was ended by signal 9"})
        await ui.until(lambda: "no station can connect: it was ended by signal 9" in ui.banner)
