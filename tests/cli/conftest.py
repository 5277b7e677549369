"""The command line, run in this process."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from inspector.cli import _exit_code


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run ``ocpp-inspector`` with arguments."""

    def runner(*arguments: object) -> Ran:
        code = _exit_code([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return runner
