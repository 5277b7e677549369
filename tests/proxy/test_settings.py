"""Settings from the options of the command."""

from pathlib import Path
from typing import Any

import click
import pytest

from inspector.cli.proxy_command import command
from inspector.errors import InspectorError
from inspector.proxy.settings import Encryption, settings_from
from inspector.store.keeper import Keeping


def options(*arguments: str) -> dict[str, Any]:
    """Read arguments as the command does."""
    with command.make_context("proxy", ["--upstream", "ws://csms", "--capture", "a.db", *arguments]) as context:
        assert isinstance(context, click.Context)
        return context.params


def test_without_more_it_is_the_usual() -> None:
    settings = settings_from(options())
    assert [listener.url(listener.port) for listener in settings.listeners] == ["ws://127.0.0.1:8180"]
    assert (settings.upstream.url, settings.routes, settings.connect_seconds) == ("ws://csms", [], 10.0)
    assert settings.encryption == Encryption()
    assert settings.keeping.capture == Path("a.db")


def test_each_option_has_its_place() -> None:
    settings = settings_from(
        options(
            *("--listen", "wss://0.0.0.0:443", "--listen", "8180", "--route", "CP-*=wss://other/ocpp"),
            *("--cert", "c.pem", "--station-ca", "s.pem", "--tls-min", "1.0", "--ciphers", "ALL"),
            *("--upstream-ca", "u.pem", "--insecure-upstream", "--client-cert", "k", "--connect-timeout", "2"),
        )
    )
    assert [listener.scheme for listener in settings.listeners] == ["wss", ""]
    assert [route.upstream.prefix for route in settings.routes] == ["/ocpp"]
    assert [upstream.url for upstream in settings.upstreams] == ["ws://csms", "wss://other/ocpp"]
    assert settings.encryption == Encryption(Path("c.pem"), Path("s.pem"), "1.0", "ALL", Path("u.pem"), True, Path("k"))
    assert settings.connect_seconds == 2.0


def test_what_is_kept_is_read() -> None:
    given = ("--append", "--durable", "--rotate-size", "1G", "--rotate-time", "1d", "--keep", "7", "--keep-secrets")
    assert settings_from(options(*given)).keeping == Keeping(
        Path("a.db"), 30 * 10**9, True, None, True, True, 1024**3, 86_400, 7
    )


@pytest.mark.parametrize(
    "given", [("--listen", "x"), ("--route", "x"), ("--upstream", "http://x"), ("--rotate-size", "x")]
)
def test_what_can_not_be_read_is_one_line(given: tuple[str, str]) -> None:
    with pytest.raises(InspectorError, match=r"x'? ?:? ?(is )?not "):
        settings_from(options(*given))
