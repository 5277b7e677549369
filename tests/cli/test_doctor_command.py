"""``doctor``: the same command line as ``proxy``, one line a check, the exit code at the end."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from inspector.cli import doctor_command, proxy_command
from tests.peers import csms, free_port, proxy


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


async def doctor(*arguments: object) -> tuple[int, str, str]:
    """Run it as a program, beside the server that runs in this process."""
    import asyncio

    command = (sys.executable, "-m", "inspector", "doctor", *map(str, arguments))
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_it_takes_what_proxy_takes() -> None:
    def names(command: click.Command) -> set[str | None]:
        return {param.name for param in command.params}

    assert names(doctor_command.command) - names(proxy_command.command) == {"station", "as_json"}
    assert names(proxy_command.command) <= names(doctor_command.command)


async def test_a_good_csms_is_fine(tmp_path: Path) -> None:
    paths: list[str] = []
    async with csms(paths=paths) as url:
        code, out, err = await doctor("--upstream", f"{url}/ocpp", "--listen", "0.0.0.0:0", "--station", "CP-7")
    assert (code, err, paths) == (0, "", ["/ocpp/CP-7"])
    assert "✓ ok       upgrade      /ocpp/CP-7: taken" in out
    assert not list(tmp_path.iterdir())


async def test_a_dead_csms_is_an_error() -> None:
    code, out, err = await doctor("--upstream", f"ws://127.0.0.1:{free_port()}", "--listen", "0.0.0.0:0", "--json")
    checks = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert [check["name"] for check in checks if check["state"] == "error"] == ["tcp"]
    assert all(set(check) == {"name", "state", "what", "todo"} for check in checks)


async def test_its_file_is_that_of_proxy(tmp_path: Path) -> None:
    """What only the proxy needs is taken as well; the command line wins."""
    file = tmp_path / "inspector.toml"
    file.write_text('upstream = "ws://nowhere.invalid"\nlisten = ["0.0.0.0:0"]\npatience = 3\ntui = true\n')
    async with csms() as url:
        code, out, _ = await doctor("--config", file, "--upstream", url, "--json")
    assert code == 0
    assert json.loads(out.splitlines()[0])["what"] == "0.0.0.0:0 is free"


async def test_a_running_proxy_is_told_by_its_port(tmp_path: Path) -> None:
    async with csms() as url:
        with proxy(tmp_path / "x.db", url) as (_, listening):
            code, out, _ = await doctor("--upstream", url, "--listen", listening.removeprefix("ws://"))
    assert code == 1
    assert "the proxy itself runs already" in out


@pytest.mark.parametrize(
    ("arguments", "words"), [([], "Missing option '--upstream'"), (["--upstream", "http://x"], "not a WebSocket URL")]
)
def test_bad_usage_is_one_line_and_exits_2(run: Callable[..., Any], arguments: list[str], words: str) -> None:
    ran = run("doctor", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err
