"""The benchmark of imports measures what it says."""

from pathlib import Path

from tests.benchmarks import intake
from tests.benchmarks.intake import Measured


def test_a_real_import_is_measured(tmp_path: Path) -> None:
    frames = intake.write(tmp_path / "a.jsonl", 400)
    measured = intake.measure(tmp_path / "a.jsonl", tmp_path / "a.db", frames)
    assert frames == 400
    assert measured.seconds > 0
    assert measured.most >= measured.warm > 0


def test_too_slow_or_too_much_memory_is_missed() -> None:
    good = intake.report(Measured(60.0, 0, 40_000_000), 1_000_000)
    bad = intake.report(Measured(30.1, 0, 40_000_001), 500_000)
    assert [line.split()[0] for line in good.splitlines()] == ["reached", "reached"]
    assert [line.split()[0] for line in bad.splitlines()] == ["MISSED", "MISSED"]
