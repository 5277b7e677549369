"""What the tests of the screens beside the main one share: an application of one such screen alone."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType
from textual.pilot import Pilot
from textual.screen import Screen

import inspector.tui
from inspector.store.schema import APPLICATION_ID, TABLES
from inspector.tui.keys import bindings
from inspector.tui.targets import Target
from tests.tui.conftest import UNSAFE, handled, screen_of, wait_for


class ApartStage(App[None]):
    """Shows one screen over a capture; where it leads to is in ``led``."""

    CSS_PATH: ClassVar[Path] = Path(inspector.tui.__file__).with_name("app.tcss")  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(self, capture: Path, first: Screen[Any]) -> None:
        super().__init__()
        self.capture, self._first = capture, first
        self.led: list[Target] = []

    def on_mount(self) -> None:
        """Show it."""
        self.push_screen(self._first)

    def browse(self, *, session: int | None = None, filter: str = "", frame: int | None = None) -> None:  # noqa: A002 - as the application's
        """Note it."""
        self.led.append(Target(session, filter, frame))


SNAPSHOTS = Path(__file__).parent.parent / "snapshots"


def assert_looks(name: str, size: tuple[int, int], text: str) -> None:
    """Compare a screen with how it looked; ``RENEW_SNAPSHOTS=1`` writes the files anew."""
    file = SNAPSHOTS / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("RENEW_SNAPSHOTS"):
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


def unsafe(app: App[Any]) -> list[str]:
    """Return the pieces of the screen that would do something to a terminal, and those that can be clicked."""
    parts = [part for strip in app.screen._compositor.render_strips() for part in strip]
    clicks = [part.text for part in parts if part.style and "quit" in str(part.style.meta.get("@click", ""))]
    return clicks + [part.text for part in parts if UNSAFE.search(part.text)]


def oldest_capture(path: Path) -> Path:
    """Write an empty capture of the first layout."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{TABLES} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;")
    return path


@asynccontextmanager
async def apart(
    capture: Path, screen: Screen[Any], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ApartStage, Pilot[None]]]:
    """Run the stage, and wait until everything has been read."""
    stage = ApartStage(capture, screen)
    stage.animation_level = "none"
    async with stage.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settled(pilot)
        yield stage, pilot


async def settled(pilot: Pilot[Any]) -> str:
    """Wait until nothing is being read any more, and return the screen."""
    for _ in range(2):
        await handled(pilot)
        await wait_for(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
        await asyncio.sleep(0)
    await handled(pilot)
    return "\n".join(screen_of(pilot.app)) + "\n"
