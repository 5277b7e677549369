"""R: exchanges. A CALL has one answer, an answer has one CALL."""

from inspector.protocol.finding import Fault, Rule, Severity
from inspector.protocol.ledger import OpenCall

_J = "OCPP-J 1.6 section 4.1, OCPP 2.x part 4 section 4.1"

RULES = (
    Rule(
        "R001",
        "unanswered-call",
        Severity.ERROR,
        "A CALL had no answer within the patience of its sender.",
        "The sender may send nothing else until it gives up: everything behind it waits.",
        "Look at the receiver's log for this message id; it must answer each CALL, with an error if need be.",
        _J,
    ),
    Rule(
        "R002",
        "orphan-answer",
        Severity.ERROR,
        "An answer belongs to no open CALL.",
        "The id was changed or used twice, or the answer came a second time: the real CALL stays open.",
        "Answer with the very id of the CALL, once.",
        _J,
    ),
    Rule(
        "R003",
        "cut-off-call",
        Severity.INFO,
        "The session ended while a CALL was open.",
        "Nobody knows whether it was carried out; the sender should send it again.",
        "See who closed the connection, and whether this CALL is what made it close.",
        _J,
    ),
)


def unanswered(call: OpenCall, patience_ns: int) -> Fault:
    """Describe a CALL nobody answered in time."""
    seconds = f"{patience_ns / 1e9:.3g}"
    return Fault(
        "R001",
        f"{call.action} had no answer within {seconds} s",
        hint=f"the {call.sender.peer.label} owes it",
    )


def orphan(message_id: str) -> Fault:
    """Describe an answer to nothing."""
    return Fault("R002", f"no open CALL has the id {message_id[:40]}", "/1", "already answered, or never asked")


def cut_off(call: OpenCall, time_ns: int) -> Fault:
    """Describe a CALL that the end of the session overtook."""
    seconds = max(0.0, (time_ns - call.time_ns) / 1e9)
    return Fault("R003", f"the session ended {seconds:.1f} s after {call.action}, before its answer")
