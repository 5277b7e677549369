"""``proxy``: its options; how it relays, see ``tests/proxy``."""

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from inspector.cli.proxy_command import SECTIONS, OneLine, arguments, command


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
        (["--upstream", "ws://csms", "--listen", "0", "--listen", "x"], "not an address to listen on"),
        (["--upstream", "ws://csms", "--route", "CP-*"], "not a route"),
        (["--upstream", "ws://csms", "--tls-min", "0.9"], "'0.9' is not one of"),
        (["--upstream", "ws://csms", "--connect-timeout", "0"], "0 is not in the range"),
        (["--upstream", "ws://csms", "--rotate-size", "much"], "'much' is not a size"),
        (["--upstream", "ws://csms", "--rotate-time", "soon"], "'soon' is not a time"),
        (["--upstream", "ws://csms", "--cert", "missing.pem"], "missing.pem: No such file"),
        (["--upstream", "wss://csms", "--upstream-ca", "missing.pem"], "missing.pem: No such file"),
        (["--upstream", "wss://csms", "--client-cert", "missing.pem"], "missing.pem: No such file"),
        (["--upstream", "ws://csms", "--insecure-upstream"], "--insecure-upstream has no effect: no --upstream or"),
        (["--upstream", "ws://csms", "--ciphers", "NONSENSE"], "knows no such ciphers"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(
    run: Callable[..., Any], options: list[str], words: str, tmp_path: Path
) -> None:
    ran = run("proxy", "--capture", tmp_path / "a.db", *options)
    assert list(tmp_path.iterdir()) == []
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err


def test_the_help_has_every_option_in_one_of_its_parts(run: Callable[..., Any]) -> None:
    text = run("proxy", "--help").out
    for title in (*SECTIONS, "And"):
        assert f"\n{title}:\n" in text
    for option in command.params:
        assert isinstance(option, click.Option)
        assert option.hidden or len(re.findall(rf"^  (-\w, )?{option.opts[0]}\b(?!-)", text, re.MULTILINE)) == 1
    assert {name for names in SECTIONS.values() for name in names} < {option.name for option in command.params}


def test_options_are_written_as_they_are_typed() -> None:
    """So that the process behind ``--tui`` gets each of them, whatever they will be."""
    typed = [
        *("--upstream", "ws://csms", "--route", "a=ws://b", "--route", "c=ws://d", "--listen", "ws://127.0.0.1:0"),
        *("--connect-timeout", "2.0", "--capture", "a.db", "--patience", "30.0", "--keep-secrets", "--append"),
        *("--rotate-size", "1G", "--keep", "3", "--cert", "c.pem", "--tls-min", "1.0", "--insecure-upstream"),
    ]
    with command.make_context("proxy", [*typed, "--tui"]) as context:
        written = list(arguments(command, context.params))
    assert sorted(written) == sorted(typed)
    with command.make_context("proxy", list(written)) as context:
        assert list(arguments(command, context.params)) == written


def test_what_is_logged_is_one_harmless_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback reaches a user who did not ask for it."""
    try:
        raise RuntimeError("boom \x1b[2J\nand more")
    except RuntimeError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed\nTraceback", (), sys.exc_info())
    assert OneLine().format(record) == "ocpp-inspector: it failed: RuntimeError: boom ␛[2J␊and more"
    monkeypatch.setenv("OCPP_INSPECTOR_DEBUG", "1")
    assert "Traceback (most recent call last)" in OneLine().format(record)
