"""Which CSMS a request goes to, and that it gets there as it was sent."""

from mitmproxy import http
from mitmproxy.net.http.url import hostport
from mitmproxy.websocket import WebSocketData

from inspector.proxy.address import bracketed
from inspector.proxy.opening import refused, station_of
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
        if ":" in upstream.host and "Host" in request.headers:
            address = bracketed(upstream.host.partition("%")[0])
            request.headers["Host"] = hostport(request.scheme, address, upstream.port)
        request.path = upstream.prefix + request.path

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Let a refusal pass as it comes: its body may be long, or never end."""
        if refused(flow):
            assert flow.response is not None
            flow.response.stream = True

    def response(self, flow: http.HTTPFlow) -> None:
        """Take an upgrade for what the CSMS says it is, also where the station named no version of WebSocket."""
        if flow.response is not None and flow.response.status_code == 101 and flow.websocket is None:
            flow.websocket = WebSocketData()
