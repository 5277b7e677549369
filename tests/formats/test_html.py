"""The page of a report."""

from html.parser import HTMLParser

import pytest

from inspector.formats import html as module
from inspector.formats.html import html
from inspector.replay.steps import Verdict
from tests.replay.reports import HOSTILE, hostile, item, report

VOID = {"meta", "input"}


class Page(HTMLParser):
    """Reads a page as strictly as XML: each element is closed, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text."""
        self.text += data


def page(*reports: object) -> Page:
    """Make a page, and read it."""
    return Page("".join(html(reports)))  # type: ignore[arg-type]


def test_a_page_says_what_differs() -> None:
    made = page(report(item(), item(verdict=Verdict.MISSING, action="Heartbeat")), report(role=None))
    assert made.tags.count("section") == 2
    for words in ("There are differences.", "Heartbeat", "1 missing", "the station, against ws://127.0.0.1:9000/CP-1"):
        assert words in made.text


def test_nothing_is_loaded_and_nothing_runs() -> None:
    made = page(hostile())
    assert {"script", "link", "img", "iframe", "x"}.isdisjoint(made.tags)
    assert {"src", "href", "onclick", "onerror", "style"}.isdisjoint(name for name, _ in made.attributes)
    assert any("default-src 'none'" in (value or "") for _, value in made.attributes)


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    text = "".join(html([hostile()]))
    assert HOSTILE not in text
    assert "<script" not in text
    assert not {"\x1b", "\x00", "\u202e", "\ufffe"} & set(text)
    assert text.encode()
    assert "<script>alert(1)</script>&\"'␛[31m" in page(hostile()).text


def test_a_long_report_tells_what_is_the_same_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    made = page(report(*[item()] * 4, item(verdict=Verdict.LATE), item()))
    assert "4 the same" in made.text
    assert made.text.count("BootNotification") == 1
