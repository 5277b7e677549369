"""The wheel: built, installed into a fresh environment, and run from elsewhere."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tree, so that nothing of an earlier build is in it."""
    folder = tmp_path_factory.mktemp("wheel")
    ignored = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__", "captures", "tests")
    tree = shutil.copytree(ROOT, folder / "tree", ignore=ignored)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(tree)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_it_holds_the_addons_the_schemas_and_the_data_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "addons/recorder.py",
        "schemas/actions.json",
        "store/filter/grammar.lark",
        "tui/app.tcss",
        "tui/screens/browse.py",
        "protocol/rules/framing.py",
        "py.typed",
    ):
        assert f"inspector/{name}" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"inspector", "ocpp_inspector"}


def test_every_module_of_the_tree_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for file in (ROOT / "inspector").rglob("*.py"):
        assert str(file.relative_to(ROOT)) in names


def test_installed_it_runs_the_demo_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """No top-level name but ``inspector`` lands in site-packages, and nothing of the checkout is needed."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    (site,) = environment.glob("lib/python*/site-packages")
    before = {entry.name for entry in site.iterdir()}
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
    gained = {entry.name for entry in site.iterdir()} - before
    assert {name.split("-")[0] for name in gained} == {"inspector", "ocpp_inspector"}
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    demo = [str(environment / "bin" / "ocpp-inspector"), "demo", "--no-tui", "--seconds", "5"]
    done = subprocess.run(demo, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "2 sessions" in done.stdout
    assert "3 findings" in done.stdout
