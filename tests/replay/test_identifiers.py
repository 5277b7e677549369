"""The table of identifiers: each of its fields is one of the standard's."""

from typing import Any

import pytest

from inspector.protocol import actions
from inspector.protocol.schema import document
from inspector.protocol.version import Version
from inspector.replay.identifiers import IDENTIFIERS, Identifier, fields, parsed


def leads_somewhere(schema: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Tell whether a schema has a scalar at a path."""
    node: Any = schema
    for step in (*path, None):
        while "$ref" in node:
            node = schema["definitions"][node["$ref"].rpartition("/")[2]]
        if step is None:
            return node.get("type") in {"string", "integer"}
        node = node.get("items") if step == "*" else node.get("properties", {}).get(step)
        if node is None:
            return False
    return True


@pytest.mark.parametrize("row", IDENTIFIERS, ids=lambda row: f"{row.versions[-1]} {row.kind}")
def test_each_field_is_in_the_schema_of_a_version(row: Identifier) -> None:
    """2.1's own fields are in no schema of 2.0.1."""
    for place in f"{row.given} {row.used}".split():
        action, part, path = parsed(place)
        known = [version for version in row.versions if action in actions.table(version)]
        assert any(leads_somewhere(document(version, action, part), path) for version in known), place


def test_no_field_is_there_twice() -> None:
    for version in Version:
        places = [
            parsed(place)
            for row in IDENTIFIERS
            if version in row.versions
            for place in f"{row.given} {row.used}".split()
        ]
        assert len(places) == len(set(places))


def test_a_name_of_other_documents_is_known() -> None:
    from inspector.protocol.schema import Part

    assert fields(Version.V201, "RequestStartTransaction", Part.REQUEST)
    assert fields(None, "StartTransaction", Part.RESPONSE) == {}
    assert fields(Version.V16, "Nonsense", Part.RESPONSE) == {}
