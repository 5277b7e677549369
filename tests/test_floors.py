"""The floors: what may be loaded by what, and that each source file has its tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"mitmproxy", "textual", "lark", "sqlite_utils", "websockets"}


def modules_after(statement: str) -> set[str]:
    """Return the top-level modules a fresh interpreter has loaded after a statement."""
    script = f"import json, sys; {statement}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize(
    "module", ["inspector.protocol.inspection", "inspector.store.reader", "inspector.store.recording", "inspector.cli"]
)
def test_the_lower_floors_load_nothing_heavy(module: str) -> None:
    """Neither mitmproxy nor Textual, nor what only one command needs."""
    assert not HEAVY & modules_after(f"import {module}")


def test_the_first_screen_loads_what_it_shows() -> None:
    """Rules and schemas come when they are first wanted: they would be a fifth of the start."""
    late = {*HEAVY, "jsonschema", "jsonschema_rs"} - {"textual"}
    assert not late & modules_after("import inspector.tui.app")


def test_the_help_loads_nothing_heavy() -> None:
    """``--help`` lists every command without loading any."""
    statement = "from inspector.cli import _exit_code; assert _exit_code(['--help']) == 0; print(end='\\n')"
    script = f"import json, sys; {statement}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not HEAVY & set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("floor", ["protocol", "store"])
def test_a_floor_imports_only_what_is_below_it(floor: str) -> None:
    """``protocol`` imports nothing of ours, ``store`` only ``protocol``; both may raise our one error."""
    allowed = {"protocol": ("protocol",), "store": ("store", "protocol", "errors", "__version__")}[floor]
    for file in (ROOT / "inspector" / floor).rglob("*.py"):
        for line in file.read_text("utf-8").splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]) and words[1].startswith("inspector"):
                target = (words[1] + "." + words[3] if words[1] == "inspector" else words[1]).split(".")[1]
                assert target in allowed, f"{file}: {line}"


def test_only_the_command_line_knows_the_command_line() -> None:
    """But ``python -m inspector``, which is it."""
    cli, others = ROOT / "inspector" / "cli", (ROOT / "inspector").rglob("*.py")
    knowing = [file for file in others if "inspector.cli" in file.read_text("utf-8") and not file.is_relative_to(cli)]
    assert knowing == [ROOT / "inspector" / "__main__.py"]


def source_files() -> list[Path]:
    """Return our modules that hold more than a docstring or an exception."""
    folders = [ROOT / "inspector", ROOT / "addons"]
    files = [file for folder in folders for file in folder.rglob("*.py")]
    return [file for file in files if file.name not in {"__init__.py", "__main__.py", "errors.py"}]


@pytest.mark.parametrize("file", source_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_has_a_test_of_its_name(file: Path) -> None:
    """The tests mirror the tree."""
    relative = file.relative_to(ROOT)
    parts = relative.parts[1:] if relative.parts[0] == "inspector" else relative.parts
    assert (ROOT / "tests").joinpath(*parts[:-1], f"test_{file.name}").is_file()
