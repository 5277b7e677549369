"""What of the settings can be tried before anything runs: a fault is told by the option that has it."""

from collections.abc import Callable, Iterator
from functools import partial

from inspector.errors import InspectorError
from inspector.proxy.settings import Encryption, Settings
from inspector.proxy.tls import client_certificates, station_context, upstream_context
from inspector.store.keeper import Keeping, check_rotation
from inspector.store.schema import check
from inspector.store.series import place
from inspector.store.vendor_folder import vendors


def faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each option that can't be used, by click's name, and why; with any of them the proxy does not start."""
    told = set()
    for option, attempt in _attempts(settings):
        try:
            attempt()
        except InspectorError as error:
            told.add(option)
            yield option, str(error)
    yield from ((option, words) for option, words in _idle(settings) if option not in told)


def _idle(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each option for TLS that was given where there is none, and why it has no effect."""
    encryption = settings.encryption
    with_stations = {
        "station_ca": encryption.station_ca,
        "cert": encryption.certificate,
        "tls_min": encryption.oldest != Encryption().oldest,
        "ciphers": encryption.ciphers,
    }
    with_csms = {
        "upstream_ca": encryption.upstream_ca,
        "client_cert": encryption.client_certificate,
        "insecure_upstream": encryption.insecure_upstream,
    }
    for options, used, why in (
        (with_stations, any(listener.takes_tls for listener in settings.listeners), "every --listen is ws://"),
        (with_csms, any(upstream.secure for upstream in settings.upstreams), "no --upstream or --route is wss://"),
    ):
        for option, given in options.items():
            if given and not used:
                yield option, f"--{option.replace('_', '-')} has no effect: {why}"


def _attempts(settings: Settings) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is to be tried, each alone, so that it is clear whose fault it is."""
    encryption, keeping = settings.encryption, settings.keeping
    ciphers = Encryption(oldest=encryption.oldest, ciphers=encryption.ciphers)
    yield "schemas", partial(vendors, keeping.schemas)
    yield "rotate_size", partial(check_rotation, keeping)
    yield "capture", partial(_try_capture, keeping)
    yield "ciphers", partial(station_context, None, ciphers)
    yield "station_ca", partial(station_context, None, Encryption(station_ca=encryption.station_ca))
    yield "cert", partial(station_context, encryption.certificate, Encryption())
    yield "upstream_ca", partial(upstream_context, Encryption(upstream_ca=encryption.upstream_ca), None)
    for file in client_certificates(encryption.client_certificate):
        yield "client_cert", partial(upstream_context, Encryption(), file)


def _try_capture(keeping: Keeping) -> None:
    """Raise :class:`InspectorError` where a file is in the way that is no capture."""
    path = place(keeping.capture, append=keeping.append)
    if path.exists() and (path.is_dir() or path.stat().st_size):
        check(path)
