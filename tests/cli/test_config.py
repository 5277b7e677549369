"""``--config``: options from a TOML file, checked against what the command takes, line by line."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator

from inspector.cli import proxy_command
from inspector.cli.config import defaults, example, line_of, schema
from inspector.cli.options import FileName, Seconds, readable
from inspector.errors import InspectorError
from inspector.proxy.address import parse_listen, parse_route


@click.command()
@click.option("--target", "upstream", required=True, metavar="URL", help="Where to.")
@click.option(
    "--listen",
    multiple=True,
    callback=readable(parse_listen),
    default=["127.0.0.1:8180"],
    help="Where stations connect.",
)
@click.option(
    "--route", multiple=True, metavar="PATTERN=URL", callback=readable(parse_route), help="Another way for some."
)
@click.option("--patience", type=Seconds(0.05, 60), default=30.0, help="How long to wait.")
@click.option("--keep", type=click.IntRange(1), help="How many files.")
@click.option("--tls-min", type=click.Choice(["1.0", "1.2"]), default="1.2", help="The oldest TLS.")
@click.option("--cert", type=FileName(), metavar="FILE", help="A certificate.")
@click.option("--durable/--no-durable", help="Wait for the disk.")
def sample(**_: object) -> None:
    """Take every kind of option there is."""


OPTIONS = {
    max(option.opts, key=len).removeprefix("--"): option for option in sample.params if isinstance(option, click.Option)
}


def read(tmp_path: Path, text: str) -> dict[str, Any]:
    file = tmp_path / "inspector.toml"
    file.write_text(text, "utf-8")
    return defaults(file, OPTIONS, click.Context(sample))


def faults(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(InspectorError) as raised:
        read(tmp_path, text)
    return [line.removeprefix(f"{tmp_path}/inspector.toml") for line in raised.value.args]


def test_a_home_that_is_not_there_is_left_in_the_name(tmp_path: Path) -> None:
    assert read(tmp_path, 'target = "x"\ncert = "~nobody-of-this-name/a.pem"')["cert"] == "~nobody-of-this-name/a.pem"


def test_every_kind_of_option_is_read(tmp_path: Path) -> None:
    text = """
        target = "ws://csms"
        listen = "127.0.0.1:1"
        patience = 3
        keep = 7
        tls-min = "1.0"
        cert = "~/proxy.pem"
        durable = true
        [route]
        "CP-*" = "ws://other"
        "/old/*" = "wss://old"
    """
    assert read(tmp_path, text) == {
        "upstream": "ws://csms",
        "listen": ["127.0.0.1:1"],
        "patience": 3,
        "keep": 7,
        "tls_min": "1.0",
        "cert": str(Path.home() / "proxy.pem"),
        "durable": True,
        "route": ["CP-*=ws://other", "/old/*=wss://old"],
    }


def test_a_list_is_read_where_the_option_may_be_given_more_than_once(tmp_path: Path) -> None:
    found = read(tmp_path, 'listen = ["127.0.0.1:1", "127.0.0.1:2"]\nroute = ["A=ws://a"]')
    assert found == {"listen": ["127.0.0.1:1", "127.0.0.1:2"], "route": ["A=ws://a"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('# comment\n\ntargt = "ws://csms"\n', [":3: targt is no option of proxy; did you mean target?"]),
        ("Tls_Min = '1.0'", [":1: Tls_Min is no option of proxy; did you mean tls-min?"]),
        ("zzz = 1", [":1: zzz is no option of proxy; `ocpp-inspector proxy --config-example` lists them"]),
        ('keep = 1\npatience = "long"', [':2: patience: must be a number, not "long"']),
        ("patience = 0", [":1: patience: 0.0 is not in the range 0.05<=x<=60."]),
        ("keep = 0", [":1: keep: 0 is not in the range x>=1."]),
        ("keep = true", [":1: keep: must be a whole number, not true"]),
        ("keep = 2020-01-01", [":1: keep: must be a whole number, not 2020-01-01"]),
        ("listen = 7", [":1: listen: must be a text or a list, not 7"]),
        ("listen = []", [":1: listen: the list is empty"]),
        ("tls-min = '9'", [':1: tls-min: must be 1.0 or 1.2, not "9"']),
        ("listen = [\n  'a',\n  3,\n]\nkeep = 1", [":3: listen[1]: must be a text, not 3"]),
        ("keep = 1\n[route]\n'A' = 'ws://a'\n'B' = 7", [':4: route."B": must be a text, not 7']),
        (
            "[route]\n'A' = 'ws://a'\n'B' = 'http://b'",
            [
                ':3: route."B": B=http://b: not a route; it looks like CP-*=wss://csms.example/ocpp',
            ],
        ),
        (
            "# x\nlisten = ['1', # [\n\n  'a', '2',\n]",
            [":4: listen[1]: a: not an address to listen on; it looks like 127.0.0.1:8180 or wss://0.0.0.0:443"],
        ),
        ("keep = 1\nkeep = 2\n", [":2: Cannot overwrite a value"]),
        ("keep =\n", [":1: Invalid value"]),
        ("a = 1\nlisten = [", [":2: Invalid value"]),
        ("zzz = 1\nkeep = 'a'\n[yyy]\n", None),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, told: list[str] | None) -> None:
    if told is None:  # all of it at once, in the order of the file
        assert [line[:7] for line in faults(tmp_path, text)] == [":1: zzz", ":2: kee", ":3: yyy"]
    else:
        assert faults(tmp_path, text) == told


def test_what_is_no_readable_text_is_told(tmp_path: Path) -> None:
    context = click.Context(sample)
    for path, words in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InspectorError, match=words):
            defaults(path, OPTIONS, context)
    (tmp_path / "latin").write_bytes(b"target = '\xe9'")
    with pytest.raises(InspectorError, match="latin: not UTF-8"):
        defaults(tmp_path / "latin", OPTIONS, context)


def test_the_line_of_something_inside_a_text_of_several_lines_is_not_taken_for_its_own() -> None:
    text = 'a = """\nb = 1\n"""\r\nb = 2\n'
    assert (line_of(text, ("a",)), line_of(text, ("b",))) == (1, 4)


def uncommented(text: str) -> dict[str, Any]:
    return tomllib.loads("\n".join(line.removeprefix("#") for line in text.splitlines() if not line.startswith("# ")))


def test_the_example_holds_every_option_and_keeps_the_schema() -> None:
    found = uncommented(example(OPTIONS))
    Draft202012Validator(schema(OPTIONS)).validate(found)
    assert found.keys() == OPTIONS.keys()
    assert found["listen"] == ["127.0.0.1:8180"]
    assert tomllib.loads(example(OPTIONS)) == {}
    assert json.dumps(schema(OPTIONS))


def test_the_example_of_proxy_holds_every_option_of_its_help(run: Callable[..., Any]) -> None:
    ran = run("proxy", "--config-example")
    shown = {
        max(option.opts, key=len).removeprefix("--")
        for option in proxy_command.command.params
        if isinstance(option, click.Option) and not option.hidden and "config" not in str(option.name)
    }
    assert (ran.code, ran.err) == (0, "")
    assert uncommented(ran.out).keys() == shown


def test_the_command_line_wins_over_the_file(run: Callable[..., Any], tmp_path: Path) -> None:
    """The file's upstream is never looked at; its listener is."""
    file = tmp_path / "inspector.toml"
    file.write_text('upstream = "ws://csms"\nlisten = "127.0.0.1:0"\n')
    ran = run("proxy", "--config", file, "--upstream", "http://wins")
    assert (ran.code, ran.out) == (2, "")
    assert "http://wins: not a WebSocket URL" in ran.err


def test_a_bad_file_is_told_line_by_line_and_exits_2(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "inspector.toml"
    file.write_text('upstrem = "ws://csms"\n\npatience = 0\nkeep-secrets = 1')
    ran = run("proxy", "--config", file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"ocpp-inspector: {file}:1: upstrem is no option of proxy; did you mean upstream?",
        f"ocpp-inspector: {file}:4: keep-secrets: must be true or false, not 1",
    ]


def test_what_can_not_be_used_is_told_with_its_line_as_well(run: Callable[..., Any], tmp_path: Path) -> None:
    """On the command line there is no line to tell."""
    file, none = tmp_path / "inspector.toml", tmp_path / "none"
    file.write_text(
        f'upstream = "ws://127.0.0.1:1"\nlisten = "127.0.0.1:0"\ncapture = "{tmp_path}/x.db"\nrotate-size = "5"\n'
        f'cert = "{none}"\nschemas = "{none}"\nciphers = "nonsense"\n'
    )
    ran = run("proxy", "--config", file, "--schemas", tmp_path / "elsewhere")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        f"ocpp-inspector: {tmp_path}/elsewhere: No such file or directory",
        f"ocpp-inspector: {file}:4: rotate-size: a new file after 5 bytes: the least is 1048576",
        f"ocpp-inspector: {file}:7: ciphers: --ciphers nonsense: OpenSSL knows no such ciphers",
        f"ocpp-inspector: {file}:5: cert: {none}: No such file or directory",
    ]


def test_an_option_that_is_given_empty_is_told(run: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "inspector.toml"
    file.write_text("upstream = ''\nrotate-size = ''\n")
    ran = run("proxy", "--config", file)
    assert [line.partition("toml:")[2].partition(";")[0] for line in ran.err.splitlines()] == [
        "1: upstream: : not a WebSocket URL",
        "2: rotate-size: '' is not a size, such as 500M or 1G",
    ]
