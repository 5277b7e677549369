"""Schemas of vendors: what their DataTransfer messages carry, and their ``customData``.

A folder holds ``<vendorId>/<messageId>.json``, ``<messageId>.response.json`` for the answer's data, and
``customData.json`` for the objects of that name. It is read once into a table; a name from the wire is only looked up.
"""

import json
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain, islice
from typing import Any
from urllib.parse import unquote

from inspector.protocol import schema_words
from inspector.protocol.fields import text
from inspector.protocol.finding import Fault
from inspector.protocol.json_places import pointer
from inspector.protocol.json_text import JsonFault, parse
from inspector.protocol.schema import MOST, Part, Violation, compiled, judged
from inspector.protocol.seen import Seen

TRANSFER = "DataTransfer"

LARGEST = 4 * 2**20
"""Bytes that the file of a schema may have."""

_CUSTOM = "customData"
_RESPONSE = ".response"

Key = tuple[str, str, Part]
"""Vendor and message in lower case (1.6 calls both case-insensitive), and which half of the exchange."""


class VendorSchemaError(Exception):
    """A folder or a file that can't be used; the text is one line that names it."""


@dataclass(frozen=True, slots=True)
class VendorSchema:
    """One schema of a vendor. ``name`` is the vendor's id and the file's name without its ending."""

    name: str
    document: Any
    validator: Any

    def violations(self, value: Any) -> list[Violation]:
        """Return the failed keywords of a value; none for one the validator can't take (lone surrogates)."""
        try:
            return [] if self.validator.is_valid(value) else judged(self.validator, value)
        except (ValueError, UnicodeError):
            return []


class Vendors:
    """The vendors' schemas that a session is checked against."""

    def __init__(self, schemas: dict[Key, VendorSchema]) -> None:
        self._schemas = schemas
        self._has_custom = any(message == _CUSTOM.lower() for _, message, _ in schemas)

    def __len__(self) -> int:
        return len(self._schemas)

    def __or__(self, other: "Vendors") -> "Vendors":
        return Vendors({**self._schemas, **other._schemas})

    def check(self, seen: Seen) -> Sequence[Fault]:
        """Find what is wrong with vendors' data in a frame whose action is known."""
        raw, is_transfer = seen.frame.raw, seen.action == TRANSFER
        custom = self._has_custom and ('"customData"' in raw if isinstance(raw, str) else b'"customData"' in raw)
        if not (custom or is_transfer):  # nearly always
            return ()
        faults = [self._transferred(seen)] if is_transfer else []
        if custom:
            faults += (self._customised(*found) for found in _custom(seen.frame.payload, (seen.frame.payload_at,)))
        return list(islice(chain.from_iterable(faults), MOST))

    def _transferred(self, seen: Seen) -> Iterator[Fault]:
        """Check the data of a DataTransfer, or of the answer to one."""
        payload = seen.frame.payload
        asked = payload if seen.part is Part.REQUEST else seen.call and seen.call.payload
        schema = self._find(text(asked, "vendorId"), text(asked, "messageId"), seen.part)
        if schema is None or not isinstance(payload, dict) or "data" not in payload:
            return
        data, place = payload["data"], (seen.frame.payload_at, "data")
        found = schema.violations(data)
        inner = _parsed(data) if found else None
        if inner is None:
            yield from (_fault(schema, data, violation, (*place, *violation.path)) for violation in found)
            return
        for violation in schema.violations(inner):
            where = f" (at {pointer(violation.path)} of the text)" if violation.path else ""
            yield _fault(schema, inner, violation, place, where)

    def _customised(self, value: dict[str, Any], place: tuple[str | int, ...]) -> Iterator[Fault]:
        schema = self._find(text(value, "vendorId"), _CUSTOM, Part.REQUEST)
        if schema is not None:
            for violation in schema.violations(value):
                yield _fault(schema, value, violation, (*place, *violation.path))

    def _find(self, vendor: str | None, message: str | None, part: Part) -> VendorSchema | None:
        return self._schemas.get(((vendor or "").lower(), (message or "").lower(), part))


def _custom(payload: Any, at: tuple[str | int, ...]) -> Iterator[tuple[dict[str, Any], tuple[str | int, ...]]]:
    """Yield each ``customData`` object below a value, and where it stands."""
    waiting = deque([(payload, at)])
    while waiting:
        value, place = waiting.popleft()
        if isinstance(value, dict):
            if place[-1] == _CUSTOM:
                yield value, place
            waiting.extend((inner, (*place, key)) for key, inner in value.items() if isinstance(inner, dict | list))
        elif isinstance(value, list):
            waiting.extend(
                (inner, (*place, index)) for index, inner in enumerate(value) if isinstance(inner, dict | list)
            )


def _parsed(data: Any) -> Any:
    """Return what JSON text in a string holds, None for what is no such text."""
    try:
        return parse(data)[0] if isinstance(data, str) else None
    except JsonFault:
        return None


def _fault(
    schema: VendorSchema, value: Any, violation: Violation, place: tuple[str | int, ...], where: str = ""
) -> Fault:
    root = schema.document if isinstance(schema.document, dict) else {}
    whole = _CUSTOM if schema.name.endswith(f"/{_CUSTOM}") else "data"
    words = schema_words.message(root, value, violation, whole)
    return Fault(
        "S004",
        f"{words}{where}, says the vendor schema {schema.name}",
        pointer(place),
        schema_words.hint(root, value, violation),
    )


@cache
def shipped() -> Vendors:
    """Return the schemas that come with this program."""
    return read(resources.files("inspector.schemas").joinpath("vendor"))


def read(folder: Traversable) -> Vendors:
    """Read a folder of vendors' schemas. Raises :class:`VendorSchemaError` if it or a file in it can't be used."""
    schemas: dict[Key, VendorSchema] = {}
    for vendor in _entries(folder):
        for file in _entries(vendor) if vendor.is_dir() else ():
            if not file.name.endswith(".json"):
                continue
            key, schema = _key(vendor.name, file.name), _read(f"{vendor.name}/{file.name}", file)
            if key in schemas:
                raise VendorSchemaError(f"{file}: {schemas[key].name} is the same but for upper and lower case")
            schemas[key] = schema
    if not schemas:
        raise VendorSchemaError(f"{folder}: no vendor schemas in it, which would be <vendorId>/<messageId>.json")
    return Vendors(schemas)


def _entries(folder: Traversable) -> list[Traversable]:
    try:
        return sorted((entry for entry in folder.iterdir() if entry.name[:1] != "."), key=lambda entry: entry.name)
    except OSError as error:
        raise VendorSchemaError(f"{folder}: {error.strerror}") from error


def _key(vendor: str, file: str) -> Key:
    """Turn names of files, percent-encoded where a file system asks for it, into those of the wire."""
    name = file.removesuffix(".json")
    part = Part.RESPONSE if name.endswith(_RESPONSE) else Part.REQUEST
    return unquote(vendor).lower(), unquote(name.removesuffix(_RESPONSE)).lower(), part


def _bytes(file: Traversable) -> bytes:
    """Read a file that has an end; a pipe or a device may have none."""
    if not file.is_file():
        raise VendorSchemaError(f"{file}: not a regular file")
    with file.open("rb") as stream:
        content: bytes = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise VendorSchemaError(f"{file}: too large, a schema may have {LARGEST // 2**20} MiB")
    return content


def _read(name: str, file: Traversable) -> VendorSchema:
    try:
        document = json.loads(_bytes(file).decode("utf-8-sig"))
        return VendorSchema(name.removesuffix(".json"), document, compiled(document))
    except OSError as error:
        raise VendorSchemaError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise VendorSchemaError(f"{file}: not UTF-8") from error
    except json.JSONDecodeError as error:
        raise VendorSchemaError(f"{file}: not JSON: {error}") from error
    except (ValueError, TypeError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise VendorSchemaError(f"{file}: not a JSON schema: {reason}") from error
