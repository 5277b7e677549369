"""What the tests of the interface share: captures made by the real pipe, and the application driven by its keys."""

import asyncio
import gc
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, Static

import inspector.tui
from inspector.protocol.event import Closed, Opened, Received, Ticked
from inspector.protocol.finding import Blame, Finding, Severity
from inspector.protocol.frame import MessageType
from inspector.protocol.version import Party
from inspector.store.entries import FindingEntry
from inspector.store.recording import Recording
from inspector.store.rows import FindingRow, FrameRow, Session
from inspector.store.writer import Writer
from inspector.tui.app import InspectorApp
from inspector.tui.screens.browse import BrowseScreen
from inspector.tui.widgets.banner import Banner
from inspector.tui.widgets.detail_pane import DetailPane
from inspector.tui.widgets.frame_table import FrameTable
from inspector.tui.widgets.session_table import SessionTable

NOON = 1_772_366_400_000_000_000
"""2026-03-01T12:00:00Z: the first moment of every capture."""

SECOND = 1_000_000_000
DEADLINE = 10.0
"""Seconds a condition may take on a machine that others use too; it usually takes a fraction of one."""

SIZES = [(80, 24), (160, 50)]
"""The terminals that everything is tried on."""

HOPS = 4
"""From message queue to message queue until a key has had its effect."""

STATION, CSMS = Party.STATION, Party.CSMS

HOSTILE = "\x1b]0;PWNED\x07[/foo][@click=app.quit]x[/]\x1b[2JGOTCHA\x9b31m\x7f\u202eevil\u2066\u200b\ud800[bold"
"""What a station may call itself, or say: markup, escape sequences, C1, DEL, bidi, zero width, a lone surrogate."""

UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
"""What no text on a terminal may hold: C0, DEL, C1, bidi controls, zero width, lone surrogates."""

BOOT = {"chargePointVendor": "Voltwerk", "chargePointModel": "V-22"}
BOOTED = {"status": "Accepted", "currentTime": "2026-03-01T12:00:00Z", "interval": 300}


async def wait_for(pilot: Pilot[Any], condition: Callable[[], Any], seconds: float = DEADLINE) -> None:
    """Wait until a condition holds; fail at the deadline, and show the screen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if pilot.app._exception is not None:
            raise pilot.app._exception
        assert time.monotonic() < deadline, "waited too long\n" + "\n".join(screen_of(pilot.app))
        await asyncio.sleep(0.005)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each after the one before has been handled: as ``Pilot.press``, which waits far longer."""
    for key in keys:
        burst(pilot, key)
        await handled(pilot)


def burst(pilot: Pilot[Any], *keys: str, paste: str = "") -> None:
    """Send keys at once, as a line does that was stuck; ``paste`` comes last."""
    assert pilot.app._driver is not None
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        pilot.app._driver.send_message(Key(name, key if len(key) == 1 else None))
    if paste:
        pilot.app._driver.send_message(Paste(paste))


async def handled(pilot: Pilot[Any]) -> None:
    """Wait until messages have had their effect, on the screen too; as ``Pilot.pause``, which waits far longer."""
    hops = 0
    while hops < HOPS or (pilot.app.is_running and getattr(pilot.app, "typed", 0)):
        hops += 1
        await pilot._wait_for_screen()
        if pilot.app._exception is not None:
            raise pilot.app._exception
    if pilot.app.is_running:
        pilot.app.screen._on_timer_update()


def screen_of(app: App[Any]) -> list[str]:
    """Return the rows of the screen as text, without the spaces at their ends."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def make_frame(raw: str | bytes, kind: MessageType = MessageType.CALL, **fields: Any) -> FrameRow:
    """Make a frame of a station, a CALL if nothing else is said."""
    values: dict[str, Any] = {
        "id": 7,
        "session": 1,
        "number": 7,
        "time_ns": NOON,
        "sender": "station",
        "message_id": "m-1",
        "action": "DataTransfer",
        "answers": None,
        "latency_ns": None,
        "origin": "wire",
        "errors": 0,
        "warnings": 0,
        "masked": 0,
    }
    return FrameRow(type=kind, raw=raw, **(values | fields))


def make_finding(pointer: str = "", offset: int | None = None, **fields: Any) -> FindingRow:
    """Make a finding about it, an error if nothing else is said."""
    values: dict[str, Any] = {"severity": "error", "blame": "station", "message": "is wrong", "hint": "mend it"}
    return FindingRow(session=1, frame=7, code="S101", pointer=pointer, offset=offset, **(values | fields))


def make_session(**fields: Any) -> Session:
    """Make a session that is open, if nothing else is said."""
    values: dict[str, Any] = {
        "id": 1,
        "station": "CP-1",
        "path": "/CP-1",
        "version": "1.6",
        "offered": ("ocpp1.6",),
        "subprotocol": "ocpp1.6",
        "peer": "192.0.2.17:50123",
        "upstream": "",
        "origin": "live",
        "source": None,
        "opened_ns": NOON,
        "closed_ns": None,
        "close_code": None,
        "close_reason": None,
        "closed_by": None,
        "http_status": 101,
        "headers": (),
        "tls": (),
        "last_ns": NOON,
        "frames": 0,
        "errors": 0,
        "warnings": 0,
        "tool": "",
    }
    return Session(**(values | fields))


class Talk:
    """One session being recorded. Times are seconds after noon; each message comes 0.05 s after the one before."""

    def __init__(self, writer: Writer, station: str, at: float, **opened: Any) -> None:
        self._writer = writer
        self._time = at
        fields: dict[str, Any] = {"peer": "192.0.2.17:50123", "subprotocol": "ocpp1.6", "offered": ("ocpp1.6",)}
        self._recording = Recording(writer, Opened(self._at(at), station, **(fields | opened)))

    def _at(self, at: float | None) -> int:
        self._time = self._time + 0.05 if at is None else at
        return NOON + round(self._time * 1000) * (SECOND // 1000)

    def say(self, sender: Party, raw: str | bytes, *, at: float | None = None, origin: str = "wire") -> None:
        """Record a raw message."""
        self._recording.feed(Received(self._at(at), sender, raw, origin))

    def call(self, sender: Party, message_id: str, action: str, payload: Any, *, at: float | None = None) -> None:
        """Record a CALL."""
        self.say(sender, json.dumps([2, message_id, action, payload]), at=at)

    def answer(self, sender: Party, message_id: str, payload: Any, *, at: float | None = None) -> None:
        """Record a CALLRESULT."""
        self.say(sender, json.dumps([3, message_id, payload]), at=at)

    def beat(self, number: int) -> None:
        """Record a Heartbeat without its answer."""
        self.call(STATION, f"hb-{number}", "Heartbeat", {})

    def tick(self, at: float) -> None:
        """Let time pass."""
        self._recording.feed(Ticked(self._at(at)))

    def found(self, code: str, severity: str, message: str, hint: str = "") -> None:
        """Record a finding about the session as a whole."""
        finding = Finding(code, Severity(severity), Blame.STATION, message, hint=hint)
        self._writer.append([FindingEntry(self._recording.row, finding)])

    def close(self, *, code: int | None = 1000, reason: str = "", by: str = "station", at: float | None = None) -> None:
        """End the session."""
        self._recording.feed(Closed(self._at(at), code, reason, by))

    def flush(self) -> None:
        """Wait until all of it is in the file."""
        assert self._writer.flush()


class Capture:
    """A capture being written, through the pipe that every source uses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer = Writer(path)

    def session(self, station: str = "CP-1", *, at: float = 0.0, **opened: Any) -> Talk:
        """Open a session; ``opened`` are fields of its handshake."""
        return Talk(self.writer, station, at, **opened)

    def close(self) -> Path:
        """Finish the file."""
        self.writer.close()
        return self.path


class Ui:
    """The running application as its user sees it: keys in, text out."""

    def __init__(self, app: InspectorApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def main(self) -> BrowseScreen:
        """The main screen, also while another one covers it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, BrowseScreen))

    @property
    def sessions(self) -> SessionTable:
        """The sessions pane."""
        return self.main.query_one(SessionTable)

    @property
    def frames(self) -> FrameTable:
        """The frames pane."""
        return self.main.query_one(FrameTable)

    @property
    def detail(self) -> DetailPane:
        """The detail pane."""
        return self.main.query_one(DetailPane)

    @property
    def filter(self) -> Input:
        """The filter's box."""
        return self.main.query_one("#filter", Input)

    @property
    def title(self) -> str:
        """The first line of the screen."""
        return str(self.main.query_one("#title", Static).render())

    @property
    def banner(self) -> str:
        """What stands below the title, nothing while it is not there."""
        banner = self.main.query_one(Banner)
        return str(banner.render()) if banner.region.area else ""

    @property
    def complaint(self) -> str | None:
        """What is wrong with the filter, None while its line is not there."""
        box = self.main.query_one("#filter-error", Static)
        return str(box.render()) if box.region.area else None

    @property
    def focus(self) -> str | None:
        """The id of the focused widget."""
        return self.app.focused.id if self.app.focused else None

    @property
    def here(self) -> int | None:
        """The id of the frame under the cursor."""
        return self.frames.frame.id if self.frames.frame else None

    @property
    def ids(self) -> list[int]:
        """The ids of the frames that are listed."""
        return [self.frames.source.id_at(index) for index in range(self.frames.count)]

    @property
    def notices(self) -> list[str]:
        """The notifications on screen."""
        return [notice.message for notice in self.app._notifications]

    @property
    def detail_text(self) -> str:
        """All lines of the detail, also those that are scrolled away."""
        return "\n".join("".join(text for text, _ in line) for line in self.detail.lines)

    def screen(self) -> list[str]:
        """Return the rows of the screen as text, without the spaces at their ends."""
        return screen_of(self.app)

    def unsafe(self) -> list[str]:
        """Return the pieces of the screen that would do something to a terminal, and those that can be clicked."""
        parts = [part for strip in self.app.screen._compositor.render_strips() for part in strip]
        clicks = [
            part.text for part in parts if part.style and "@click" in part.style.meta and "quit" in str(part.style.meta)
        ]
        return clicks + [part.text for part in parts if UNSAFE.search(part.text)]

    async def press(self, *keys: str) -> None:
        """Press keys, each after the one before has been handled."""
        await press(self.pilot, *keys)

    async def type(self, text: str) -> None:
        """Type into what has the focus."""
        await self.press(*text)

    async def until(self, condition: Callable[[], Any], seconds: float = DEADLINE) -> None:
        """Wait until a condition holds, and fail at the deadline."""
        await wait_for(self.pilot, condition, seconds)

    async def idle(self) -> None:
        """Wait until nothing is left to do: what keys put off has been done, and nothing is being read."""
        await self.until(lambda: not self._busy())
        await handled(self.pilot)
        await self.until(lambda: not self._busy())

    def _busy(self) -> bool:
        timers = [timer for timer in self.main._timers if timer._repeat == 0]
        waiting = [timer for timer in timers if timer._task is not None and not timer._task.done()]
        return bool(waiting) or any(not worker.is_finished for worker in self.app.workers)

    async def at(self, frame: int) -> None:
        """Wait until the cursor is on a frame and the detail shows it."""
        title = f"3 detail · frame {frame}"
        await self.until(lambda: self.here == frame and self.detail.border_title == title and self.detail.is_laid_out)

    async def listed(self, count: int) -> None:
        """Wait until so many frames are listed."""
        await self.until(lambda: self.frames.count == count and f" {count}" in str(self.frames.border_title))

    async def ready(self) -> None:
        """Wait until the capture has been read, or it is said why not, and the detail shows the frame at the cursor."""
        await self.until(lambda: self.main.is_told or self.banner)
        await self.until(lambda: "2 frames" in str(self.frames.border_title) or self.banner)
        if self.here is not None:
            await self.at(self.here)
        await self.until(lambda: self.screen()[-1].strip())
        await handled(self.pilot)


class Stage(App[None]):
    """An application of nothing but one widget, in the project's colours."""

    CSS_PATH: ClassVar[Path] = Path(inspector.tui.__file__).with_name("app.tcss")  # type: ignore[assignment]

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        """Show it, over the whole screen."""
        self._widget.styles.height = "1fr"
        yield self._widget


Browse = Callable[..., AbstractAsyncContextManager[Ui]]


@pytest.fixture(autouse=True)
def _uncollected() -> Iterator[None]:
    """Collect no garbage during a test: a third of an application's start would be spent on it."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def _kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is kept in the home of who runs the tests, and nothing of theirs is read."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Browse:
    """Return what runs the application over a capture, at 80x24 if no other size is given."""
    # A crash is told by its exception; pages of coloured traceback would take ten seconds to lay out.
    monkeypatch.setattr(InspectorApp, "_fatal_error", InspectorApp._close_messages_no_wait)
    monkeypatch.setattr("inspector.tui.reading.feed.POLL_SECONDS", 0.02)
    monkeypatch.setattr("inspector.tui.widgets.filter_bar.TYPING_SECONDS", 0.02)
    monkeypatch.setattr("inspector.tui.screens.browse.SETTLE_SECONDS", 0.02)
    monkeypatch.setattr("inspector.tui.screens.browse.BUSY_SECONDS", 0.02)
    monkeypatch.setattr("inspector.tui.screens.browse_panes.NOTICE_SECONDS", 60)

    @asynccontextmanager
    async def opened(path: Path, size: tuple[int, int] = (80, 24), **options: Any) -> AsyncIterator[Ui]:
        app = InspectorApp(path, **options)
        app.animation_level = "none"
        async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
            ui = Ui(app, pilot)
            await ui.ready()
            yield ui

    return opened


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    """A capture that is being written."""
    writing = Capture(tmp_path / "live.db")
    yield writing
    writing.close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a finished capture: 8 frames of CP-1, a station that was refused, 32 frames of CP-2 without findings.

    Frames 3 (schema), 5 (not JSON) and 8 (unanswered) have findings; 6 and 7 are a Reset and its CALLERROR.
    """
    capture = Capture(tmp_path_factory.mktemp("lab") / "lab.db")
    one = capture.session("CP-1")
    one.call(STATION, "b-1", "BootNotification", BOOT)
    one.answer(CSMS, "b-1", BOOTED)
    one.call(STATION, "s-1", "StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Free"})
    one.answer(CSMS, "s-1", {})
    one.say(STATION, '[2,"x-1","Heartbeat",{]')
    one.call(CSMS, "r-1", "Reset", {"type": "Hard"})
    one.say(STATION, '[4,"r-1","NotSupported","no reset here",{}]')
    one.call(STATION, "h-1", "Heartbeat", {})
    one.tick(40.0)
    one.close(code=1006, by="network", at=41.0)
    refused = capture.session("CP-X", at=42.0, http_status=401, subprotocol=None)
    refused.close(code=None, reason="unknown station", by="csms", at=42.0)
    two = capture.session("CP-2", at=60.0, peer="192.0.2.18:50200")
    for number in range(16):
        two.call(STATION, f"m-{number}", "Heartbeat", {})
        two.answer(CSMS, f"m-{number}", {"currentTime": f"2026-03-01T12:01:{number:02}Z"})
    two.close(at=70.0)
    return capture.close()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of three sessions whose stations do what they can; 12 frames."""
    return record_hostile(tmp_path_factory.mktemp("hostile") / "hostile.db")


def record_hostile(path: Path) -> Path:
    """Record what stations can do to harm: 12 frames of three sessions."""
    capture = Capture(path)
    quiet = "\x9b31m\x7f\u202eevil\u200b[/foo][@click=app.quit]"  # such may stand in JSON without being escaped
    one = capture.session(HOSTILE, path=f"/{HOSTILE}", headers=(("request", HOSTILE, HOSTILE),))
    one.call(STATION, HOSTILE, HOSTILE, {HOSTILE: HOSTILE})
    one.answer(CSMS, HOSTILE, {HOSTILE: [HOSTILE]})
    one.say(STATION, json.dumps([2, quiet, quiet, {quiet: [quiet]}], ensure_ascii=False))
    one.say(CSMS, json.dumps([4, quiet, quiet, quiet, {quiet: quiet}], ensure_ascii=False))
    one.say(STATION, HOSTILE)
    one.say(STATION, json.dumps([2, "id", "Heartbeat", {"x": HOSTILE}], ensure_ascii=False))
    one.say(STATION, f'[2,"{"x" * 1_000_000}","{HOSTILE}",' + "{}]")
    one.say(STATION, '[2,"id","Heartbeat",' + "[" * 5000 + "]" * 5000 + "]")
    one.say(STATION, '[2,"id","Heartbeat",{}]\x00\x00\x00')
    one.say(STATION, b'[2,"\xff\xfe\x1b]0;PWNED\x07\x9b"]', origin="injected")
    one.close(code=1002, reason=HOSTILE, by="csms")
    two = capture.session(f"two {HOSTILE}", subprotocol=HOSTILE, offered=(HOSTILE,), http_status=None)
    two.call(STATION, "m-1", "BootNotification", {**BOOT, "iccid": HOSTILE * 3})
    two.close(code=None, reason=HOSTILE, by="network")
    three = capture.session("")
    three.say(STATION, "")
    return capture.close()
