"""The banner: there while something is wrong, and not a moment longer."""

import pytest
from textual.app import App, ComposeResult

from inspector.tui.widgets.banner import Banner
from tests.tui.conftest import HOSTILE, Stage, handled, wait_for

FULL = {"trouble": "the disk is full"}
WELL = {"trouble": None}
GONE = {"ended": "killed"}


def shown(banner: Banner) -> list[str]:
    """Return the beginnings of what it says, nothing while it is not there."""
    lines = str(banner.render()).splitlines() if banner.display else []
    return [line[:20] for line in lines]


@pytest.mark.parametrize(
    ("said", "lines", "good"),
    [
        ([], [], False),
        ([WELL], [], False),
        ([FULL], ["⚠ the record is in t"], False),
        ([FULL, WELL], ["✓ recording again si"], True),
        ([FULL, WELL, FULL], ["⚠ the record is in t"], False),
        ([FULL, GONE], ["⚠ the proxy ended at"], False),
        ([GONE], ["⚠ the proxy ended at"], False),
    ],
)
async def test_it_says_what_the_proxy_said_last(
    said: list[dict[str, str | None]], lines: list[str], good: bool
) -> None:
    banner = Banner(id="banner")
    async with Stage(banner).run_test() as pilot:
        for each in said:
            banner.hear(each)
        await handled(pilot)
        assert shown(banner) == lines
        assert (banner.has_class("good") and banner.display) == good


async def test_good_news_go_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """And they do not take with them a trouble that came meanwhile."""
    monkeypatch.setattr("inspector.tui.widgets.banner.GOOD_SECONDS", 0.1)
    banner = Banner(id="banner")
    async with Stage(banner).run_test() as pilot:
        banner.hear(FULL)
        banner.hear(WELL)
        assert shown(banner)[0].startswith("✓")
        await wait_for(pilot, lambda: not banner.display)
        banner.hear(FULL)
        banner.hear(WELL)
        timer = banner._good_news
        banner.hear(FULL)
        assert timer is not None
        await wait_for(pilot, lambda: timer._task is None or timer._task.done())
        assert shown(banner)[0].startswith("⚠")


async def test_since_when_is_since_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words may change meanwhile: so many frames are lost, then so many."""
    now = iter(range(0, 10**12, 10**10))
    monkeypatch.setattr("inspector.tui.widgets.banner.time.time_ns", lambda: next(now))
    banner = Banner(id="banner")
    async with Stage(banner).run_test():
        banner.hear({"trouble": "1 lost"})
        banner.hear({"trouble": "2 lost"})
        assert str(banner.render()) == "⚠ the record is in trouble since 00:00:00 UTC: 2 lost · traffic goes on"


class Below(App[None]):
    """A banner as it is: below nothing, as high as it must be."""

    def compose(self) -> ComposeResult:
        self.banner = Banner(id="banner")
        yield self.banner


async def test_each_has_its_line_and_none_does_harm() -> None:
    async with (app := Below()).run_test() as pilot:
        app.banner.read(f"a.db: {HOSTILE}")
        app.banner.hear({"ended": HOSTILE})
        await handled(pilot)
        first, second = str(app.banner.render()).splitlines()
        assert first.startswith("⚠ the proxy ended")
        assert second.startswith("⚠ a.db: ")
        app.banner.read("")
        assert len(str(app.banner.render()).splitlines()) == 1
