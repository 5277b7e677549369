"""The command line. One module a command, each thin; a module is loaded only when its command is asked for."""

import importlib
import os
import sys
from typing import Any

import click

from inspector import __version__
from inspector.errors import InspectorError

COMMANDS: dict[str, str] = {
    "demo": "Watch a simulated station and CSMS through the real proxy.",
    "proxy": "Relay and record what stations and their CSMS say.",
    "doctor": "Look at what the proxy would meet, before it runs.",
    "ca": "Print the authority that stations must trust for wss://.",
    "tui": "Browse a capture in the terminal.",
    "sessions": "List the sessions of a capture.",
    "frames": "List the frames of a capture.",
    "check": "Check raw frames, one a line.",
    "lint": "Check a capture again with today's rules.",
    "close": "End the connection of a live session.",
    "rule": "Explain the code of a finding.",
    "schema": "Show the JSON schema of an action.",
    "replay": "Send a recorded session again and say what changed.",
    "mock": "Stand in for a CSMS or a station, as a capture has it.",
    "report": "Show again what a replay found.",
    "diff": "Compare two recorded sessions.",
    "import": "Add sessions from files to a capture.",
    "export": "Write a capture for other programs.",
}
"""The commands in the order of the help, each with its line; ``inspector.cli.NAME_command`` has it."""


class Commands(click.Group):
    """Loads commands late: the help answers without mitmproxy and Textual."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"inspector.cli.{cmd_name}_command").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ocpp-inspector")
@click.pass_context
def main(ctx: click.Context) -> None:
    """See, check, keep and replay what a charging station and its CSMS say.

    Start with `ocpp-inspector demo`. Exit codes: 0 done and clean, 1 findings of severity error or differences,
    2 bad usage or input, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run() -> None:
    """Run the command line and exit: the one place where exit codes are decided."""
    sys.exit(_exit_code(sys.argv[1:]))


def _exit_code(arguments: list[str]) -> int:
    try:
        result: Any = main.main(arguments, prog_name="ocpp-inspector", standalone_mode=False)
    except click.ClickException as error:
        return _complain(error.format_message().replace("\n", " "))
    except InspectorError as error:
        return _complain(*map(str, error.args))
    except (click.Abort, KeyboardInterrupt):
        return 130
    except SystemExit:  # click's word for a reader that went away, as in `... | head`
        return 0
    except OSError as error:
        return _complain(f"{error.filename or 'standard output'}: {error.strerror}")
    except Exception as error:
        if "OCPP_INSPECTOR_DEBUG" in os.environ:
            raise
        return _complain(
            f"a bug in the inspector: {type(error).__name__}: {error} (OCPP_INSPECTOR_DEBUG=1 shows where)"
        )
    return result if isinstance(result, int) else 0


def _complain(*lines: str) -> int:
    from inspector.protocol.printable import visible

    for line in lines:
        click.echo(f"ocpp-inspector: {visible(line)}", err=True)
    return 2
