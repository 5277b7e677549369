"""How commands print."""

import sys

import pytest

from inspector.cli import output
from inspector.protocol.finding import Blame, Finding, Severity


@pytest.mark.parametrize(("tty", "no_color", "coloured"), [(True, "", True), (True, "1", False), (False, "", False)])
def test_colour_only_on_a_terminal_and_not_with_no_color(
    monkeypatch: pytest.MonkeyPatch, tty: bool, no_color: str, coloured: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: tty)
    monkeypatch.setenv("NO_COLOR", no_color)
    assert ("\x1b[" in output.paint("x", "error")) is coloured


def test_columns_align_whatever_the_width_of_letters(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table(("A", "N", "B"), [("充電", "1", "x"), ("ab", "10", "y")], right=frozenset({"N"}))
    assert capsys.readouterr().out.splitlines() == ["A      N  B", "充電   1  x", "ab    10  y"]


def test_a_finding_is_one_harmless_line(capsys: pytest.CaptureFixture[str]) -> None:
    finding = Finding("F001", Severity.ERROR, Blame.STATION, "odd \x1b", "/3/\n", "mend\x07it", 7)
    output.print_finding(finding, indent=2)
    assert capsys.readouterr().out == "  error F001 /3/␊ at byte 7: odd ␛ — mend␇it\n"


def test_counts_show_nothing_for_nothing() -> None:
    assert [output.counts(0, 0), output.counts(2, 0), output.counts(1, 3)] == ["", "✖2", "✖1 ⚠3"]
