"""What a proxy says on standard output."""

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from inspector.cli.news import MOST_TROUBLE, News


def said(text: str) -> list[object]:
    """Return the JSON of each line."""
    return [json.loads(line) for line in text.splitlines()]


FIRST = {"listening": "ws://x", "listeners": ["ws://x"], "upstream": "ws://csms", "capture": "a.db"}


def test_the_first_line_is_where_it_listens(capfd: pytest.CaptureFixture[str]) -> None:
    """What went wrong before comes after it, if it still is."""
    news = News("ws://csms")
    news.told("no room")
    news.listening(["ws://x"], Path("a.db"))
    news.told("no room \x1b\u202e")
    news.told(None)
    text = capfd.readouterr().out
    assert said(text) == [FIRST, {"trouble": "no room"}, {"trouble": "no room \x1b\u202e"}, {"trouble": None}]
    assert text.isascii()
    assert "\x1b" not in text


def test_what_passed_before_is_not_told(capfd: pytest.CaptureFixture[str]) -> None:
    news = News("ws://csms")
    news.told("no room")
    news.told(None)
    news.listening(["ws://x"], Path("a.db"))
    assert said(capfd.readouterr().out) == [FIRST]


def test_where_nobody_reads_nothing_is_said(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """A closed pipe, a full one, none at all: it neither waits nor raises."""
    news = News("ws://csms")
    news.listening(["ws://x"], Path("a.db"))
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        while True:
            try:
                os.write(writing, b"x" * 65536)
            except BlockingIOError:
                break
        os.set_blocking(writing, True)
        news.told("full")
        os.close(reading)
        news.told("closed")
    news.told("shut")
    monkeypatch.setattr(sys, "stdout", None)
    news.told("none")


def test_each_line_is_whole(capfd: pytest.CaptureFixture[str]) -> None:
    """From many threads at once, and however long the words."""
    news = News("ws://csms")
    news.listening(["ws://x"], Path("a.db"))
    threads = [threading.Thread(target=news.told, args=("é" * 100_000,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said(capfd.readouterr().out)[1:] == [{"trouble": "é" * MOST_TROUBLE}] * 8
