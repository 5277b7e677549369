"""The lines above and below a frame's page: its tabs, and what the schema says of the value at the cursor."""

from collections.abc import Iterator
from typing import NamedTuple

from inspector.protocol.printable import visible
from inspector.tui.composed.frame_page import TABS, Subject
from inspector.tui.composed.lines import Line, fit, wrap
from inspector.tui.composed.pages import Spot

MOST_HELP = 2000
"""Characters of what the schema says."""


class Label(NamedTuple):
    """What stands for a tab, in which style."""

    tab: str
    text: str
    style: str


def labels(subject: Subject, shown: str) -> list[Label]:
    """Return what stands for each tab; the one that is shown stands in brackets, and what is empty is dim."""
    found = sum(len(subject.found(frame)) for frame in subject.frames)
    notes = {"Answer": subject.latency, "Findings": str(found or "")}
    full = {"Call": subject.call, "Answer": subject.answer, "Pair": subject.pair, "Raw": subject.frame}
    texts = {tab: f"{tab} {notes.get(tab, '')}".strip() for tab in TABS}
    return [
        Label(tab, f"[{text}]", "strong")
        if tab == shown
        else Label(tab, f" {text} ", "head" if full.get(tab) or (tab == "Findings" and found) else "dim")
        for tab, text in texts.items()
    ]


def help_lines(subject: Subject | None, spot: Spot, tab: str, width: int, rows: int) -> list[Line]:
    """Say where enter leads, and what the schema says of the value at the cursor, in so many rows at most."""
    parts: list[tuple[str, str]] = []
    if spot.finding is not None:
        where = "its place" if tab == "Findings" else f"about {visible(spot.finding.code)}"
        parts.append((f"enter: {where}  ", spot.finding.severity))
    if subject is not None and tab != "Raw":
        parts += _field(subject, spot)
    lines = [*wrap(tuple(parts), width)] if parts else []
    return [*lines[: rows - 1], fit((*lines[rows - 1], ("…", "")), width)] if lines[rows:] else lines


def _field(subject: Subject, spot: Spot) -> Iterator[tuple[str, str]]:
    """Yield the name, the type, the meaning and the values of a field."""
    frame = spot.frame
    if subject.version is None or frame is None:
        return
    from inspector.protocol.field_help import field_help  # with the schemas: 20 ms, once a field has the cursor

    told = field_help(subject.version, frame.type, frame.action, spot.pointer)
    if told is None:
        return
    if told.name:
        yield f"{visible(told.name)} ", "key"
    yield ", ".join(filter(None, (told.kind, "required" if told.required else ""))), "strong"
    if told.description:
        yield f" · {told.description[:MOST_HELP]}", ""
    if told.values:
        yield f" · one of {', '.join(told.values)}"[:MOST_HELP], "dim"
