"""What can be copied of a frame."""

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from websockets.sync.server import ServerConnection, serve

from inspector.store.rows import FrameRow, Session
from inspector.tui.composed.copies import COPIES, message_id, payload, pretty_json, python, raw, websocat
from tests.tui.conftest import HOSTILE, UNSAFE, make_frame, make_session

BOOT = '[2, "m-1","BootNotification", {"chargePointModel":"V-22", "n": 1.50}]'


def test_the_frame_and_its_parts_are_copied_as_they_were_written() -> None:
    frame, session = make_frame(BOOT), make_session()
    assert raw(frame, session) == BOOT
    assert payload(frame, session) == '{"chargePointModel":"V-22", "n": 1.50}'
    assert message_id(frame, session) == "m-1"
    assert pretty_json(frame, session).splitlines()[1] == '  "chargePointModel": "V-22",'
    assert "1.50" in pretty_json(frame, session)


def test_the_details_of_an_error_are_its_payload() -> None:
    assert payload(make_frame('[4,"m","E","",{"a":{}}]'), make_session()) == '{"a":{}}'


@pytest.mark.parametrize("broken", ["", "[", "nonsense {", "[2,", b"\xff\x00{"])
def test_what_is_broken_can_be_copied_as_it_came(broken: str | bytes) -> None:
    frame = make_frame(broken, message_id=None)
    for copy in COPIES:
        assert isinstance(copy.make(frame, make_session()), str)
    assert message_id(frame, make_session()) == ""


def test_each_copy_has_its_own_key() -> None:
    assert len({copy.key for copy in COPIES}) == len(COPIES)


def sent(command: str) -> list[str]:
    """Return the words of a shell command and of what it is fed."""
    return [word for part in command.split(" | ") for word in shlex.split(part)]


def test_the_websocat_command_sends_the_frame_where_it_went() -> None:
    session = make_session(upstream="wss://csms.example/ocpp/CP 1")
    command = websocat(make_frame('[2,\n"it\'s"]'), session)
    assert sent(command) == [
        *("printf", r"%s\n", '[2, "it\'s"]'),
        *("websocat", "-n", "--protocol", "ocpp1.6", "wss://csms.example/ocpp/CP%201"),
    ]
    odd = websocat(make_frame("[]"), make_session(station="CP 1", upstream="sh-c:touch${IFS}/tmp/x"))
    assert sent(odd)[-1] == "ws://127.0.0.1:9000/CP%201", "websocat runs what follows sh-c:"
    assert "-s 127.0.0.1:9000" in websocat(make_frame("[]", sender="csms"), session)
    assert "base64 -d" in websocat(make_frame(b"\xff"), session)


@pytest.mark.parametrize("make", [websocat, python])
def test_what_is_pasted_into_a_shell_is_harmless(make: Callable[[FrameRow, Session], str]) -> None:
    """JSON may hold DEL, C1 and bidi controls as they are; the same text with escapes is the same frame."""
    raw = json.dumps([2, "m", "A", {"x": HOSTILE.replace("\ud800", "")}], ensure_ascii=False)
    text = make(make_frame(raw), make_session(station=HOSTILE))
    assert not UNSAFE.search(text.replace("\n", ""))
    if make is websocat:
        assert json.loads(sent(text)[2]) == json.loads(raw)


def test_what_is_no_json_is_harmless_too() -> None:
    assert not UNSAFE.search(websocat(make_frame("\x1b]0;x\x07 nonsense"), make_session()))


def test_the_python_program_sends_the_frame() -> None:
    """It is run, against a server that answers."""
    got: list[Any] = []

    def answer(connection: ServerConnection) -> None:
        got.append((connection.recv(), connection.subprotocol))
        connection.send('[3,"m-1",{}]')

    with serve(answer, "127.0.0.1", 0, subprotocols=["ocpp1.6"]) as server:  # type: ignore[list-item]
        import threading

        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        program = python(make_frame(BOOT), make_session(upstream=f"ws://127.0.0.1:{port}/CP-1"))
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
        server.shutdown()
    assert got == [(BOOT, "ocpp1.6")]
    assert done.stdout == '[3,"m-1",{}]\n'


def test_the_python_program_for_a_csms_frame_is_a_server() -> None:
    program = python(make_frame(BOOT, sender="csms"), make_session())
    compile(program, "snippet", "exec")
    assert "serve(" in program
