"""The whole examination: the machine, its ports and certificate, the way to each CSMS, and what the station needs."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress

from inspector.doctor import advice, certificate, csms, machine
from inspector.doctor.check import Check, State
from inspector.errors import InspectorError
from inspector.proxy.address import Listener, Upstream
from inspector.proxy.authority import Authority, usual_folder
from inspector.proxy.preparation import faults
from inspector.proxy.settings import Encryption, Settings
from inspector.proxy.tls import client_certificate, client_certificates, upstream_context

TRIED = {
    "schemas": "schemas",
    "rotate_size": "disk",
    "capture": "disk",
    "ciphers": "certificate",
    "station_ca": "certificate",
    "cert": "certificate",
    "tls_min": "certificate",
    "upstream_ca": "tls",
    "client_cert": "tls",
    "insecure_upstream": "tls",
}
"""The name of the check that tells of an option which can't be used."""


def examine(settings: Settings, station: str) -> Iterator[Check]:
    """Yield each check as it is done: what a proxy with these settings would meet, for a station with this id."""
    yield from machine.listening((listener.host, listener.port) for listener in settings.listeners)
    wrong = list(faults(settings))
    for option, words in wrong:
        yield Check(TRIED[option], State.ERROR, words, "the proxy would not start")
    failed = {TRIED[option] for option, _ in wrong}
    if "certificate" not in failed:
        yield from _shown_to_stations(settings)
    yield from _shown_to_csms(settings.encryption)
    for upstream in settings.upstreams:
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
    except InspectorError:  # which has been told
        return
    way = csms.Way(upstream, settings.listeners, encryption.upstream_ca, encryption.insecure_upstream, own, station)
    yield from csms.examine(way)


def _shown_to_csms(encryption: Encryption) -> Iterator[Check]:
    """Tell of the certificates that are shown to the CSMS what is not well with them; others tell of bad files."""
    for file in client_certificates(encryption.client_certificate):
        with suppress(OSError, ValueError):
            state, what, todo = certificate.told(certificate.first(file))
            if state is not State.OK:
                yield Check("tls", state, f"{file}: {what}", todo)


def _shown_to_stations(settings: Settings) -> Iterator[Check]:
    """Tell of the certificate that stations will see, if any may come with TLS."""
    encrypted = [listener for listener in settings.listeners if listener.takes_tls]
    given = settings.encryption.certificate
    if not encrypted:
        return
    if given is None:
        yield _authority()
        return
    yield from certificate.own(given, [*_hosts(encrypted), socket.gethostname()])


def _authority() -> Check:
    """Tell of the authority of our own. Where there is none yet, none is left behind."""
    try:
        folder = usual_folder()
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            with tempfile.TemporaryFile(dir=next(parent for parent in folder.parents if parent.exists())):
                what = "for wss:// an authority is made when it is first needed"
            return Check("certificate", State.OK, what, "`ocpp-inspector ca` prints what the station must trust")
        authority = Authority(folder)
    except (OSError, RuntimeError) as error:  # there may be no home at all
        what = f"the authority for wss:// can't be kept, each start makes another: {error}"
        return Check("certificate", State.WARNING, what, "say with XDG_DATA_HOME where it can be kept, or give --cert")
    except InspectorError as error:
        return Check("certificate", State.ERROR, str(error), "the proxy would not start")
    state, what, _ = certificate.told(authority.certificate)
    what = f"for wss:// the station must trust what `ocpp-inspector ca` prints; {what}"
    return Check("certificate", state, what, advice.TRUST)


def _hosts(listeners: list[Listener]) -> list[str]:
    return list(dict.fromkeys(host for listener in listeners for host in advice.reachable(listener.host)))
