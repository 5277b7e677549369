"""What the terminal interface costs on a capture of ten million frames, driven by its keys in a real pty."""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain, repeat
from pathlib import Path

from inspector.store.recording import Recording
from inspector.store.writer import Writer
from inspector.tui.widgets.filter_bar import TYPING_SECONDS
from tests.benchmarks.large import BLOCK_FRAMES, FRAMES, PLACE, cache_folder, large_capture
from tests.benchmarks.terminal import Terminal, terminal
from tests.benchmarks.verdict import verdict
from tests.factories import STATION, opened, received

FIRST_SECONDS = 0.5
PAGE_SECONDS = 0.03
INDEXED_SECONDS = 0.1
RAW_SECONDS = 0.3
KEY_SECONDS = 0.05
OPEN_SECONDS = 0.5
MEMORY_BYTES = 120_000_000
FOLLOW_SHARE = 0.35
"""What is asked for."""

RATE, FOLLOW_SECONDS = 1000, 10.0
"""Frames a second that are followed, and for how long."""

HOME, END, PAGE_DOWN, UP, DOWN, SEARCH, CLEAR = b"g", b"G", b"\x1b[6~", b"k", b"j", b"/", b"\x1b"
ROW = "CALL|RESULT"
LARGE_BYTES = 1_000_000


def run(*, quick: bool = False) -> None:
    """Print each figure with what is asked for; ``quick`` on a hundred thousand frames."""
    folder = Path(os.environ.get("OCPP_INSPECTOR_BENCHMARKS") or cache_folder())
    capture = large_capture(folder, BLOCK_FRAMES if quick else FRAMES)
    print(f"{capture.stem} frames, {capture.stat().st_size / 1e6:,.0f} MB; load average {os.getloadavg()[0]:.1f}")
    rounds = 3 if quick else 10
    for line in chain(
        first_screen(capture, rounds), browsing(capture, rounds * 10), following(capture), large_frames()
    ):
        print(line, flush=True)


def _inspector(capture: Path) -> Sequence[str]:
    return sys.executable, "-c", "from inspector.cli import run; run()", "tui", str(capture)


def first_screen(capture: Path, rounds: int) -> Iterator[str]:
    """From the start of the process to the first row."""
    times, spent = [], []
    for _ in range(rounds + 1):
        with terminal(*_inspector(capture)) as screen:
            times.append(screen.shows(ROW) - screen.began)
            spent.append(screen.processor_seconds())
    median = statistics.median(times[1:])  # the first fills caches
    said = f"{median:.2f} s, of the processor {statistics.median(spent[1:]):.2f} s"
    yield verdict(median <= FIRST_SECONDS, f"first screen: {said}; at most {FIRST_SECONDS} s")


def browsing(capture: Path, rounds: int) -> Iterator[str]:
    """Pages, filters, searches, and what all of it takes of memory."""
    with terminal(*_inspector(capture)) as screen:
        screen.shows(ROW)
        screen.rest(1.0)
        yield _pages(screen, rounds)
        for name, text, pattern, most in _filters(int(capture.stem)):
            yield _filtered(screen, name, text, pattern, most)
        yield _keys_meanwhile(screen)
        _filter(screen, "action:Heartbeat", "RESULT[^\r]*Heartbeat")
        screen.rest(2.0)
        held = screen.most_memory()
        yield verdict(held <= MEMORY_BYTES, f"memory at most: {held / 1e6:.0f} MB; asked {MEMORY_BYTES / 1e6:.0f} MB")


def _filters(frames: int) -> Iterator[tuple[str, str, str, float | None]]:
    """Yield filters, each with a pattern of a row that passes, and what is asked for."""
    blocks = frames // BLOCK_FRAMES
    place = PLACE.rstrip("0123456789")
    near, far = (f"{place}{number:05}" for number in (max(0, blocks - 5), blocks // 2))
    for part, term, word in (
        ("half of all", "action:Heartbeat", "Heartbeat"),
        ("one in a thousand", "action:BootNotification", "BootNotification"),
        ("errors, two in a hundred", "severity:error", "✖"),
    ):
        yield f"indexed filter, {part}", term, f"(?:{ROW})[^\r]*{word}", INDEXED_SECONDS
    yield f"raw text, {5 * BLOCK_FRAMES:,} frames away", near, f"(?:{ROW})[^\r]*Transaction", RAW_SECONDS
    yield f"raw text, {frames // 2:,} frames away", far, f"(?:{ROW})[^\r]*Transaction", None


def _pages(screen: Terminal, rounds: int) -> str:
    screen.press(HOME)
    screen.rest()
    times = []
    for _ in range(rounds):
        pressed = screen.press(PAGE_DOWN)
        times.append(screen.shows(ROW) - pressed)
        screen.rest(0.1)
    return _of(times, "page down", PAGE_SECONDS)


def _of(times: list[float], what: str, most: float) -> str:
    times = sorted(times)
    at_95 = times[int(len(times) * 0.95)]
    said = f"{statistics.median(times) * 1000:.0f} ms, of twenty nineteen within {at_95 * 1000:.0f} ms"
    return verdict(at_95 <= most, f"{what}: {said}; at most {most * 1000:.0f} ms")


def _filtered(screen: Terminal, name: str, text: str, pattern: str, most: float | None) -> str:
    times = [_filter(screen, text, pattern) for _ in range(3)]
    took = statistics.median(times)
    asked = f"at most {most * 1000:.0f} ms" if most else "told only"
    return verdict(most is None or took <= most, f"{name}: first rows after {took * 1000:.0f} ms; {asked}")


def _filter(screen: Terminal, text: str, pattern: str) -> float:
    """Type a filter while the last frame has the cursor; return how long it took from its being asked to its rows."""
    for keys in (CLEAR, CLEAR, CLEAR, END, SEARCH):
        screen.press(keys)
        screen.rest()
    pressed = screen.press(b"\x1b[200~" + text.encode() + b"\x1b[201~")
    took = screen.shows(pattern) - pressed - TYPING_SECONDS
    screen.rest(0.2)
    screen.press(b"\r")
    screen.rest(0.2)
    return took


def _keys_meanwhile(screen: Terminal) -> str:
    """Move the cursor while all frames are being searched for a text."""
    for keys in (CLEAR, CLEAR, CLEAR, END, SEARCH, b"\x1b[200~CARD\x1b[201~\r"):
        screen.press(keys)
        screen.rest(0.2)
    times = []
    for keys in (UP, UP, UP, DOWN) * 5:
        pressed = screen.press(keys)
        times.append(screen.shows(ROW) - pressed)
        screen.rest(0.03)
    return _of(times, "cursor while a search goes on", KEY_SECONDS)


def following(capture: Path) -> Iterator[str]:
    """While another process records a thousand frames a second into the capture."""
    with _grown(capture), terminal(*_inspector(capture)) as screen:
        screen.shows(ROW)
        screen.rest(1.0)
        recorder = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.tui", str(capture)])
        try:
            time.sleep(1.0)  # until it records
            began, before = time.monotonic(), screen.processor_seconds()
            while time.monotonic() < began + FOLLOW_SECONDS:
                screen.read(0.1)
            share = (screen.processor_seconds() - before) / (time.monotonic() - began)
            yield verdict(
                share <= FOLLOW_SHARE, f"following {RATE} frames/s: {share:.0%} of a core; at most {FOLLOW_SHARE:.0%}"
            )
            times = []
            for keys in (UP, DOWN) * 10:
                pressed = screen.press(keys)
                times.append(screen.shows(ROW) - pressed)
                screen.read(0.1)
            yield _of(times, "cursor while following", KEY_SECONDS)
        finally:
            recorder.terminate()
            recorder.wait()


@contextmanager
def _grown(capture: Path) -> Iterator[None]:
    """Let something be recorded into the capture, and take it out again."""
    tables = ("session", "frame", "finding", "event")
    with closing(sqlite3.connect(capture)) as connection:
        last = {table: connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] for table in tables}
    yield
    with closing(sqlite3.connect(capture)) as connection:
        for table in tables:
            connection.execute(f"DELETE FROM {table} WHERE id > ?", (last[table],))
        connection.commit()


def record_on(capture: Path) -> None:
    """Record frames into a capture at an even pace until somebody ends it."""
    writer = Writer(capture)
    recording = Recording(writer, opened(time_ns=time.time_ns()))
    for number in chain.from_iterable(repeat(range(RATE // 50))):
        call = [2, f"f-{time.time_ns()}", "Heartbeat", {}]
        recording.feed(received(raw=json.dumps(call), sender=STATION, time_ns=time.time_ns()))
        if number == 0:
            time.sleep(1 / 50)


def large_frames() -> Iterator[str]:
    """A frame of a megabyte, of many values and of one."""
    many = {f"reading{number}": number for number in range(LARGE_BYTES // 22)}
    kinds = {"of many values": many, "of one value": "x" * LARGE_BYTES}
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "large.db"
        writer = Writer(capture)
        recording = Recording(writer, opened())
        for number, data in enumerate(kinds.values()):
            payload = {"vendorId": "v" * 200, "messageId": f"m{number}", "data": data}
            for raw in ([2, f"h{number}", "Heartbeat", {}], [2, f"d{number}", "DataTransfer", payload]):
                recording.feed(received(raw=json.dumps(raw, separators=(",", ":"))))
        writer.close()
        with terminal(*_inspector(capture)) as screen:
            screen.shows(ROW)
            screen.rest(1.0)
            screen.press(HOME)
            screen.rest(0.5)
            for kind in kinds:
                pressed = screen.press(DOWN)
                took = screen.shows('messageId"') - pressed
                screen.rest(0.5)
                screen.press(DOWN)
                screen.rest(0.5)
                yield verdict(
                    took <= OPEN_SECONDS, f"a frame of 1 MB {kind}: open after {took:.2f} s; at most {OPEN_SECONDS} s"
                )


if __name__ == "__main__":
    record_on(Path(sys.argv[1]))
