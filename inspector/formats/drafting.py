"""Drafts made of a file that people have edited."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from inspector.formats.intake import Announced, Fault, File, Imported
from inspector.protocol.event import Received
from inspector.protocol.vendor import Vendors
from inspector.store.draft_saving import Saved, make_draft
from inspector.store.timeline import Moment


@dataclass(slots=True)
class _Talk:
    """A session of the file, and its frames."""

    announced: Announced
    frames: list[Received] = field(default_factory=list)


def make_drafts(
    capture: Path, file: File, name: str = "", *, patience_ns: int | None = None, vendors: Vendors | None = None
) -> Imported:
    """Make a draft of each session of a file that has frames. Raises :class:`InspectorError`.

    Without a ``name`` they get the names that the file has, or new ones. What is not a frame is not in a draft.
    """
    talks: dict[int, _Talk] = {}
    result = Imported()
    for item in file.items:
        if isinstance(item, Announced):
            talks[item.life.session] = _Talk(item)
        elif isinstance(item, Moment) and isinstance(item.event, Received):
            talks[item.session].frames.append(item.event)
            result.frames += 1
        elif isinstance(item, Fault):
            result.fault(item.line, item.words)
    made = [_draft(capture, talk, name, patience_ns, vendors) for talk in talks.values() if talk.frames]
    result.sessions = len(made)
    result.drafts = [f"draft {saved.draft.session}: {saved.draft.name}" for saved in made]
    return result


def _draft(capture: Path, talk: _Talk, name: str, patience_ns: int | None, vendors: Vendors | None) -> Saved:
    announced = talk.announced
    opened = replace(announced.heard, path=announced.row.opened.path, upstream=announced.row.opened.upstream)
    return make_draft(
        capture,
        name or announced.row.opened.name,
        opened,
        talk.frames,
        closed=announced.closed,
        patience_ns=patience_ns or announced.row.patience_ns,
        vendors=vendors,
    )
