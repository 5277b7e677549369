"""The whole examination: the machine, its ports and certificate, the way to each CSMS, and what the station needs."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from inspector.doctor import advice, certificate, csms, machine
from inspector.doctor.check import Check, State
from inspector.errors import InspectorError
from inspector.proxy.address import Listener, Upstream
from inspector.proxy.authority import Authority, usual_folder
from inspector.proxy.settings import Encryption, Settings
from inspector.proxy.tls import Certificates, client_certificate, station_context, upstream_context


def examine(settings: Settings, station: str) -> Iterator[Check]:
    """Yield each check as it is done: what a proxy with these settings would meet, for a station with this id."""
    yield from (machine.listening(listener.host, listener.port) for listener in settings.listeners)
    yield from _shown_to_stations(settings)
    for upstream in dict.fromkeys((settings.upstream, *(route.upstream for route in settings.routes))):
        yield from _upstream(settings, upstream, station)
    yield machine.disk(settings.keeping.capture)
    yield machine.files()
    yield from machine.synchronisation()
    yield from advice.advice(settings.listeners, settings.upstream)


def _upstream(settings: Settings, upstream: Upstream, station: str) -> Iterator[Check]:
    encryption = settings.encryption
    own = client_certificate(encryption.client_certificate, station)
    try:
        upstream_context(encryption, own)
    except InspectorError as error:
        yield Check("tls", State.ERROR, str(error), "the proxy would not start")
        return
    way = csms.Way(upstream, settings.listeners, encryption.upstream_ca, encryption.insecure_upstream, own, station)
    yield from csms.examine(way)


def _shown_to_stations(settings: Settings) -> Iterator[Check]:
    """Tell of the certificate that stations will see, if any may come with TLS."""
    encrypted = [listener for listener in settings.listeners if listener.takes_tls]
    given = settings.encryption.certificate
    if not encrypted:
        return
    try:
        if given is None:
            yield _authority(settings.encryption)
            return
        station_context(given, settings.encryption)
    except InspectorError as error:
        yield Check("certificate", State.ERROR, str(error), "the proxy would not start")
        return
    yield from certificate.own(given, [*_hosts(encrypted), socket.gethostname()])


def _authority(encryption: Encryption) -> Check:
    """Tell of the authority of our own. Where there is none yet, none is left behind."""
    with tempfile.TemporaryDirectory() as folder:
        there = _has_authority()
        authority = Authority(usual_folder() if there else Path(folder, "authority"))
        Certificates(encryption, authority).context("localhost")
    if not there:
        what = "for wss:// an authority is made when it is first needed"
        return Check("certificate", State.OK, what, "`ocpp-inspector ca` prints what the station must trust")
    state, what, _ = certificate.told(authority.certificate)
    what = f"for wss:// the station must trust what `ocpp-inspector ca` prints; {what}"
    return Check("certificate", state, what, advice.TRUST)


def _has_authority() -> bool:
    try:
        return (usual_folder() / "ca.pem").exists()
    except (OSError, RuntimeError):  # there may be no home at all
        return False


def _hosts(listeners: list[Listener]) -> list[str]:
    return list(dict.fromkeys(host for listener in listeners for host in advice.reachable(listener.host)))
