"""The filter's line."""

from textual.widgets import Input

from inspector.protocol.printable import visible


class FilterBox(Input):
    """An input in which what is pasted is shown, not obeyed."""

    def validate_value(self, value: str) -> str:
        """Make control characters visible."""
        return visible(value)
