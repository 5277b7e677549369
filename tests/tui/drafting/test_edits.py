import json
from itertools import count

import pytest

from inspector.protocol.version import Party
from inspector.store.drafts import DraftFrame
from inspector.tui.drafting.edits import Edits, pairs, with_id, with_new_ids

STATION, CSMS = Party.STATION, Party.CSMS


def frame(raw: str | bytes, sender: Party = STATION, pause_ns: int = 10, source: int | None = None) -> DraftFrame:
    return DraftFrame(raw, sender, pause_ns, source)


A, B, C = frame("a", source=1), frame("b", source=2, pause_ns=20), frame("c", source=3, pause_ns=30)


def test_a_mark_stays_with_its_frame() -> None:
    """A copy of the frame has none."""
    edits = Edits([A._replace(marked=True), B])
    edits.duplicate(0)
    edits.move(0, 1)
    assert [(each.raw, each.marked) for each in edits.frames] == [("a", False), ("a", True), ("b", False)]


def test_each_change_can_be_undone_and_done_again() -> None:
    """Inserting, copying, deleting, moving, turning and pausing are steps; undoing them gives what there was."""
    edits = Edits([A, B, C])
    steps = [
        lambda: edits.insert(1, frame("n")),
        lambda: edits.duplicate(0),
        lambda: edits.delete(2),
        lambda: edits.move(0, 1),
        lambda: edits.turn(0),
        lambda: edits.pause(1, 5),
        lambda: edits.write(2, "z"),
    ]
    states = [list(edits.frames)]
    for step in steps:
        step()
        states.append(list(edits.frames))
    assert edits.is_changed
    for before in reversed(states[:-1]):
        assert edits.undo() is not None
        assert edits.frames == before
    assert edits.undo() is None
    assert not edits.is_changed
    for after in states[1:]:
        assert edits.redo() is not None
        assert edits.frames == after
    assert edits.redo() is None


def test_typing_in_one_frame_is_one_step() -> None:
    """Text that grows in a frame is undone at once; another frame, or another change between, begins a step."""
    edits = Edits([A, B])
    for text in ("a1", "a12", "a123"):
        edits.write(0, text)
    edits.write(1, "b1")
    assert edits.undo() == 1
    assert [f.raw for f in edits.frames] == ["a123", "b"]
    assert edits.undo() == 0
    assert edits.frames == [A, B]
    assert not edits.write(0, "a"), "nothing is changed by writing what is there"


def test_a_new_change_ends_what_could_be_done_again() -> None:
    """After an undo, another change takes its place."""
    edits = Edits([A])
    edits.write(0, "x")
    edits.undo()
    edits.turn(0)
    assert edits.redo() is None


def test_deleting_keeps_the_time_of_what_follows() -> None:
    """The frame after a deleted one comes when it came; the pauses of moved frames stay where they are."""
    edits = Edits([A, B, C])
    edits.delete(1)
    assert edits.frames == [A, C._replace(pause_ns=50)]
    edits.restore(1, B)
    assert edits.frames == [A, B, C], "what comes back takes its time back"
    edits.delete(2)
    edits.restore(2, C)
    assert edits.frames == [A, B, C]
    edits = Edits([A, B, C])
    assert edits.move(2, -1) == 1
    assert [(f.raw, f.pause_ns) for f in edits.frames] == [("a", 10), ("c", 20), ("b", 30)]
    assert edits.move(0, -1) == 0


def test_saving_is_remembered() -> None:
    """What was saved is no change, also after more steps back to it."""
    edits = Edits([A])
    edits.turn(0)
    edits.saved(edits.frames)
    assert not edits.is_changed
    edits.undo()
    assert edits.is_changed


def test_answers_go_with_their_calls() -> None:
    """New ids are the same in a CALL and its answer, of both sides; an id that comes back is another exchange."""
    talk = [
        frame('[2,"a","Heartbeat",{}]'),
        frame('[2,"a","Reset",{}]', CSMS),
        frame('[3,"a",{}]', CSMS),
        frame('[3,"a",{}]'),
        frame('[2,"a","Heartbeat",{}]'),
        frame('[4,"a","InternalError","",{}]', CSMS),
        frame("[broken"),
        frame(b"\x00"),
    ]
    assert pairs(talk) == {2: 0, 3: 1, 5: 4}
    numbers = count(1)
    made = with_new_ids(talk, new=lambda: f"n{next(numbers)}")
    assert [json.loads(str(f.raw))[1] for f in made[:6]] == ["n1", "n2", "n1", "n2", "n3", "n3"]
    assert made[6:] == talk[6:]
    numbers = count(1)
    one = with_new_ids(talk, 3, lambda: f"n{next(numbers)}")
    assert [index for index in range(len(talk)) if one[index] != talk[index]] == [1, 3]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('[2, "old" ,"A",{"x": 1.0}]', '[2, "new" ,"A",{"x": 1.0}]'),
        ('{"a":1}', '{"a":1}'),
        (b"\xff", b"\xff"),
    ],
)
def test_only_the_id_is_written_anew(raw: str | bytes, expected: str | bytes) -> None:
    """The rest of the frame stays byte for byte."""
    assert with_id(raw, "new") == expected


def test_rewriting_all_is_one_step() -> None:
    """Frames that were made of all others take their place at once."""
    edits = Edits([A, B, C])
    assert edits.rewrite([A, B._replace(raw="x"), C._replace(raw="y")]) == 2
    edits.undo()
    assert edits.frames == [A, B, C]
    assert edits.rewrite([A, B, C]) == 0
