"""``ocpp-inspector schema``."""

import json
from typing import Any

import click

from inspector.cli.options import JSON
from inspector.cli.output import print_json, print_table
from inspector.errors import InspectorError
from inspector.protocol import actions, envelope
from inspector.protocol.frame import SHAPES
from inspector.protocol.overlay import overlays, place
from inspector.protocol.schema import Part, document, effective
from inspector.protocol.schema_hints import nearest
from inspector.protocol.version import Version

FRAMES = {kind.name: kind for kind in SHAPES}
"""The types of frames, whose schemas are our own."""


@click.command("schema")
@click.argument("action", required=False)
@click.option(
    "--ocpp-version",
    "version",
    type=click.Choice([version.value for version in Version]),
    help="The version; default: the newest that has the action.",
)
@click.option("--request", is_flag=True, help="The CALL's payload (the default).")
@click.option("--response", is_flag=True, help="The answer's payload.")
@JSON
def command(action: str | None, version: str | None, request: bool, response: bool, as_json: bool) -> None:
    """Show the JSON schema that the payload of ACTION is held against; without one, list the actions of each version.

    Where the published copies of the official schema differ, what one of them takes is no error: the $comment tells
    what that changes. CALL, CALLRESULT, CALLERROR, CALLRESULTERROR and SEND show the schema of a whole frame.
    """
    if request and response:
        raise click.UsageError("--request and --response exclude each other")
    if (request or response) and (action is None or action.upper() in FRAMES):
        raise click.UsageError("--request and --response choose between the payloads of an action")
    versions = [Version(version)] if version else list(Version)
    if action is None:
        _list(versions)
        return
    part = Part.RESPONSE if response else Part.REQUEST
    name, found, notes = _frame(action, versions) if action.upper() in FRAMES else _payload(action, versions, part)
    shown = {**found, "$comment": "; ".join(notes)} if notes else found
    if as_json:
        print_json(shown)
        return
    click.echo("\n".join((name, *notes)), err=True)
    click.echo(json.dumps(shown, indent=2))


def _payload(action: str, versions: list[Version], part: Part) -> tuple[str, dict[str, Any], list[str]]:
    """Return what a payload's schema is of, the schema, and what makes it differ from the official file."""
    known = {name for each in versions for name in actions.table(each)}
    action = next((name for name in known if name.lower() == action.lower()), action)
    has = [each for each in versions if action in actions.table(each)]
    if not has:
        near = nearest(action, {*known, *FRAMES})
        raise InspectorError(
            f"no action {action}"
            + (f" in OCPP {versions[0]}" if len(versions) == 1 else "")
            + (f"; did you mean {near}?" if near else "")
        )
    try:
        official = document(has[-1], action, part)
    except KeyError:
        raise InspectorError(f"{action} has no answer in OCPP {has[-1]}") from None
    notes = [
        f"{each.pointer}: {each.change(place(official, each.pointer)[each.keyword])}; {each.copies}; {each.reason}"
        for each in overlays(has[-1], action, part)
    ]
    return f"{action} {part}, OCPP {has[-1]}", effective(has[-1], action, part), notes


def _frame(name: str, versions: list[Version]) -> tuple[str, dict[str, Any], list[str]]:
    """Return what a frame's schema is of, the schema, and nothing more: it is our own."""
    kind = FRAMES[name.upper()]
    for version in reversed(versions):
        try:
            return f"{kind.name}, OCPP {version}", envelope.document(version, kind), []
        except KeyError:
            continue
    raise InspectorError(f"no {kind.name} in OCPP {versions[-1]}")


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
