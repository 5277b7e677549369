"""The user's own editor for a piece of text."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from inspector.errors import InspectorError


def edited(text: str, ending: str = ".json") -> str:
    """Let the user edit a text in ``$VISUAL`` or ``$EDITOR``, and return it. Raises :class:`InspectorError`.

    The file is only the user's, and gone afterwards. The end of line that editors add at the end is taken off again.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        with tempfile.TemporaryDirectory(prefix="ocpp-inspector-") as folder:
            path = Path(folder) / f"frame{ending}"
            path.write_text(text, "utf-8", errors="surrogatepass", newline="")
            code = subprocess.run([*shlex.split(command), str(path)], check=False).returncode  # noqa: S603 - the user's own choice
            if code:
                raise InspectorError(f"{command}: ended with code {code}; nothing is changed")
            made = path.read_bytes().decode("utf-8", "surrogatepass")
    except ValueError as error:
        raise InspectorError(f"{command}: {error}; nothing is changed") from error
    except OSError as error:
        raise InspectorError(f"{command}: can't be run: {error.strerror}; nothing is changed") from error
    return made.removesuffix("\n") if not text.endswith("\n") else made
