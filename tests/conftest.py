"""What every test may use."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Colour and width must not depend on who runs the tests."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    assert "OCPP_INSPECTOR_DEBUG" not in os.environ
    yield
