"""The columns of tables."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its cells, its head, its width (0: what is left), and whether it holds numbers."""

    key: str
    head: str
    width: int
    right: bool = False
