"""Other parts of the program as child processes."""

import time

import pytest

from inspector.errors import InspectorError
from inspector.proxy.child import Child


def test_it_says_lines_and_hears_them() -> None:
    with Child("-c", 'import sys; print(\'{"heard": "%s"}\' % sys.stdin.readline().strip())') as child:
        child.write("hello")
        assert child.read() == {"heard": "hello"}
    assert child.process.returncode == 0


def test_it_ends_with_its_standard_input() -> None:
    with Child("-c", "import sys; sys.stdin.read(); sys.exit(3)") as child:
        assert child.process.poll() is None
    assert child.process.returncode == 3


def test_silence_is_not_waited_for_for_ever() -> None:
    with Child("-c", "input()") as child, pytest.raises(InspectorError, match=r"said nothing for 0.1 s"):
        child.read(0.1)


def test_the_reason_of_an_early_end_is_its_own_word() -> None:
    script = "import sys; sys.exit('ocpp-inspector: 127.0.0.1:1: can\\'t listen')"
    with Child("-c", script) as child, pytest.raises(InspectorError, match=r"^127\.0\.0\.1:1: can't listen$"):
        child.read()


def test_complaints_are_kept_until_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    """They would write over the interface."""
    with Child("-c", "import sys; print('oh', file=sys.stderr); sys.stdin.read()") as child:
        assert child.stop() == "oh"
    assert capfd.readouterr().err == ""


def test_news_are_what_has_come_since_without_waiting() -> None:
    """Also a line that came together with one that was read, and at last its end; each once."""
    script = (
        'print("{}\\n{\\"a\\": 1}\\n{\\"b\\"", end=""); input(); print(": 2}"); raise SystemExit("oh\\nthat was it")'
    )
    with Child("-c", script) as child:
        assert child.read() == {}
        heard: list[object] = []

        def hear(number: int) -> None:
            deadline = time.monotonic() + 10
            while len(heard) < number:
                assert time.monotonic() < deadline
                heard.extend(child.news())

        hear(1)
        assert heard == [{"a": 1}]
        assert list(child.news()) == []
        child.write("")
        hear(3)
        assert heard[1:] == [{"b": 2}, {"ended": "that was it"}]
        assert list(child.news()) == []


@pytest.mark.parametrize(
    ("end", "words"),
    [("os.kill(os.getpid(), 9)", "it was ended by signal 9"), ("os._exit(7)", "it ended with exit code 7")],
)
def test_an_end_without_words_is_told_too(end: str, words: str) -> None:
    with Child("-c", f"import os; {end}") as child:
        child.process.wait(10)
        assert list(child.news()) == [{"ended": words}]
