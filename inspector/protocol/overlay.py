"""Where the published copies of an official schema differ, or the text of the standard says otherwise.

What all of them take is sound, what none takes is an error, and what lies between is for a warning. The official
files stay as they are: ``schemas/overlays.json`` names the places.
"""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One keyword of one schema on which the published copies differ.

    ``strict`` is its value where least is taken, ``lenient`` where most is; for an enum ``values`` are those that only
    some list. ``copies`` says who takes what, ``reason`` why, and what to do.
    """

    version: str
    action: str
    part: str
    pointer: str
    keyword: str
    copies: str
    reason: str
    strict: int = 0
    lenient: int = 0
    values: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the fields that lead to the place, without the indices of lists."""
        steps = self.pointer.split("/")
        return tuple(name for before, name in pairwise(steps) if before == "properties")

    def change(self, official: Any) -> str:
        """Say what becomes of the official file's value of the keyword in the effective schema."""
        if self.keyword == "enum":
            new = [value for value in self.values if value not in official]
            return f"enum with {', '.join(new)}" if new else f"enum, in which is {', '.join(self.values)}"
        return f"{self.keyword} {self.lenient}" + ("" if official == self.lenient else f" instead of {official}")

    def takes(self, value: Any) -> bool:
        """Tell whether at least one published copy takes a value that the strictest refuses."""
        return _TAKES[self.keyword](self, value)


_TAKES: dict[str, Callable[[Overlay, Any], bool]] = {
    "enum": lambda overlay, value: value in overlay.values,
    "minItems": lambda overlay, value: len(value) >= overlay.lenient,
    "maxLength": lambda overlay, value: len(value) <= overlay.lenient,
}


def overlays(version: str, action: str, part: str) -> tuple[Overlay, ...]:
    """Return what is to be laid over one schema, most often nothing."""
    return _table().get((version, action, part), ())


@cache
def _table() -> Mapping[tuple[str, str, str], tuple[Overlay, ...]]:
    text = resources.files("inspector.schemas").joinpath("overlays.json").read_text("utf-8")
    table: dict[tuple[str, str, str], tuple[Overlay, ...]] = {}
    for row in json.loads(text):
        overlay = Overlay(**{**row, "values": tuple(row.get("values", ()))})
        key = overlay.version, overlay.action, overlay.part
        table[key] = (*table.get(key, ()), overlay)
    return table


def laid(schema: Schema, over: tuple[Overlay, ...], *, strict: bool) -> Schema:
    """Return a schema as the strictest of its copies has it, or as the most lenient has it."""
    if not over:
        return schema
    changed = deepcopy(schema)
    for overlay in over:
        node = place(changed, overlay.pointer)
        if overlay.keyword == "enum":
            sure = [value for value in node["enum"] if value not in overlay.values]
            node["enum"] = sure if strict else [*sure, *overlay.values]
        else:
            node[overlay.keyword] = overlay.strict if strict else overlay.lenient
    return changed


def place(schema: Schema, pointer: str) -> Any:
    """Return what a JSON Pointer without escapes leads to."""
    node: Any = schema
    for step in pointer.split("/")[1:]:
        node = node[step]
    return node
