"""Commands with so many options that their help has parts."""

from collections.abc import Mapping, Sequence
from typing import Any

import click


class Sectioned(click.Command):
    """A command whose options are listed in ``sections``, by the names of click; the rest comes last."""

    def __init__(self, *arguments: Any, sections: Mapping[str, Sequence[str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._sections = sections

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each in its part."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = {option.name: option.get_help_record(ctx) for option in options}
        sections = {title: [records.pop(name) for name in names] for title, names in self._sections.items()}
        for title, rows in {**sections, "And": list(records.values())}.items():
            with formatter.section(title):
                formatter.write_dl([row for row in rows if row is not None])
