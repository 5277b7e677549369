"""inspector/threads.py."""

import sys

from inspector.threads import taking_turns


def test_threads_take_turns_faster_meanwhile() -> None:
    before = sys.getswitchinterval()
    with taking_turns():
        assert sys.getswitchinterval() < before
    assert sys.getswitchinterval() == before
