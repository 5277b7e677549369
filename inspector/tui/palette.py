"""The command palette, for people who type fast."""

from contextlib import suppress

from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's own; its keys may come before its list is laid out."""

    def _action_command_list(self, action: str) -> None:
        """Pass a key on to the list: there is no page to move by before it has lines, and Textual 8.2 looks for one."""
        with suppress(KeyError):
            super()._action_command_list(action)
