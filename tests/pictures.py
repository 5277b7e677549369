"""Draws the pictures of the documents from the samples: ``python -m tests.pictures``."""

import asyncio
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from inspector.formats.jsonl_reading import import_lines
from inspector.store.writer import Writer
from inspector.tui.app import InspectorApp
from inspector.tui.widgets.frame_table import FrameTable

ROOT = Path(__file__).parent.parent
PICTURES: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    "tui.svg": ((132, 38), ["left_square_bracket"]),
    "tui-80x24.svg": ((80, 24), ["1", "j", "2", "left_square_bracket"]),
    "filter.svg": ((110, 30), ["slash", *"severity:* or action:*Transaction*".replace(":", "\0"), "enter", "g"]),
    "findings-of-a-frame.svg": ((132, 34), ["left_square_bracket", "3", "right", "right"]),
    "palette.svg": ((110, 30), ["colon", *"transac"]),
    "transactions.svg": ((110, 24), ["4"]),
    "transaction.svg": ((120, 40), ["4", "j", "j", "enter"]),
    "findings.svg": ((120, 32), ["5"]),
    "overview.svg": ((120, 40), ["6"]),
    "edit.svg": ((120, 34), ["1", "j", "2", "g", "j", "j", "e"]),
    "replay.svg": ((120, 34), ["1", "j", "2", "r"]),
}
"""Name, size in columns and rows, and the keys pressed before the picture is taken."""


async def _draw(capture: Path, name: str) -> None:
    size, keys = PICTURES[name]
    app = InspectorApp(capture)
    async with app.run_test(size=size) as pilot:
        while not app.screen.query_one(FrameTable).count:
            await pilot.pause(0.05)
        for key in keys:
            await pilot.press({"\0": "colon", " ": "space", "*": "asterisk"}.get(key, key))
            await pilot.pause(0.05)
        await pilot.pause(0.5)
        svg = re.sub(r"@font-face \{.*?\}\s*", "", app.export_screenshot(), flags=re.DOTALL)
        (ROOT / "docs" / name).write_text(svg.replace("Fira Code", "DejaVu Sans Mono"), "utf-8")


def main() -> None:
    """Import both samples into one capture and draw every picture of it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = folder  # nobody's own colours and keys
        capture = Path(folder) / "demo.db"
        writer = Writer(capture)
        for sample in sorted((ROOT / "captures").glob("*.jsonl")):
            import_lines(sample.read_text("utf-8").splitlines()[1:], writer, patience_ns=2_000_000_000)
        writer.close()
        for name in PICTURES:
            asyncio.run(_draw(capture, name))


if __name__ == "__main__":
    main()
