"""``ocpp-inspector schema``."""

import json
from difflib import get_close_matches

import click

from inspector.cli.options import JSON
from inspector.cli.output import print_json, print_table
from inspector.errors import InspectorError
from inspector.protocol import actions
from inspector.protocol.schema import Part, document
from inspector.protocol.version import Version


@click.command("schema")
@click.argument("action", required=False)
@click.option(
    "--ocpp-version",
    "version",
    type=click.Choice([version.value for version in Version]),
    help="The version; default: the newest that has the action.",
)
@click.option(
    "--request", "part", flag_value=Part.REQUEST.value, default=True, help="The CALL's payload (the default)."
)
@click.option("--response", "part", flag_value=Part.RESPONSE.value, help="The answer's payload.")
@JSON
def command(action: str | None, version: str | None, part: str, as_json: bool) -> None:
    """Show the official JSON schema of ACTION; without one, list the actions of each version."""
    versions = [Version(version)] if version else list(Version)
    if action is None:
        _list(versions)
        return
    known = {name for each in versions for name in actions.table(each)}
    action = next((name for name in known if name.lower() == action.lower()), action)
    has = [each for each in versions if action in actions.table(each)]
    if not has:
        near = get_close_matches(action, known, n=1)
        raise InspectorError(
            f"no action {action}"
            + (f" in OCPP {version}" if version else "")
            + (f"; did you mean {near[0]}?" if near else "")
        )
    try:
        found = document(has[-1], action, Part(part))
    except KeyError:
        raise InspectorError(f"{action} has no answer in OCPP {has[-1]}") from None
    if as_json:
        print_json(found)
    else:
        click.echo(f"{action} {part}, OCPP {has[-1]}", err=True)
        click.echo(json.dumps(found, indent=2))


def _list(versions: list[Version]) -> None:
    names = sorted({name for version in versions for name in actions.table(version)})
    rows = (
        (
            name,
            *(
                " or ".join(sorted(actions.table(version)[name].senders)) if name in actions.table(version) else "-"
                for version in versions
            ),
        )
        for name in names
    )
    print_table(("ACTION", *(f"SENT BY ({version})" for version in versions)), rows)
