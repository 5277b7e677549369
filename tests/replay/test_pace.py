"""When steps have their turn."""

import asyncio
import time

import pytest

from inspector.replay.pace import SLACK_SECONDS, Metronome, Pace

MS = 1_000_000


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [(Pace(), 0), (Pace(1.0), 2), (Pace(10.0), 0.2), (Pace(1.0, max_gap=0.5), 0.5), (Pace(0.5), 4)],
)
def test_a_recorded_time_lasts_as_long_as_the_pace_says(pace: Pace, seconds: float) -> None:
    assert pace.seconds(2_000 * MS) == seconds
    assert pace.seconds(-1) == 0


async def turns(metronome: Metronome, *recorded: int) -> list[float]:
    """Take turns; return when each came, in seconds after the first."""
    never, came = asyncio.Event(), []
    for each in recorded:
        await metronome.turn(each, never)
        came.append(time.monotonic())
    return [moment - came[0] for moment in came]


async def test_gaps_do_not_add_up_and_a_long_wait_moves_what_comes_after() -> None:
    metronome, never = Metronome(Pace(1.0)), asyncio.Event()
    first = await metronome.turn(0, never)
    await asyncio.sleep(0.03)
    assert await metronome.turn(10 * MS, never) == pytest.approx(first + 0.01), "late, and still counted from its date"
    assert await metronome.turn(50 * MS, never) == pytest.approx(first + 0.05)
    await asyncio.sleep(SLACK_SECONDS + 0.02)
    moved = await metronome.turn(60 * MS, never)
    assert moved > first + 0.05 + SLACK_SECONDS
    assert await metronome.turn(70 * MS, never) == pytest.approx(moved + 0.01)


async def test_without_a_plan_a_turn_is_now() -> None:
    assert (await turns(Metronome(Pace()), 0, 3_600_000 * MS))[-1] < 0.5


async def test_a_turn_that_is_in_vain_is_not_waited_for() -> None:
    metronome, gone = Metronome(Pace(1.0)), asyncio.Event()
    await metronome.turn(0, gone)
    asyncio.get_running_loop().call_soon(gone.set)
    await asyncio.wait_for(metronome.turn(3_600_000 * MS, gone), 2)


async def test_pause_resume_and_a_step_at_a_time() -> None:
    """What was paused is not made up for."""
    metronome, never = Metronome(Pace(stepwise=True)), asyncio.Event()
    assert metronome.paused
    for _ in range(2):
        waiting = asyncio.ensure_future(metronome.turn(0, never))
        await asyncio.sleep(0)
        assert not waiting.done()
        metronome.step()
        await asyncio.wait_for(waiting, 1)
        assert metronome.paused
    metronome.step()
    metronome.step()
    for _ in range(2):
        await asyncio.wait_for(metronome.turn(0, never), 1)
    assert metronome.paused
    metronome.resume()
    for _ in range(3):
        await asyncio.wait_for(metronome.turn(0, never), 1)
    metronome.pause()
    assert metronome.paused


async def test_a_pause_holds_also_what_is_not_due_yet() -> None:
    metronome, never = Metronome(Pace(1.0)), asyncio.Event()
    first = await metronome.turn(0, never)
    waiting = asyncio.ensure_future(metronome.turn(20 * MS, never))
    await asyncio.sleep(0)
    metronome.pause()
    while time.monotonic() < first + 0.03:
        await asyncio.sleep(0.001)
    assert not waiting.done()
    metronome.resume()
    assert await asyncio.wait_for(waiting, 1) >= first + 0.03
    assert await metronome.turn(30 * MS, never) >= first + 0.04, "what was paused is not made up for"
