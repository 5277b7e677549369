"""A scribe's process whose inspection does as a frame says: it hangs, kills itself, raises, or floods the log."""

import os
import signal
from typing import Any

from inspector.protocol.event import Event, Received
from inspector.protocol.inspection import Inspection
from inspector.store.scribe_process import main

observe = Inspection.observe


def obey(inspection: Inspection, event: Event) -> Any:
    """Inspect an event, unless it is an order."""
    raw = str(event.raw) if isinstance(event, Received) else ""
    while "HANG" in raw:
        pass
    if "DIE" in raw:
        os.kill(os.getpid(), signal.SIGKILL)
    if "RAISE" in raw:
        raise ValueError("as told")
    return observe(inspection, event)


Inspection.observe = obey  # type: ignore[method-assign, assignment]

if __name__ == "__main__":
    main()
