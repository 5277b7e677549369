"""The user's own keys."""

from pathlib import Path

import pytest

from inspector.tui.keymap import keymap_file, read_keymap


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def test_without_a_file_nothing_is_changed(file: Path) -> None:
    assert read_keymap(file) == read_keymap(None) == ({}, "")


def test_it_stands_where_settings_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/there")
    assert keymap_file() == Path("/there/ocpp-inspector/keys.toml")
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert keymap_file() == Path("/home/me/.config/ocpp-inspector/keys.toml")


@pytest.mark.usefixtures("homeless")
def test_without_a_home_there_is_no_file() -> None:
    assert keymap_file() is None


def test_keys_are_given_by_the_ids_of_actions(file: Path) -> None:
    """As one would type them, or as they are called; one or several; in a table for a place or not."""
    file.write_text('"browse.follow" = "L, ctrl+l"\n[browse]\nfilter = ["/", "f5"]\n[app]\nhelp = "?"\n', "utf-8")
    assert read_keymap(file) == (
        {"browse.follow": "L,ctrl+l", "browse.filter": "slash,f5", "app.help": "question_mark"},
        "",
    )


def test_what_is_wrong_is_said_in_a_line_and_the_rest_holds(file: Path) -> None:
    file.write_text('[browse]\nfollow = "L"\nfly = "x"\nmark = "ctrl+banana"\nzoom = 7\npair = ""\n', "utf-8")
    keys, complaint = read_keymap(file)
    assert keys == {"browse.follow": "L"}
    assert complaint == (
        f"{file}: no action browse.fly; browse.mark: no key ctrl+banana; browse.zoom: no key 7; browse.pair: no key"
    )


@pytest.mark.parametrize("content", [b"[browse", b"\xff\xfe", b"browse = \x1b"])
def test_a_file_that_is_no_toml_is_said_in_a_line(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    keys, complaint = read_keymap(file)
    assert not keys
    assert complaint.startswith(str(file))
    assert complaint.isprintable()


def test_a_folder_in_its_place_is_said_in_a_line(file: Path) -> None:
    file.mkdir()
    assert read_keymap(file).complaint.startswith(str(file))
