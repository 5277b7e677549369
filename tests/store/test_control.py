"""Orders as a person gives them: what is refused at once, and what becomes of the others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import InspectorError
from inspector.store import control as module
from inspector.store.control import close_session, not_endable, order_close, outcome
from inspector.store.entries import Place
from inspector.store.keeper import Keeper, Keeping
from inspector.store.orders import Answered, Order
from inspector.store.reader import Reader
from inspector.store.writer import Writer
from tests.factories import make_capture, opened, record


class Obedient:
    """A recorder of one session that does as it is told: it says ``answer`` (None: nothing) to each order."""

    def __init__(self, path: Path) -> None:
        self.answer: tuple[bool, str] | None = (True, "")
        self.keeper = Keeper(Keeping(path), self._obey)
        self.keeper.feed(1, opened())
        self.keeper.hand_over()
        assert self.keeper._writer.flush()

    def _obey(self, order: Order) -> None:
        if self.answer is not None:
            self.keeper.answer(Answered(order.capture, order.id, *self.answer))


@pytest.fixture
def obedient(tmp_path: Path) -> Iterator[Obedient]:
    made = Obedient(tmp_path / "a.db")
    yield made
    made.keeper.close("over")


def test_what_was_done_is_said_and_what_was_not_is_an_error(
    obedient: Obedient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = obedient.keeper.capture
    assert close_session(path, 1) == "session 1 was ended"
    obedient.answer = True, "the CSMS did not answer the close frame"
    assert close_session(path, 1, 3000, "é" * 61) == "session 1 was ended: the CSMS did not answer the close frame"
    obedient.answer = False, "no"
    with pytest.raises(InspectorError, match=r"a\.db: session 1 was not ended: no$"):
        close_session(path, 1)
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.3)
    obedient.answer = None
    with pytest.raises(InspectorError, match="the order was taken, but nobody said within 0 s what became of it"):
        close_session(path, 1)


def test_an_order_that_nobody_takes_is_withdrawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can't surprise anybody later."""
    monkeypatch.setattr(module, "ANSWER_SECONDS", 0.1)
    writer = Writer(tmp_path / "a.db")
    record(writer, end=False)
    assert writer.flush()
    with pytest.raises(InspectorError, match="nobody took the order within 0 s, and it was withdrawn"):
        close_session(writer.path, 1)
    writer.close()
    taken: list[Order] = []
    keeper = Keeper(Keeping(tmp_path / "a.db", append=True), taken.append)
    keeper.close("over")
    assert taken == []
    found = outcome(tmp_path / "a.db", 1)
    assert found is not None
    assert not found.done


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (999, "", "no close frame may carry the code 999"),
        (1004, "", "the code 1004"),
        (1005, "", "the code 1005"),
        (1006, "", "the code 1006"),
        (1015, "", "the code 1015"),
        (2999, "", "the code 2999"),
        (5000, "", "the code 5000"),
        (1000, "é" * 62, "the reason has 124 bytes of UTF-8: a close frame has room for 123"),
        (1000, "\ud800", "the reason is not valid UTF-8"),
    ],
)
def test_what_no_close_frame_can_carry_is_refused(tmp_path: Path, code: int, reason: str, words: str) -> None:
    with pytest.raises(InspectorError, match=words):
        order_close(tmp_path / "none.db", 1, code, reason)


def test_a_session_that_is_not_live_is_not_ordered_about(tmp_path: Path) -> None:
    path = make_capture(tmp_path / "a.db")
    before = path.read_bytes()
    for session, words in ((1, "session 1 has ended already"), (9, "no session 9")):
        with pytest.raises(InspectorError, match=words):
            order_close(path, session)
    assert path.read_bytes() == before


def test_each_hindrance_has_its_words(obedient: Obedient) -> None:
    with Reader(obedient.keeper.capture) as reader:
        live = reader.session(1)
    sessions = {
        "": live,
        "is no live connection (run)": replace(live, origin="run"),
        "is no live connection (draft)": replace(live, origin="draft"),
        "is not recorded by anybody now: the recorder stopped or was killed": replace(live, abandoned=True),
        "has ended already": replace(live, closed_ns=1),
        "goes on in a-2.db, as session 3": replace(live, closed_ns=1, continued_in=Place("a-2.db", 3)),
    }
    assert {words: not_endable(session) for words, session in sessions.items()} == {words: words for words in sessions}
