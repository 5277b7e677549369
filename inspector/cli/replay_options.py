"""The options that ``replay`` and ``mock`` share, and what is made of them."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from inspector.cli.options import NUMBER, YEAR, Command, FileName, Seconds, readable
from inspector.errors import InspectorError
from inspector.protocol.version import Party
from inspector.proxy.address import parse_listen, parse_upstream
from inspector.replay.access import PASSWORD, Access
from inspector.replay.pattern import change, change_everywhere

if TYPE_CHECKING:
    from inspector.replay.options import RunOptions

POLICIES = ("reject", "notimplemented", "default", "silence")


def _numbers(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[int, ...]:
    """Read numbers of sessions with commas between."""
    texts = [each for value in values for each in value.split(",")]
    return tuple(NUMBER.convert(text, _param, _ctx) for text in texts)  # type: ignore[arg-type]  # it reads texts


def _speed(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read how many times as fast; None for as fast as the answers come."""
    return None if value in {None, "max"} else Seconds(0.001, 100_000).convert(value, param, ctx)


def _file(name: str, words: str) -> Callable[[Command], Command]:
    return click.option(name, type=FileName(), metavar="FILE", help=words)


WHICH = (
    click.option(
        "--session",
        "sessions",
        multiple=True,
        metavar="N[,N]",
        callback=_numbers,
        help="The session, also a draft or a run; several of one station are one script. Repeatable.",
    ),
    click.option(
        "--station", "stations", multiple=True, metavar="ID", help="All recorded sessions of a station, as one script."
    ),
)
PEER = (
    click.option(
        "--as",
        "role",
        type=click.Choice([party.value for party in Party]),
        help="Whom to play; by default the CSMS where --listen is given, the station where --to is.",
    ),
    click.option(
        "--to",
        metavar="URL",
        default="",
        callback=lambda _ctx, _param, value: value and readable(parse_upstream)(_ctx, _param, value),
        help="As the station: the CSMS, ws://host:port/path or wss://...; the station's id is put behind.",
    ),
    click.option(
        "--listen",
        metavar="HOST:PORT",
        default="",
        callback=lambda _ctx, _param, value: value and readable(parse_listen)(_ctx, _param, value),
        help="As the CSMS: where stations connect, such as 127.0.0.1:9000; port 0 picks a free one.",
    ),
)
ACCESS = (
    click.option("--user", default="", metavar="NAME", help="Whom Basic Auth names; by default the station's id."),
    _file("--password-file", f"The password for Basic Auth; else {PASSWORD} in the environment."),
    _file("--upstream-ca", "Trust these authorities for the CSMS, and no others."),
    _file("--client-cert", "PEM with key and chain to show to the CSMS (security profile 3)."),
    click.option("--insecure-upstream", is_flag=True, help="Do not verify the certificate of the CSMS."),
    _file("--cert", "As the CSMS: PEM with key and chain to show to stations; then it listens for wss://."),
)
CONTENT = (
    click.option(
        "--set",
        "changes",
        multiple=True,
        metavar="PATH=VALUE",
        callback=readable(change),
        help="Send another value: /3/idTag=CARD-7, BootNotification:/3/chargePointModel=Two. Repeatable.",
    ),
    click.option(
        "--set-all",
        "changes_everywhere",
        multiple=True,
        metavar="NAME=VALUE",
        callback=readable(change_everywhere),
        help="Send another value in each field of a name: idTag=CARD-7. Repeatable.",
    ),
    click.option("--keep-ids", is_flag=True, help="Send the message ids of the recording instead of new ones."),
    click.option("--keep-times", is_flag=True, help="Send the times of the recording instead of moving them to now."),
)
SPEED = (
    click.option(
        "--pace",
        type=click.Choice(["answers", "recorded"]),
        help="Go on when the answer is in (the default), or keep the recorded gaps, as --speed 1 does.",
    ),
    click.option(
        "--speed",
        metavar="1|N|max",
        callback=_speed,
        help="Keep the recorded gaps, or N times as fast; max is --pace answers.",
    ),
    click.option("--max-gap", type=Seconds(0, YEAR), metavar="SECONDS", help="Make no gap longer than this."),
    click.option(
        "--timeout",
        type=Seconds(0.05, YEAR),
        default=10.0,
        show_default=True,
        help="Seconds to wait for an answer, for a CALL that is expected, and for a handshake.",
    ),
)


def unknown(default: str) -> Callable[[Command], Command]:
    """Return the option that says what to answer to a CALL that the recording has no answer to."""
    words = "What to answer to a CALL without a recorded answer; default is the smallest valid answer."
    return click.option("--unknown", type=click.Choice(POLICIES), default=default, show_default=True, help=words)


def options_of(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """Return one decorator for groups of options, in their order."""

    def decorate(command: Command) -> Command:
        for option in reversed([each for group in groups for each in group]):
            command = option(command)
        return command

    return decorate


def run_options(capture: Path, given: Mapping[str, Any]) -> "RunOptions":
    """Make the options of a run. Raises :class:`InspectorError` for what does not go together."""
    from inspector.replay.options import RunOptions
    from inspector.replay.pace import Pace
    from inspector.replay.unknown import Unknown

    if not (given["role"] or given["listen"] or given["to"]):
        raise InspectorError("who is the peer? --to URL plays the station to a CSMS, --listen HOST:PORT plays the CSMS")
    role = Party(given["role"] or (Party.CSMS if given["listen"] else Party.STATION))
    wanted, other = ("to", "listen") if role is Party.STATION else ("listen", "to")
    if not given[wanted]:
        raise InspectorError(f"--as {role} needs --{wanted}")
    if given[other]:
        raise InspectorError(f"--{other} goes with --as {role.peer}")
    _require_use(given, role)
    return RunOptions(
        capture=capture,
        sessions=given["sessions"],
        stations=given["stations"],
        role=role,
        to=given["to"],
        listen=given["listen"],
        access=_access(given),
        cert=given["cert"],
        pace=Pace(_speed_of(given), given["max_gap"], given["timeout"], bool(given.get("stepwise"))),
        unknown=Unknown(given["unknown"]),
        keep_ids=given["keep_ids"],
        keep_times=given["keep_times"],
        changes=(*map(change, given["changes"]), *map(change_everywhere, given["changes_everywhere"])),
    )


def _require_use(given: Mapping[str, Any], role: Party) -> None:
    """Raise :class:`InspectorError` for an option for TLS that was given where there is none."""
    if given["cert"] and role is Party.STATION:
        raise InspectorError("--cert goes with --as csms")
    secure = any(parse_upstream(url).secure for url in (given["to"], given.get("upstream")) if url)
    for option in ("upstream_ca", "client_cert", "insecure_upstream"):
        if given[option] and not secure:
            raise InspectorError(f"--{option.replace('_', '-')} has no effect: no CSMS is reached by wss://")


def _speed_of(given: Mapping[str, Any]) -> float | None:
    speed: float | None = given["speed"]
    if given["pace"] == "answers" and speed is not None:
        raise InspectorError("--pace answers keeps no gaps: leave out --speed")
    return 1.0 if given["pace"] == "recorded" and speed is None else speed


def _access(given: Mapping[str, Any]) -> Access:
    file = given["password_file"]
    try:
        password = file.read_text("utf-8").strip("\r\n") if file else os.environ.get(PASSWORD)
    except (OSError, UnicodeError) as error:
        raise InspectorError(f"{file}: can't be read: {getattr(error, 'strerror', None) or error}") from error
    if given["user"] and password is None:
        raise InspectorError(f"--user needs a password: give --password-file, or {PASSWORD} in the environment")
    return Access(given["user"], password, given["upstream_ca"], given["client_cert"], given["insecure_upstream"])
