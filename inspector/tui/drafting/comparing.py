"""What differs between a draft and what it was made of."""

from collections.abc import Mapping, Sequence

from inspector.store.drafts import DraftFrame


def difference(index: int, frames: Sequence[DraftFrame], originals: Mapping[int, DraftFrame]) -> str:
    """Tell what a frame is to the original: ``new``, ``changed`` or ``same``."""
    frame = frames[index]
    original = originals.get(frame.source or 0)
    if original is None:
        return "new"
    same = (frame.raw, frame.sender) == (original.raw, original.sender)
    return "same" if same and is_in_time(index, frames, originals) else "changed"


def is_in_time(index: int, frames: Sequence[DraftFrame], originals: Mapping[int, DraftFrame]) -> bool:
    """Tell whether a copy comes as long after the frame before it as in the original, what was taken out included."""
    frame = frames[index]
    source = frame.source or 0
    if source in originals and frame.pause_ns == originals[source].pause_ns:
        return True
    before = frames[index - 1].source if index else 0
    if before is None or before >= source:
        return False
    between = [originals[number].pause_ns for number in range(before + 1, source + 1) if number in originals]
    return frame.pause_ns == sum(between)


def differences(frames: Sequence[DraftFrame], originals: Mapping[int, DraftFrame]) -> dict[str, int]:
    """Count what differs, by kind."""
    kinds = [difference(index, frames, originals) for index in range(len(frames))]
    kept = {frame.source for frame in frames}
    gone = sum(source not in kept for source in originals)
    return {"changed": kinds.count("changed"), "new": kinds.count("new"), "gone": gone}
