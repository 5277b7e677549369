"""The schemas of vendors' data that a command checks against: those that came with the program, and a folder's."""

from pathlib import Path

from inspector.errors import InspectorError
from inspector.protocol.vendor import Vendors, VendorSchemaError, read, shipped


def vendors(folder: Path | None) -> Vendors:
    """Return all schemas; the folder's replace others of the same ids. Raises :class:`InspectorError` for a bad one."""
    try:
        return shipped() if folder is None else shipped() | read(folder)
    except VendorSchemaError as error:
        raise InspectorError(str(error)) from error
