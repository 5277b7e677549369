"""What ``replay`` and ``mock`` make of their options."""

from pathlib import Path
from typing import Any

import click
import pytest

from inspector.cli.replay_options import (
    ACCESS,
    CONTENT,
    PASSWORD,
    PEER,
    SPEED,
    WHICH,
    options_of,
    run_options,
    unknown,
)
from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.replay.options import RunOptions
from inspector.replay.unknown import Unknown


@click.command()
@options_of(WHICH, PEER, ACCESS, CONTENT, SPEED)
@unknown("notimplemented")
def command(**given: Any) -> Any:
    """Give back what was read."""
    return run_options(Path("a.db"), given)


def read(*typed: str) -> RunOptions:
    """Read options as a command does."""
    made: RunOptions = command.main(["--to", "wss://h:1/x", *typed], standalone_mode=False)
    return made


def test_everything_finds_its_place(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    made = read(
        *("--session", "3,4", "--session", "5", "--station", "CP-1", "--unknown", "silence", "--keep-ids"),
        *("--set", "/3/idTag=A", "--set-all", "idTag=B", "--user", "me", "--password-file", str(tmp_path / "password")),
        *("--upstream-ca", "ca.pem", "--client-cert", "c.pem", "--insecure-upstream", "--timeout", "3"),
    )
    assert (made.sessions, made.stations, made.role, made.to) == ((3, 4, 5), ("CP-1",), Party.STATION, "wss://h:1/x")
    assert (made.unknown, made.keep_ids, made.keep_times) == (Unknown.SILENCE, True, False)
    assert [change.told for change in made.changes] == ["/3/idTag", "idTag"], "a value may be a secret"
    access = made.access
    assert (access.user, access.password, access.insecure) == ("me", "secret", True)
    assert (access.authorities, access.certificate) == (Path("ca.pem"), Path("c.pem"))
    assert made.pace.timeout == 3


@pytest.mark.parametrize(
    ("typed", "speed"),
    [
        *[((), None), (("--speed", "max"), None), (("--speed", "2.5"), 2.5), (("--pace", "recorded"), 1.0)],
        *[(("--pace", "answers"), None), (("--pace", "recorded", "--speed", "3"), 3.0)],
    ],
)
def test_speeds(typed: tuple[str, ...], speed: float | None) -> None:
    assert read(*typed).pace.speed == speed


def test_the_password_may_be_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "hidden")
    assert read().access.password == "hidden"
    with pytest.raises(InspectorError, match="/nowhere: can't be read"):
        read("--password-file", "/nowhere")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["--to", "ws://h", "--upstream-ca", "x"], "--upstream-ca has no effect: no CSMS is reached by wss://"),
        (["--to", "ws://h", "--client-cert", "x"], "--client-cert has no effect"),
        (["--listen", "1", "--insecure-upstream"], "--insecure-upstream has no effect"),
        (["--to", "wss://h", "--cert", "x"], "--cert goes with --as csms"),
    ],
)
def test_an_option_for_tls_where_there_is_none_is_refused(typed: list[str], words: str) -> None:
    with pytest.raises(InspectorError, match=words):
        command.main(typed, standalone_mode=False)
