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


def test_what_a_finding_is_about_may_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    finding = Finding("R002", Severity.ERROR, Blame.STATION, "odd", "/1")
    output.print_finding(finding, 0, "(line 3)")
    assert capsys.readouterr().out == "error R002 (line 3) /1: odd\n"


def test_on_a_terminal_a_long_finding_is_wrapped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its end indented; elsewhere it is one line, for who searches in it."""
    finding = Finding("F001", Severity.ERROR, Blame.STATION, "word " * 40)
    output.print_finding(finding, 4)
    assert capsys.readouterr().out.count("\n") == 1
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(output, "width", lambda: 60)
    output.print_finding(finding, 4)
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("    error F001: word")
    assert len(rest) > 2
    assert all(len(line) <= 60 and line.startswith("      word") for line in rest[:-1])


def test_findings_are_counted_in_words() -> None:
    assert [output.totals(0, 0, 0), output.totals(1, 0, 2)] == ["no findings", "1 error, 2 info"]


def test_what_is_no_terminal_is_100_columns_wide() -> None:
    assert output.width() == 100


def test_counts_show_nothing_for_nothing() -> None:
    assert [output.counts(0, 0), output.counts(2, 0), output.counts(1, 3)] == ["", "✖2", "✖1 ⚠3"]


def test_complaints_are_passed_on_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Each harmless; what only looks like the end of a line is none."""
    output.complain("one \x1b[2J\ntwo\x85and more\n")
    output.complain("")
    assert capsys.readouterr() == ("", "one ␛[2J\ntwo\\x85and more\n")
