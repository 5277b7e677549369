"""What the CSMS says before its answer passes on, and is not taken for the answer."""

import re
from collections.abc import Generator
from typing import Any

from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers.http._http1 import Http1Client

from inspector.proxy.upgrades import head

_INTERIM = re.compile(rb"HTTP/1\.\d 1(?!01)\d\d\b")
"""How an answer begins that another one follows (RFC 9110 section 15.2)."""


class Answers(Http1Client):
    """mitmproxy's side of HTTP towards the CSMS, which waits for the final answer."""

    def read_headers(self, event: events.ConnectionEvent) -> Generator[commands.Command, Any, None]:
        """Pass on the heads that come before the one mitmproxy is to read."""
        if isinstance(event, events.DataReceived) and self.request is not None:
            while (lines := head(self.buf)) and _INTERIM.match(lines[0]):
                self.buf.maybe_extract_lines()
                yield commands.SendData(self.context.client, b"".join(line + b"\r\n" for line in [*lines, b""]))
        yield from super().read_headers(event)
