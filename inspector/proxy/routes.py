"""Which CSMS a request goes to, and that it gets there as it was sent."""

from mitmproxy import http
from mitmproxy.websocket import WebSocketData

from inspector.proxy.opening import station_of
from inspector.proxy.settings import Settings


class ToUpstream:
    """The mitmproxy add-on that sends each request to its CSMS, its path behind the prefix."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Set where the request goes; what the station sent stays as it was, but for the host."""
        request = flow.request
        upstream = self._settings.upstream_of(station_of(request.path), request.path)
        request.scheme = "https" if upstream.secure else "http"
        request.port = upstream.port
        request.host = upstream.host  # mitmproxy writes the header as well, where there is one
        request.path = upstream.prefix + request.path

    def response(self, flow: http.HTTPFlow) -> None:
        """Take an upgrade for what the CSMS says it is, also where the station named no version of WebSocket."""
        if flow.response is not None and flow.response.status_code == 101 and flow.websocket is None:
            flow.websocket = WebSocketData()
