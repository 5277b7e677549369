"""Captures made to harm: whatever a station says, and whoever wrote the file, the screen only shows it."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from tests.tui.conftest import CSMS, HOSTILE, SIZES, STATION, UNSAFE, Browse, Capture, handled, record_hostile

ALTERED = HOSTILE.replace("\ud800", "")
"""Text that SQLite takes."""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of one exchange with findings, to be altered in copies."""
    capture = Capture(tmp_path_factory.mktemp("faulty") / "faulty.db")
    talk = capture.session()
    talk.call(STATION, "b-1", "BootNotification", {"chargePointVendor": 1})
    talk.answer(CSMS, "b-1", {})
    talk.close()
    return capture.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_hostile_capture_is_only_shown(browse: Browse, hostile: Path, size: tuple[int, int]) -> None:
    """Each frame in the table and in the detail, down to its end, with notices over it; then each session.

    Names are read, not obeyed: markup is no markup, and nothing of it can be clicked.
    """
    async with browse(hostile, size) as ui:
        assert any("␛]0;PWNED" in row for row in ui.screen())
        await ui.press("g")
        for frame in range(1, ui.frames.count + 1):
            await ui.at(frame)
            assert ui.unsafe() == []
            assert not UNSAFE.search(ui.detail_text.replace("\n", ""))
            await ui.press("j")
        await ui.press("o")
        await ui.until(lambda: ui.notices)
        await handled(ui.pilot)
        assert ui.unsafe() == []
        await ui.press("1", "g")
        for _ in range(ui.sessions.count):
            await ui.idle()
            assert ui.unsafe() == []
            await ui.press("j")


@pytest.fixture(scope="module")
def charging(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a hostile capture that has charging transactions of both versions too."""
    path = record_hostile(tmp_path_factory.mktemp("charging") / "hostile.db")
    capture = Capture(path)
    old = capture.session(f"old {HOSTILE}", at=100.0)
    start = {"connectorId": 1, "idTag": HOSTILE, "meterStart": 0, "timestamp": "2026-03-01T12:01:40Z"}
    old.call(STATION, "s-1", "StartTransaction", start)
    old.answer(CSMS, "s-1", {"transactionId": 7, "idTagInfo": {"status": HOSTILE}})
    sampled = [{"value": "12", "unit": HOSTILE, "measurand": HOSTILE}, {"value": "11", "measurand": "SoC"}]
    metered = [{"timestamp": "2026-03-01T12:02:00Z", "sampledValue": sampled}]
    old.call(STATION, "v-1", "MeterValues", {"connectorId": 1, "transactionId": 7, "meterValue": metered})
    stop = {"transactionId": 7, "meterStop": 9, "timestamp": "2026-03-01T12:03:00Z", "reason": HOSTILE}
    old.call(STATION, "t-1", "StopTransaction", stop)
    old.close(code=1000, reason=HOSTILE, at=200.0)
    new = capture.session(f"new {HOSTILE}", at=300.0, subprotocol="ocpp2.0.1", offered=("ocpp2.0.1",))
    event = {"eventType": "Started", "triggerReason": HOSTILE, "seqNo": 0, "timestamp": "2026-03-01T12:05:00Z"}
    begun = {"transactionInfo": {"transactionId": HOSTILE}, "idToken": {"idToken": HOSTILE, "type": HOSTILE}}
    new.call(STATION, "e-1", "TransactionEvent", event | begun)
    new.close(code=1000, reason=HOSTILE, at=400.0)
    return capture.close()


TABS = " right" * 5
"""Through all tabs of the detail, and back to where it was."""

SCREENS = {
    "the panes": f"1 j t S c G 2 g t T m M M h h g 3{TABS} v j j v 2 j j j 3{TABS} p enter p enter",
    "the other screens": "4 j enter j j end escape k enter G 5 j enter 5 j tab j 6 tab j tab j",
    "the questions": "2 g y escape w escape ctrl+g escape ctrl+f escape question_mark j G escape colon P W N",
    "the editor": "2 g e enter j tab j tab",
    "the editor of a broken frame": "2 g j j j j e j j j j enter tab",
    "the replay": "2 g r j tab j",
}
"""Every screen, pane and question there is, and the keys that show them."""


@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_of_a_hostile_capture_only_shows(browse: Browse, charging: Path, name: str) -> None:
    """After each key, with notices and tooltips on: nothing acts, and nothing of it can be clicked."""
    async with browse(charging, (120, 40)) as ui:
        for key in SCREENS[name].split():
            await ui.press(key)
            await ui.idle()
            assert ui.unsafe() == []
        assert any("PWN" in row for row in ui.screen())


async def test_a_hostile_filter_is_only_shown(browse: Browse, hostile: Path) -> None:
    """Its complaint quotes what was typed."""
    async with browse(hostile) as ui:
        await ui.press("slash")
        for text in ("[/foo]:x", "x[@click=app.quit]:", "sender:[/foo]", "[bold"):
            ui.filter.value = text
            await ui.idle()
            assert ui.unsafe() == []


async def test_a_hostile_file_name_is_only_shown(browse: Browse, capture: Capture) -> None:
    """In the title, and in the warning when the file is gone."""
    talk = capture.session()
    talk.beat(1)
    talk.flush()
    name = ALTERED.replace("/", "|")
    path = capture.path.with_name(name)
    capture.close().rename(path)
    writing = Capture(path)
    async with browse(path, (250, 24)) as ui:
        assert "PWNED" in ui.title
        assert ui.unsafe() == []
        path.unlink()
        await ui.until(lambda: ui.banner.startswith("⚠"))
        await handled(ui.pilot)
        assert ui.unsafe() == []
        writing.session().flush()  # into another file of this name
        await ui.until(lambda: ui.notices and not ui.banner)
        await handled(ui.pilot)
        assert ui.unsafe() == []
    writing.close()


@pytest.mark.parametrize(
    "sentences",
    [
        "UPDATE session SET version = :text",
        "UPDATE session SET closed_by = :text",
        "UPDATE session SET offered = 'no JSON'",
        "UPDATE frame SET origin = :text",
        "UPDATE frame SET sender = :text",
        "UPDATE frame SET type = 9",
        "UPDATE frame SET raw = 7",
        "UPDATE finding SET code = :text, pointer = :text, blame = :text",
        "UPDATE finding SET severity = :text",
        "UPDATE finding SET offset = -5; UPDATE session SET opened_ns = -9223372036854775808, peer = :text;"
        "UPDATE frame SET time_ns = 9223372036854775807, latency_ns = 9223372036854775807",
    ],
    ids=lambda sentences: sentences[7:30],
)
async def test_a_capture_that_was_altered_is_only_shown(
    browse: Browse, faulty: Path, tmp_path: Path, sentences: str
) -> None:
    """Captures are sent around: a file that no recorder wrote may be refused or warned of, but not crash or act."""
    path = tmp_path / "altered.db"
    shutil.copy(faulty, path)
    with closing(sqlite3.connect(path)) as connection:
        for part in sentences.split(";"):
            connection.execute(part, {"text": ALTERED} if ":text" in part else ())
        connection.commit()
    try:
        async with browse(path, (120, 24)) as ui:
            for keys in ("g", "1 j"):
                await ui.press(*keys.split())
                await ui.idle()
                assert ui.unsafe() == []
    except InspectorError as error:
        assert str(path) in str(error)


async def test_secrets_of_a_hostile_frame_stay_masked(browse: Browse, capture: Capture) -> None:
    """Also where the key is written with escapes."""
    talk = capture.session()
    raw = json.dumps([2, "c-1", "ChangeConfiguration", {"key": "AuthorizationKey", "value": "hunter22\x1b[2J"}])
    talk.say(CSMS, raw.replace("AuthorizationKey", "\\u0041uthorizationKey"))
    async with browse(capture.close()) as ui:
        assert "hunter22" not in ui.detail_text
        assert ui.unsafe() == []
