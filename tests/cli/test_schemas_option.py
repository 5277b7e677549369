"""``--schemas DIR`` from the command line to the findings: checked, recorded, imported."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from inspector.addons.recorder import Recorder
from mitmproxy.exceptions import OptionsError
from mitmproxy.test import taddons

from inspector.cli import _exit_code
from inspector.protocol.frame import encode
from tests.factories import make_capture

PING = {"type": "object", "properties": {"count": {"type": "integer"}}}
BAD = encode([2, "1", "DataTransfer", {"vendorId": "acme", "messageId": "Ping", "data": '{"count":"many"}'}])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with one schema of a vendor."""
    (tmp_path / "own" / "acme").mkdir(parents=True)
    (tmp_path / "own" / "acme" / "Ping.json").write_text(json.dumps(PING))
    return tmp_path / "own"


def test_check_checks_vendors_data(folder: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    """A warning: the standard lets a vendor send anything."""
    (tmp_path / "frames").write_text(BAD)
    ran = run("check", tmp_path / "frames", "--ocpp-version", "1.6", "--schemas", folder, "--json")
    (finding,) = [one for one in json.loads(ran.out)["findings"] if one["code"] == "S004"]
    assert (ran.code, finding["severity"], finding["pointer"]) == (0, "warning", "/3/data")
    assert 'count is "many", but must be an integer (at /count of the text)' in finding["message"]
    without = run("check", tmp_path / "frames", "--ocpp-version", "1.6", "--json")
    assert "S004" not in without.out


def test_an_import_is_checked_too(folder: Path, tmp_path: Path, run: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_text(run("export", make_capture(tmp_path / "a.db", [("station", BAD)])).out)
    run("import", tmp_path / "a.jsonl", "--capture", tmp_path / "b.db", "--schemas", folder)
    assert "S004" in run("frames", tmp_path / "b.db", "--json").out


@pytest.mark.parametrize(
    "command", [["check", "-"], ["import", "-"], ["proxy", "--upstream", "ws://127.0.0.1:9", "--listen", "127.0.0.1:0"]]
)
def test_a_broken_schema_is_one_line_that_names_its_file(
    command: list[str], folder: Path, run: Callable[..., Any], tmp_path: Path
) -> None:
    """Before anything is read, recorded or listened to."""
    file = folder / "acme" / "Pong.json"
    file.write_text("{")
    more = ["--capture", tmp_path / "c.db"] if command[0] != "check" else []
    ran = run(*command, "--schemas", folder, *more)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"{file}: not JSON" in ran.err
    assert not (tmp_path / "c.db").exists()


async def test_the_add_on_takes_the_folder_as_an_option(folder: Path) -> None:
    """And refuses a bad one in mitmproxy's way."""
    addon = Recorder()
    with taddons.context(addon) as context:
        context.configure(addon, ocpp_schemas=str(folder))
        with pytest.raises(OptionsError, match="No such file"):
            context.configure(addon, ocpp_schemas=str(folder / "missing"))
        addon.done()


def test_the_help_names_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("check", "import", "proxy"):
        assert _exit_code([command, "--help"]) == 0
        assert "--schemas DIR" in capsys.readouterr().out
