"""What to set in the station, so that it comes through the proxy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from inspector.doctor.check import Check, State
from inspector.doctor.machine import ANYWHERE, addresses
from inspector.proxy.address import Listener, Upstream

PLACES = {
    "1.6": "its URL is in its web page or the installer's app; over OCPP only in a key of the vendor's",
    "2.x": "its URL is in a slot: SetNetworkProfile, that slot first in NetworkConfigurationPriority, then Reset",
}
"""Where a station has the URL of its CSMS (2.0.1 part 2, B09 and B10; 1.6 knows no key for it)."""

TRUST = "InstallCertificate as CSMSRootCertificate (1.6: CentralSystemRootCertificate), or the station's web page"
"""Where a station has the authorities it trusts (1.6 security whitepaper; 2.0.1 part 2, M05)."""


def reachable(host: str) -> list[str]:
    """Return the addresses by which stations reach a listener; its own for want of better."""
    return (addresses() or [host]) if host in ANYWHERE else [host]


def advice(listeners: Sequence[Listener], upstream: Upstream) -> Iterator[Check]:
    """Say which URL the station needs and where that is set; its id stays behind it."""
    urls = [url for listener in listeners for url in _urls(listener)]
    yield Check("station", State.OK, f"instead of {upstream.url.rstrip('/')}/ID it needs {' or '.join(urls)}")
    yield from (Check(f"station {version}", State.OK, place) for version, place in PLACES.items())


def _urls(listener: Listener) -> Iterator[str]:
    both = " (wss:// too)" if listener.takes_plain and listener.takes_tls else ""
    for host in reachable(listener.host):
        yield f"{replace(listener, host=host).url(listener.port)}/ID{both}"
