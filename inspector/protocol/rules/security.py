"""X: secrets in the clear and doors left open. No finding ever quotes a secret."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urlsplit

from inspector.protocol import timestamp
from inspector.protocol.context import Context
from inspector.protocol.event import Opened, Tls
from inspector.protocol.finding import Blame, Fault, Rule, Severity
from inspector.protocol.knowledge.credentials import SENT, SHORTEST, TOLD, TYPED, basic_auth
from inspector.protocol.knowledge.recorder import FIRST_TRUSTED_NS
from inspector.protocol.knowledge.remembered import Once, remembered
from inspector.protocol.rules.family import REQUEST, RESPONSE, Family, Handler
from inspector.protocol.schema import Part
from inspector.protocol.seen import Seen
from inspector.protocol.version import Party, Version

RULES = (
    Rule(
        "X001",
        "basic-auth-in-the-clear",
        Severity.WARNING,
        "The station's password travels over ws:// without TLS. Said once for each station.",
        "Whoever sees the traffic can pretend to be the station. Inside a VPN that is tolerable: the standard allows it"
        " in trusted networks only.",
        "Use wss://, security profile 2 or 3.",
        "OCPP 1.6 security whitepaper A00.FR.201 and 206, OCPP 2.x part 2 A00.FR.201 and 206",
        Blame.STATION,
    ),
    Rule(
        "X002",
        "short-password",
        Severity.WARNING,
        f"The password of a station has less than {SHORTEST} characters.",
        "It can be guessed. The security profiles forbid it; OCPP 1.6 without them does not.",
        f"Set a random password of at least {SHORTEST} characters; for OCPP 1.6 20 random bytes, written as hex.",
        "OCPP 1.6 security whitepaper A00.FR.205, OCPP 2.x part 2 A00.FR.205",
    ),
    Rule(
        "X003",
        "hex-key-sent",
        Severity.INFO,
        "The station sends its password as hex digits. Said once for each station.",
        "In OCPP 1.6 AuthorizationKey is the hex form of the password, and what is sent are the bytes: a CSMS that"
        " keeps to that refuses the station. It may also be a password that happens to be of hex digits.",
        "Decode AuthorizationKey from hex before it is sent; compare with what the CSMS expects.",
        "OCPP-J 1.6 section 6.2, OCPP 1.6 security whitepaper section 7.2",
        Blame.STATION,
    ),
    Rule(
        "X004",
        "secret-in-the-clear",
        Severity.WARNING,
        "A password, key or PIN is in a message over ws:// without TLS. Said once for each action.",
        "Whoever sees the traffic can use it. Inside a VPN that is tolerable.",
        "Use wss://, security profile 2 or 3, before setting secrets; replace this one.",
        "OCPP 1.6 security whitepaper A00.FR.206, OCPP 2.x part 2 A00.FR.206 and C04",
    ),
    Rule(
        "X005",
        "secret-read-back",
        Severity.ERROR,
        "The station tells a secret that can only be written. Said once for each action.",
        "The CSMS keeps it in its configuration in clear text, and so does every log on the way.",
        "Leave the key out of the answer, or give it no value.",
        "OCPP 1.6 security whitepaper section 7.2, OCPP 2.x part 2 SecurityCtrlr.BasicAuthPassword",
        Blame.STATION,
    ),
    Rule(
        "X006",
        "tls-too-old",
        Severity.WARNING,
        "A connection uses a version of TLS below 1.2. Said once for each station.",
        "It can be broken. OCPP 2.x forbids it; OCPP 1.6 allows it to stations that can do no better.",
        "Update the side that is named, and allow TLS 1.2 and 1.3 only.",
        "OCPP 1.6 security whitepaper A00.FR.312, OCPP 2.x part 2 A00.FR.313",
    ),
    Rule(
        "X007",
        "certificate-ended",
        Severity.ERROR,
        "The server's certificate has ended. Said once for each station.",
        "A station that checks it, as it has to, does not connect.",
        "Renew the certificate, and see why that did not happen by itself.",
        "OCPP 1.6 security whitepaper A00.FR.307 and 309, OCPP 2.x part 2 A00.FR.308 and 310",
    ),
    Rule(
        "X008",
        "certificate-ending",
        Severity.WARNING,
        "The server's certificate ends within a month. Said once for each station.",
        "When it has, all stations that check it stay away, at the same moment.",
        "Renew it now; see that the stations know the root of the new one.",
        "OCPP 1.6 security whitepaper A00.FR.307, OCPP 2.x part 2 A00.FR.308",
    ),
)

SOON_NS = 30 * 86_400 * 1_000_000_000
"""So long before its end a certificate should be renewed."""

_OLD = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.0", "TLSv1.1"})
"""As OpenSSL writes them."""


class _Told(Once):
    """What was said of a station already, in whatever session."""


class Security(Family):
    """Watches the doors of one session."""

    __slots__ = ("_is_plain", "_once")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._is_plain = False
        self._once = Once()

    def opened(self, event: Opened) -> Iterator[Fault]:
        """Look at the handshake: the password in it, and how each leg is encrypted."""
        self._is_plain = is_plain(event.upstream)
        once = remembered(self.context, _Told)
        for fault in (*self._authorized(event), *(each for leg in event.tls for each in _leg(leg, event.time_ns))):
            if once(fault.code, fault.message):
                yield fault

    def _authorized(self, event: Opened) -> Iterator[Fault]:
        auth = basic_auth(event)
        if auth is None:
            return
        if self._is_plain:
            yield Fault("X001", f"Basic Auth to {urlsplit(event.upstream).hostname} over ws://")
        if auth.length is not None and auth.length < SHORTEST:
            yield Fault("X002", self._short(auth.length), blame=Blame.STATION)
        if auth.is_hex and self.context.version is Version.V16:
            yield Fault("X003", f"the password is {auth.length} hex digits")

    def _short(self, length: int) -> str:
        words = f"the password has {length} characters"
        if self.context.version is not Version.V16:
            return f"{words}; it must have {SHORTEST} at least"
        return (
            f"{words}; with the security extensions of 1.6 it must have {SHORTEST} at least, without them any will do"
        )

    def _typed(self, seen: Seen) -> Iterable[Fault]:
        """Look at a CALL that may hold what a driver typed."""
        return self._sent(seen) if self._is_plain else ()

    def _sent(self, seen: Seen) -> Iterator[Fault]:
        """Look at a CALL that may hold a secret."""
        for secret in SENT[seen.action or ""](seen.frame.payload):
            length = secret.password_length
            if length is not None and length < SHORTEST:
                yield Fault("X002", self._short(length), secret.pointer)
            if self._is_plain and self._once("X004", seen.action):
                yield Fault("X004", f"a secret in {seen.action}", secret.pointer)

    def _told(self, seen: Seen) -> Iterable[Fault]:
        """Look at what a station tells of itself."""
        pointer = next(TOLD[seen.action or ""](seen.frame.payload), None)
        if pointer is None or seen.sender is not Party.STATION or not self._once("X005", seen.action):
            return ()
        return (Fault("X005", f"a secret in what {seen.action} brought", pointer),)

    HEARS: ClassVar[Mapping[tuple[str, Part], Handler]] = {
        **dict.fromkeys(((action, REQUEST) for action in SENT), _sent),
        **dict.fromkeys(((action, REQUEST) for action in TYPED), _typed),
        ("GetConfiguration", RESPONSE): _told,
        ("GetVariables", RESPONSE): _told,
        ("NotifyReport", REQUEST): _told,
    }


def is_plain(upstream: str) -> bool:
    """Tell whether an address is one without TLS on another machine."""
    try:
        parts = urlsplit(upstream)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "ws" and bool(host) and not _is_loopback(host)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _leg(leg: Tls, now_ns: int) -> Iterator[Fault]:
    """Look at one leg; the server on the station's is the proxy."""
    if leg.version in _OLD:
        yield Fault("X006", f"{leg.version} to the {leg.leg.label}", blame=Blame(leg.leg.value))
    ends_ns = leg.certificate_ends_ns
    if ends_ns is None or now_ns < FIRST_TRUSTED_NS or not 0 < ends_ns < now_ns + SOON_NS:
        return
    whose, blame = ("CSMS", Blame.CSMS) if leg.leg is Party.CSMS else ("proxy", Blame.PROXY)
    day = timestamp.write(ends_ns)[:10]
    if ends_ns <= now_ns:
        yield Fault("X007", f"the certificate of the {whose} ended on {day}", blame=blame)
    else:
        yield Fault("X008", f"the certificate of the {whose} ends on {day}", blame=blame)
