"""Frames that are not in the record, counted."""

from dataclasses import dataclass

from inspector.protocol import timestamp
from inspector.protocol.event import Noted

WHOLE = 0
"""The key of what is about the capture as a whole, among those of sessions."""


@dataclass(slots=True)
class Loss:
    """How many frames and bytes are missing, and when the first and the last came (Unix ns).

    ``sessions`` counts those that are missing as a whole.
    """

    frames: int = 0
    size: int = 0
    first_ns: int = 0
    last_ns: int = 0
    sessions: int = 0

    def add(self, time_ns: int, size: int) -> None:
        """Count one more frame."""
        self.first_ns = self.first_ns or time_ns
        self.last_ns = time_ns
        self.frames += 1
        self.size += size

    def add_session(self, time_ns: int, frames: "Loss | None" = None) -> None:
        """Count one more session, that began at this time, and what was missing of it."""
        frames = frames or Loss()
        self.first_ns = min(self.first_ns or time_ns, time_ns)
        self.last_ns = max(self.last_ns, time_ns, frames.last_ns)
        self.frames += frames.frames
        self.size += frames.size
        self.sessions += 1

    def words(self) -> str:
        """Say it to a person."""
        are = "1 frame is" if self.frames == 1 else f"{self.frames} frames are"
        if self.sessions:
            are = f"{self.sessions} sessions as a whole (and {self.frames} frames) are"
        since, until = timestamp.write(self.first_ns), timestamp.write(self.last_ns)
        return f"{are} missing, {self.size} bytes, from {since} to {until}"

    def gap(self, time_ns: int) -> Noted:
        """Return it as what the record says of itself at a time (Unix ns)."""
        return Noted(time_ns, "gap", self.words(), self.frames)
