"""The demo from the outside: the field and the proxy as child processes, and their clean end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from inspector.demo.field import BEATS
from inspector.errors import InspectorError
from inspector.proxy.child import START_SECONDS, Child


class Demo:
    """Starts the field and the proxy on entry, stops both on exit. No process outlives this one.

    ``complaints`` is what they had to say on standard error, once they are stopped.
    """

    def __init__(self, capture: Path, seconds: float) -> None:
        self.capture = capture
        self.children: list[Child] = []
        self.complaints = ""
        self._seconds = seconds

    def __enter__(self) -> Self:
        try:
            self._field = self._start("-m", "inspector.demo.field", str(self._seconds))
            csms = self._field.read()["csms"]
            patience = 2 * self._seconds / BEATS
            where = ("--upstream", csms, "--listen", "127.0.0.1:0", "--capture", str(self.capture), "--append")
            how = ("--patience", str(patience), "--stop-at-eof")
            self._proxy = self._start("-m", "inspector", "proxy", *where, *how)
            self._field.write(self._proxy.read()["listening"])
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait(self) -> None:
        """Wait until the stations are through."""
        result = self._field.read(START_SECONDS + 4 * self._seconds)
        if not result.get("done"):
            raise InspectorError(f"the demo's stations failed: {result.get('error')}")

    def news(self) -> Iterator[dict[str, Any]]:
        """Yield what the proxy has said since, without waiting."""
        return self._proxy.news()

    def stop(self) -> None:
        """End the field first, so that the sessions close as the stations close them; then the proxy."""
        self.complaints += "\n".join(filter(None, [child.stop() for child in self.children]))
        self.children.clear()

    def _start(self, *arguments: str) -> Child:
        child = Child(*arguments)
        self.children.append(child)
        return child
