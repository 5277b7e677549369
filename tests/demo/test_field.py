"""The demo's child process by itself: it talks JSON lines and ends with its parent."""

import asyncio
import signal

from tests.peers import Program


async def test_it_plays_to_the_end_and_waits_for_its_parent() -> None:
    """Its stations may talk to its own CSMS, without a proxy between."""
    field = Program("-m", "inspector.demo.field", "2")
    assert field.process.stdin is not None
    field.process.stdin.write(field.line()["csms"] + "\n")
    field.process.stdin.flush()
    assert await asyncio.to_thread(field.line) == {"done": True, "error": None}
    assert field.process.poll() is None
    assert field.process.communicate(timeout=10) == ("", "")
    assert field.process.returncode == 0


async def test_stations_that_find_nobody_are_reported() -> None:
    field = Program("-m", "inspector.demo.field", "2")
    field.line()
    assert field.process.stdin is not None
    field.process.stdin.write("ws://127.0.0.1:1\n")
    field.process.stdin.flush()
    done = await asyncio.to_thread(field.line)
    assert done["done"] is False
    assert "Connect" in done["error"] or "refused" in done["error"]
    field.end(signal.SIGKILL)


def test_a_parent_that_dies_before_the_start_ends_it() -> None:
    field = Program("-m", "inspector.demo.field", "2")
    field.line()
    field.process.communicate(timeout=10)
    assert field.process.returncode == 0
