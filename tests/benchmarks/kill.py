"""What kill -9 of the proxy's process and of its scribe's costs, at random moments and 2000 frames a second."""

import random
import tempfile
from pathlib import Path

from tests.store.kills import kill

MOST_MS = 50.0


def run(*, quick: bool = False) -> None:
    """Kill 20 times, and print what was missing."""
    chance = random.Random(4)
    rounds = 3 if quick else 20
    print("  fed  kept  missing  since")
    worst, sound = 0.0, True
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            left = kill(Path(folder), chance.uniform(0.2, 2.0))
        remark = "" if left.sound else "  UNSOUND"
        print(f"{left.fed:5} {left.kept:5} {left.fed - left.kept:8} {left.missing_ms:5.1f} ms{remark}")
        worst, sound = max(worst, left.missing_ms), sound and left.sound
    verdict = "pass" if worst <= MOST_MS and sound else "FAIL"
    print(f"{rounds} kills: at most the last {worst:.1f} ms are missing (promised {MOST_MS:g}): {verdict}")
