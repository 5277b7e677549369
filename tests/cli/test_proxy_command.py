"""``proxy``: its options; how it relays, see ``tests/proxy``."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import pytest

from inspector.cli.proxy_command import OneLine


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "Missing option '--upstream'"),
        (["--upstream", "http://csms"], "not a WebSocket URL"),
        (["--upstream", "ws://csms", "--listen", "nowhere"], "not an address to listen on"),
        (["--upstream", "ws://csms", "--patience", "0"], "0 is not in the range"),
        (["--upstream", "ws://csms", "--patience", "nan"], "nan is not a number of seconds"),
        (["--upstream", "ws://csms", "--patience", "inf"], "inf is not"),
        (["--upstream", "ws://ex_ample..com"], "no host can have this name"),
        (["--upstream", "ws://h/a b"], "no path a space"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(run: Callable[..., Any], options: list[str], words: str) -> None:
    ran = run("proxy", *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err


def test_what_is_logged_is_one_harmless_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback reaches a user who did not ask for it."""
    try:
        raise RuntimeError("boom \x1b[2J\nand more")
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed\nTraceback", (), sys.exc_info())
    assert OneLine().format(record) == "ocpp-inspector: it failed: RuntimeError: boom ␛[2J␊and more"
    monkeypatch.setenv("OCPP_INSPECTOR_DEBUG", "1")
    assert "Traceback (most recent call last)" in OneLine().format(record)
