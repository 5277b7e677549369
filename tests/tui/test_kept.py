"""What a user keeps between starts: small, private, and no reason ever to fail."""

import os
import stat
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.tui import kept


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is kept, in a home of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "ocpp-inspector" / "kept.json"


def test_at_first_nothing_is_kept_and_no_file_is_made(file: Path) -> None:
    assert kept.read_kept() == kept.Kept()
    assert not file.parent.exists()


def test_what_is_kept_is_there_the_next_time() -> None:
    kept.remember("action:Boot*")
    kept.save_filter("slow ones", "latency>2s")
    kept.keep_theme("nord")
    assert kept.read_kept() == kept.Kept(("action:Boot*",), {"slow ones": "latency>2s"}, "nord")


def test_only_its_owner_can_read_it(file: Path) -> None:
    """Filters hold ids of stations and of people."""
    kept.remember("idtag:04A2")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [each.name for each in file.parent.iterdir()] == ["kept.json"]


def test_the_past_holds_each_filter_once_and_no_more_than_some() -> None:
    for number in range(kept.MOST_REMEMBERED + 2):
        kept.remember(f"session:{number}")
    kept.remember("session:50")
    history = kept.read_kept().history
    assert (history[-1], history.count("session:50"), len(history)) == ("session:50", 1, kept.MOST_REMEMBERED)


def test_saved_filters_are_replaced_by_their_names_and_forgotten_when_empty() -> None:
    for name, text in (("b", "x"), ("a", "y"), ("b", "z")):
        kept.save_filter(name, text)
    assert list(kept.saved_filters().items()) == [("a", "y"), ("b", "z")]
    kept.save_filter("a", "")
    assert kept.saved_filters() == {"b": "z"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"history": 5}', b'{"history": "ab"}', b'{"filters": {"a": 1}}', b"[" * 9999],
)
def test_a_file_of_something_else_is_told_in_a_line_and_left_alone(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert "not what this program writes" in kept.read_kept().complaint
    assert kept.saved_filters() == {}
    with pytest.raises(InspectorError, match="not what this program writes"):
        kept.remember("x")
    assert file.read_bytes() == content


def test_a_place_that_can_not_be_written_is_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    with pytest.raises(InspectorError, match=r"kept\.json: can't be"):
        kept.keep_theme("nord")


def test_a_write_that_fails_leaves_what_was_there(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.remember("x")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InspectorError, match="No space left on device"):
        kept.remember("y")
    assert kept.read_kept().history == ("x",)
    assert len(list(file.parent.iterdir())) == 1


def test_without_a_state_home_it_is_below_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    assert kept.kept_file() == tmp_path / ".local" / "state" / "ocpp-inspector" / "kept.json"


@pytest.mark.usefixtures("homeless")
def test_without_a_home_nothing_is_kept_and_that_is_told_in_a_line() -> None:
    assert kept.read_kept() == kept.Kept(complaint="there is no home to keep filters in: say where with XDG_STATE_HOME")
    with pytest.raises(InspectorError, match="there is no home"):
        kept.remember("x")
