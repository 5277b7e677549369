"""H: the handshake and the connection."""

from inspector.protocol.event import Opened
from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.rules.family import Family
from inspector.protocol.version import SUBPROTOCOLS, Version

RULES = (
    Rule(
        "H001",
        "guessed-version",
        Severity.WARNING,
        "No known subprotocol was negotiated; the version is guessed from the payloads.",
        "Without ocpp1.6, ocpp2.0.1 or ocpp2.1 in Sec-WebSocket-Protocol many servers refuse the station,"
        " and both sides may think of different versions.",
        "Set the subprotocol on the side that leaves it out.",
        "OCPP-J 1.6 section 3.2, OCPP 2.x part 4 section 3.2",
    ),
)


def guessed(version: Version, opening: Opened | None) -> Fault:
    """Describe a session whose version had to be guessed; frames without a handshake have no subprotocol to mend."""
    if opening is None:
        return Fault("H001", f"no version was given; this looks like OCPP {version}")
    if opening.subprotocol:
        said = f"the subprotocol {opening.subprotocol[:40]} is none of {', '.join(SUBPROTOCOLS)}"
    else:
        said = "no subprotocol was negotiated"
    return Fault("H001", f"{said}; this looks like OCPP {version}", hint=f"negotiate ocpp{version}")


class Handshake(Family):
    """Looks at how a session began."""
