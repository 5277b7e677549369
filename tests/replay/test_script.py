"""From a session to steps."""

from pathlib import Path

from inspector.protocol.version import Party
from inspector.replay.script import Await, Script, Send, script
from inspector.store.reader import Reader
from tests.factories import BOOT, CSMS, STATION, make_capture

SAID = (
    *BOOT,
    (CSMS, '[2,"r1","RemoteStartTransaction",{"idTag":"A"}]'),
    (STATION, '[3,"r1",{"status":"Accepted"}]'),
    (STATION, '[2,"h1","Heartbeat",{}]'),
    (CSMS, '[3,"unknown",{}]'),
    (STATION, "not json"),
)


def steps(tmp_path: Path, role: Party) -> Script:
    """Make the script of a session."""
    with Reader(make_capture(tmp_path / f"{role}.db", SAID)) as reader:
        return script(reader.pages(), role)


def test_the_station_sends_its_calls_and_awaits_the_csms_s(tmp_path: Path) -> None:
    boot, remote, heartbeat = steps(tmp_path, STATION).steps
    assert isinstance(boot, Send)
    assert (boot.call.raw, boot.expected and boot.expected.raw) == (BOOT[0][1], BOOT[1][1])
    assert isinstance(remote, Await)
    assert (remote.call.action, remote.answer and remote.answer.raw) == ("RemoteStartTransaction", SAID[3][1])
    assert isinstance(heartbeat, Send)
    assert heartbeat.expected is None


def test_the_csms_s_script_is_the_mirror_image(tmp_path: Path) -> None:
    kinds = [type(step) for step in steps(tmp_path, CSMS).steps]
    assert kinds == [Await, Send, Await]


def test_what_no_step_can_carry_is_listed(tmp_path: Path) -> None:
    assert [frame.raw for frame in steps(tmp_path, STATION).skipped] == ['[3,"unknown",{}]', "not json"]
