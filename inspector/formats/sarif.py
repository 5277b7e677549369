"""SARIF 2.1.0 (OASIS): findings as tools for code quality read them. Written as it comes, a result a line."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from inspector import __version__
from inspector.protocol import timestamp
from inspector.protocol.finding import Rule, Severity
from inspector.protocol.rules import TABLE
from inspector.store.lint import Found

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
"""Our severities in SARIF's words (section 3.27.10)."""

_INDEX = {code: index for index, code in enumerate(TABLE)}


def sarif_lines(capture: Path, found: Iterable[Found]) -> Iterator[str]:
    """Yield one SARIF log as lines without their ends."""
    driver = {"name": "OCPP Inspector", "version": __version__, "rules": [_rule(rule) for rule in TABLE.values()]}
    artifact = {"location": {"uri": _address(capture)}, "mimeType": "application/vnd.sqlite3"}
    run = {"tool": {"driver": driver}, "artifacts": [artifact], "columnKind": "unicodeCodePoints"}
    head = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
    yield f'{head.removesuffix("}]}")}, "results": ['
    comma = ""
    for each in found:
        yield comma + json.dumps(_result(each, capture))
        comma = ","
    yield "]}]}"


def _address(path: Path) -> str:
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _text(text: str) -> dict[str, str]:
    """Write a message: braces would be placeholders, so they stand twice (section 3.11.5)."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _rule(rule: Rule) -> dict[str, Any]:
    """Write a row of the table as a reportingDescriptor (section 3.49)."""
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": _text(rule.summary),
        "fullDescription": _text(f"{rule.summary} {rule.why}"),
        "help": _text(f"{rule.why} {rule.fix} Standard: {rule.spec}."),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.code[0]]},
    }


def _result(found: Found, capture: Path) -> dict[str, Any]:
    """Write a finding as a result (section 3.27)."""
    session, finding = found.session, found.finding
    names = [f"session {session.id}"] + ([f"frame {finding.frame}"] if finding.frame else [])
    hint = f" ({finding.hint})" if finding.hint else ""
    place = {"name": names[-1], "fullyQualifiedName": "/".join(names), "kind": names[-1].split()[0]}
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": LEVELS[finding.severity],
        "message": _text(f"{', '.join(names)}: {finding.message}{hint}"),
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _address(capture), "index": 0}},
                "logicalLocations": [place],
            }
        ],
        "partialFingerprints": {"place/v1": _fingerprint(found)},
        "properties": {
            "blamed": finding.blame,  # "blame" is taken: sarif-tools keeps the author of a line there
            "station": session.station,
            "time": timestamp.write(found.time_ns),
            "pointer": finding.pointer,
            "frameId": found.frame_id,
        },
    }


def _fingerprint(found: Found) -> str:
    """Tell the same finding in another run or copy: by its place, whatever the words and the ids are then."""
    session, finding = found.session, found.finding
    parts = (finding.code, session.station, session.opened_ns, finding.frame, finding.pointer, finding.offset)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
