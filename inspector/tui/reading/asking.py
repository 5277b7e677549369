"""Questions to the capture, asked in a worker so that no key waits for an answer."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from inspector.errors import InspectorError
from inspector.protocol.printable import visible
from inspector.store.reader import Reader
from inspector.tui.widgets.banner import Banner

if TYPE_CHECKING:
    from textual.widget import Widget as _Node

    from inspector.tui.app import InspectorApp
else:
    _Node = object

T = TypeVar("T")

LOOK_SECONDS = 1.0
"""How often to look whether somebody has written to the capture."""


class Asking(_Node):
    """Mixin of a screen or a widget that asks the capture browsed now; named before it among the bases.

    Of each group only the last question is answered: the one before is interrupted and its answer thrown away.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._questions: dict[str, _Question] = {}
        self._watched: _Watched | None = None

    @property
    def capture(self) -> Path:
        """The file that is browsed now."""
        return cast("InspectorApp", self.app).capture

    def ask(self, question: Callable[[Reader], T], then: Callable[[T], object], *, group: str = "ask") -> None:
        """Ask in a worker, and take the answer on the interface's own thread."""
        self.ask_parts(lambda reader: (question(reader),), then, group=group)

    def ask_parts(
        self, question: Callable[[Reader], Iterable[T]], then: Callable[[T], object], *, group: str = "ask"
    ) -> None:
        """Ask for an answer that comes in parts: each is taken as soon as it is there.

        The question goes on after a part was taken; it stops between two parts if another one of its group was asked.
        """
        self.leave(group)
        asked = self._questions[group] = _Question()

        def answer() -> None:
            try:
                with Reader(self.capture) as reader:
                    asked.reader = reader
                    if asked.over:
                        return
                    for part in question(reader):
                        if asked.over or not self._hand_over(asked, group, then, part):
                            return
                self._hand_over(asked, group, self.failed, "")
            except InspectorError as error:
                self._hand_over(asked, group, self.failed, str(error))

        self.run_worker(answer, group=f"asking {group}", thread=True, exclusive=True)

    def leave(self, group: str) -> None:
        """Stop the question of a group; its answer is not wanted any more."""
        asked = self._questions.pop(group, None)
        if asked is not None:
            asked.stop()

    def _hand_over(self, asked: "_Question", group: str, then: Callable[[T], object], part: T) -> bool:
        """Hand over a part on the interface's thread; False if nobody waits for it."""

        def take() -> bool:
            if asked.over or self._questions.get(group) is not asked or not self._is_there:
                return False
            then(part)
            return True

        with suppress(RuntimeError):  # the application is gone
            return self.app.call_from_thread(take)
        return False

    @property
    def _is_there(self) -> bool:
        """Whether it is on a screen that has not been left: its parts go before itself."""
        return self.is_attached and not self._pruning and self.screen in self.app.screen_stack

    def look_out(self, refresh: Callable[[], object]) -> None:
        """Look once a second whether another process has written to the capture, and call ``refresh`` if it has."""
        self._watched = _Watched()
        self._look(refresh)
        self.set_interval(LOOK_SECONDS, lambda: self._look(refresh))

    def _look(self, refresh: Callable[[], object]) -> None:
        if self._watched is None or not self._is_there:
            return
        try:
            changed = self._watched.changed(self.capture)
        except InspectorError as error:
            self.failed(str(error))
            return
        if changed:
            refresh()

    def failed(self, reason: str) -> None:
        """Say why the capture can't be read, in the banner where there is one; nothing when it can again."""
        banners = list(self.screen.query(Banner))
        if banners:
            banners[0].read(reason)
        elif reason:
            self.notify(visible(reason), severity="error", markup=False)

    def on_unmount(self) -> None:
        """Stop all questions: whoever asked is gone."""
        for group in list(self._questions):
            self.leave(group)
        if self._watched is not None:
            self._watched.close()
            self._watched = None


class _Question:
    """A question on its way."""

    def __init__(self) -> None:
        self.reader: Reader | None = None
        self._over = threading.Event()

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def stop(self) -> None:
        self._over.set()
        if self.reader is not None:
            self.reader.interrupt()


class _Watched:
    """The capture as it was when it was last looked at; another file of its name counts as a change."""

    def __init__(self) -> None:
        self._reader: Reader | None = None
        self._seen: tuple[int, ...] = ()

    def changed(self, path: Path) -> bool:
        """Tell whether it is not as it was at the last look. Raises :class:`InspectorError`."""
        before, self._seen = self._seen, _GONE
        if self._reader is None or self._reader.path != path or self._reader.file() != before[:2]:
            self.close()
            self._reader = Reader(path)
        self._seen = (*self._reader.file(), self._reader.change())
        return bool(before) and before != self._seen

    def close(self) -> None:
        """Let go of the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None


_GONE = (-1,)
"""How a file looks that can't be read."""
