"""``frames``."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inspector.store.filter.terms import TERMS
from tests.factories import BOOT, STATION, make_capture


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ([], [1, 2, 3, 4, 5, 6]),
        (["--session", "2"], [3, 4, 5, 6]),
        (["--filter", "severity:error"], [5]),
        (["--session", "1", "--filter", "sender:csms"], [2]),
        (["--limit", "3"], [1, 2, 3]),
        (["--filter", "latency>=10ms action:Boot*", "--limit", "1"], [2]),
        (["--filter", "payload.errorCode:Err* or not session:2"], [1, 2, 5]),
    ],
)
def test_options_narrow(tmp_path: Path, run: Callable[..., Any], options: list[str], ids: list[int]) -> None:
    ran = run("frames", make_capture(tmp_path / "a.db"), "--json", *options)
    assert (ran.code, [json.loads(line)["id"] for line in ran.out.splitlines()]) == (0, ids)


def test_text_shows_the_frame_its_raw_text_and_its_findings(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("frames", make_capture(tmp_path / "a.db"), "--filter", "severity:error")
    head, raw, finding = ran.out.splitlines()
    assert head.split() == ["5", "14:13:20.030", "▶", "station", "CALL", "StatusNotification", "✖1"]
    assert raw.strip().startswith('[2,"s1","StatusNotification"')
    assert finding.strip().startswith("error S104 /3/errorCode: ")
    assert "allowed: ConnectorLockFailure, " in finding


def test_the_help_has_every_key_of_the_filter(run: Callable[..., Any]) -> None:
    ran = run("frames", "--help")
    assert ran.code == 0
    for key, term in TERMS.items():
        assert f"\n  {key} " in ran.out
        assert term.examples[0] in ran.out


def test_a_capture_of_many_pages_is_listed_whole(tmp_path: Path, run: Callable[..., Any]) -> None:
    ran = run("frames", make_capture(tmp_path / "a.db", BOOT * 400), "--json")
    assert len(ran.out.splitlines()) == 800


def test_hostile_payloads_cannot_write_to_the_terminal(tmp_path: Path, run: Callable[..., Any]) -> None:
    said = [
        (STATION, '[2,"\x1b]0;PWNED\x07","\x9b2J",{}]'),
        (STATION, b"\x1b[2J\xff"),
        (STATION, '[2,"\\u001b[2J","\\u001b",{}]'),
    ]
    ran = run("frames", make_capture(tmp_path / "a.db", said))
    assert not {"\x1b", "\x07", "\x9b"} & set(ran.out)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--filter", "nokey:1"], "filter, column 1: there is no key nokey"),
        (["--session", "9"], "no session 9"),
        (["--limit", "0"], "0 is not in the range"),
        (["--session", "9" * 20], "is not in the range"),
        (["--filter", "latency>slow"], "filter, column 9: latency is a number"),
        (["--filter", "type:CALL acton:x"], "filter, column 11: there is no key acton; did you mean action?"),
        (["--filter", "code:XYZ"], "there is no code XYZ"),
        (["--filter", "\udcff"], "this character can't be searched for"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(
    tmp_path: Path, run: Callable[..., Any], options: list[str], words: str
) -> None:
    ran = run("frames", make_capture(tmp_path / "a.db"), *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert words in ran.err
