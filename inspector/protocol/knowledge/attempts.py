"""Attempts that came to nothing without an answer of the CSMS: what the proxy says of them, and who must act."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from inspector.protocol.event import Closed, Opened
from inspector.protocol.finding import Blame, Fault

LONGEST_REASON = 200
"""Characters of the proxy's reason that a message repeats."""


class _Cause(NamedTuple):
    """Who must act, and what to do."""

    blame: Blame
    fix: str


_CAUSES: Sequence[tuple[str, _Cause]] = (
    (
        "trust this proxy",
        _Cause(
            Blame.PROXY,
            "install in the station what `ocpp-inspector ca` prints, or let the proxy show a certificate that the"
            " station trusts (--cert)",
        ),
    ),
    (r"\(--tls-min\)", _Cause(Blame.PROXY, "update the station's TLS; until then --tls-min lets it in")),
    (r"\(--ciphers\)", _Cause(Blame.PROXY, "let the proxy take a cipher of the station's")),
    (
        "no TLS came to be with the (?:station|CSMS)",
        _Cause(Blame.NETWORK, "try again, and compare the TLS settings of both"),
    ),
    (
        "the station's certificate is not accepted|the station showed no certificate",
        _Cause(Blame.STATION, "give the station a certificate of the authority in --station-ca, valid today"),
    ),
    (
        "TLS on the port for plain text",
        _Cause(Blame.STATION, "write ws:// in the station's URL, or let the proxy listen with wss://"),
    ),
    (
        "plain text on the TLS port",
        _Cause(Blame.STATION, "write wss:// in the station's URL, or let the proxy listen with ws://"),
    ),
    ("is another station's", _Cause(Blame.STATION, "open a connection of its own for each station")),
    ("lacks its header Upgrade", _Cause(Blame.STATION, "let the station ask for an upgrade (RFC 6455 section 4.1)")),
    (
        "begins like TLS and is none|the request is no HTTP|the head of the request is longer|the request asks for no",
        _Cause(Blame.STATION, "see what it is that connects here"),
    ),
    (
        "the station (?:(?:said nothing|sent no whole request) within|left before its ClientHello)",
        _Cause(Blame.NETWORK, "see what it is that connects here, and whether all that it sends arrives"),
    ),
    (
        "client certificate",
        _Cause(Blame.PROXY, "give the proxy the certificate by which the CSMS knows the station (--client-cert)"),
    ),
    ("can't read its certificates", _Cause(Blame.PROXY, "its standard error says which file, and why")),
    (r"\(--upstream-ca ", _Cause(Blame.PROXY, "if that is the right CSMS, name its authority to the proxy")),
    ("is it ws://", _Cause(Blame.PROXY, "mend the scheme, or the port, of the proxy's --upstream")),
    ("the CSMS's certificate has expired", _Cause(Blame.CSMS, "its operator must renew it")),
    ("the CSMS's certificate is not valid yet", _Cause(Blame.CSMS, "compare its dates with this machine's clock")),
    (
        "the CSMS's certificate is not for",
        _Cause(Blame.PROXY, "write in the proxy's --upstream a name that is in the certificate, or have it put there"),
    ),
    ("the CSMS takes none of TLS", _Cause(Blame.CSMS, "its operator must update its TLS")),
    ("what the CSMS answered is no HTTP", _Cause(Blame.CSMS, "see what it is that answers at the proxy's --upstream")),
    ("can't be resolved", _Cause(Blame.NETWORK, "see the host name in the proxy's --upstream, and this machine's DNS")),
    ("the CSMS gave no answer", _Cause(Blame.CSMS, "it takes connections and does not answer: its log tells why")),
    ("nothing answers at", _Cause(Blame.NETWORK, "see its host name, port, and the firewalls on the way")),
)
"""A pattern in the reason that the proxy gives, and what it means."""

_BY: dict[str, _Cause] = {
    Blame.STATION: _Cause(
        Blame.NETWORK, "see whether the CSMS answers in time, and whether the station trusts whom it meets"
    ),
    Blame.CSMS: _Cause(Blame.CSMS, "its log tells why"),
    Blame.NETWORK: _Cause(Blame.NETWORK, "see its host name, port and firewall"),
}
"""By who ended it, where the reason tells no more."""

_NOBODY = _Cause(Blame.NETWORK, "see whether the CSMS runs and the way to it is open")


def turned_away(end: Closed) -> Fault | None:
    """Say what a station must do, or the proxy's user, so that the proxy lets it in.

    None where it was stopped, where a rule of its own tells what was asked for, and where no station asks so.
    """
    cause = _known(end.reason)
    return None if cause is None else Fault("H009", end.reason[:LONGEST_REASON], hint=cause.fix, blame=cause.blame)


def unanswered(opening: Opened, end: Closed) -> Fault:
    """Say why a handshake got no answer, or never came: who ended it gave a reason, or did not."""
    reason = end.reason[:LONGEST_REASON]
    if end.by == Blame.NETWORK and reason:
        what = "the CSMS could not be reached"
    elif end.by == Blame.STATION and not opening.path:
        what = "no handshake came"
    else:
        what = "no answer came to the handshake"
    cause = _known(reason) or (_BY.get(end.by, _NOBODY) if reason or end.by != Blame.NETWORK else _NOBODY)
    return Fault("H009", f"{what}{reason and f': {reason}'}", hint=cause.fix, blame=cause.blame)


def _known(reason: str) -> _Cause | None:
    return next((cause for sign, cause in _CAUSES if re.search(sign, reason)), None)
