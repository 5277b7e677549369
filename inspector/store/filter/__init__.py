"""The filter language, compiled to one parametrised WHERE over the table ``frame``.

``key:value`` terms side by side must all hold; ``or``, ``not`` (or ``!``), parentheses and quotes; ``*`` stands for
any text; a bare word searches the raw text.
"""

from dataclasses import dataclass

from inspector.errors import InspectorError


@dataclass(frozen=True, slots=True)
class Where:
    """A condition in SQL and its parameters. Nothing the user typed is in ``sql`` itself."""

    sql: str
    parameters: tuple[object, ...] = ()


EVERYTHING = Where("1")
"""The filter that lets every frame through."""


class FilterError(InspectorError):
    """A filter that can't be read. ``span`` is the wrong part, half-open, in characters; ``reason`` what is wrong."""

    def __init__(self, reason: str, span: tuple[int, int]) -> None:
        super().__init__(f"filter, column {span[0] + 1}: {reason}")
        self.reason = reason
        self.span = span

    @property
    def column(self) -> int:
        """Where it begins, counted from 1."""
        return self.span[0] + 1


def compile_filter(text: str) -> Where:
    """Compile a filter. Raises :class:`FilterError`, which says what is wrong at which column."""
    if not text.strip():
        return EVERYTHING
    from inspector.store.filter.compiler import compile_text  # lark: 60 ms, only when there is a filter

    return compile_text(text)
