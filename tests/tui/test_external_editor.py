import sys
import tempfile
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.tui.external_editor import edited


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Let ``$VISUAL`` be a program of so many lines; ``path`` is the file that it is given."""
    script = tmp_path / "editor.py"
    script.write_text(f"import sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n{code}\n", "utf-8")
    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")


def test_the_text_goes_out_and_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file is private, has the text as it is, and is gone afterwards; the editor's last newline is not kept."""
    note = tmp_path / "note"
    code = f"Path({str(note)!r}).write_text(f'{{path}} {{path.parent.stat().st_mode & 0o077}}')"
    editor(monkeypatch, tmp_path, f"{code}\npath.write_bytes(path.read_bytes().replace(b'one', b'two') + b'\\n')")
    assert edited('{"a": "one\r\ud800"}') == '{"a": "two\r\ud800"}'
    path, others = note.read_text().split()
    assert others == "0"
    assert not Path(path).exists()
    assert not Path(path).parent.exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [("false", "ended with code 1"), ("/no/such/editor", "can't be run"), ("'", "No closing quotation")],
)
def test_an_editor_that_fails_is_said(monkeypatch: pytest.MonkeyPatch, command: str, words: str) -> None:
    """In one line, and nothing is changed."""
    monkeypatch.setenv("VISUAL", command)
    with pytest.raises(InspectorError, match=f"(?s){words}.*nothing is changed"):
        edited("x")


def test_where_no_file_can_be_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(InspectorError, match="nothing is changed"):
        edited("x")


def test_what_is_no_text_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Bytes that are no UTF-8 can't come back."""
    editor(monkeypatch, tmp_path, "path.write_bytes(b'\\xff')")
    with pytest.raises(InspectorError, match="nothing is changed"):
        edited("x")
