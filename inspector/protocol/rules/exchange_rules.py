"""R: exchanges, the rows: what each code means. ``exchanges`` raises them."""

from inspector.protocol.finding import Rule, Severity

_J = "OCPP-J 1.6 section 4.1, OCPP 2.x part 4 section 4.1"
_IDS = "OCPP-J 1.6 section 4.1.4, OCPP 2.x part 4 section 4.1.4"
_ONE = "OCPP-J 1.6 section 4.1.1, OCPP 2.x part 4 section 4.1.1"

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
        "An answer, or an error about an answer, belongs to no CALL.",
        "The id was changed or made up: the real CALL stays open.",
        "Answer with the very id of the CALL.",
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
    Rule(
        "R004",
        "second-answer",
        Severity.ERROR,
        "A CALL was answered a second time.",
        "The receiver may take the second answer for that of its next CALL.",
        "Answer each CALL once; look for a retry or a second handler on the answering side.",
        _J,
    ),
    Rule(
        "R005",
        "late-answer",
        Severity.WARNING,
        "An answer came after the sender of its CALL had given up waiting, or had gone on to the next.",
        "The sender may have dropped the CALL: it counts as failed although it was carried out, and is sent again.",
        "Make the answering side faster, or the timeout of the asking side longer.",
        _ONE,
    ),
    Rule(
        "R006",
        "one-behind",
        Severity.WARNING,
        "Answers come one request late: each is slow, and comes only after the next CALL was sent.",
        "Either one slow answer has put the two sides out of step, and every exchange after it times out, or the"
        " sender does not wait for answers at all.",
        "Look for the first slow answer; reconnecting puts the sides in step again.",
        _ONE,
    ),
    Rule(
        "R007",
        "id-used-again",
        Severity.WARNING,
        "A CALL was sent again under its id while it was open.",
        "Some receivers carry out both, others answer only one. Newer texts of the standard allow a retry to keep its"
        " id, older ones ask for a new id each time.",
        "Wait for the answer or the timeout before a retry.",
        _IDS,
    ),
    Rule(
        "R008",
        "id-of-another-call",
        Severity.ERROR,
        "Two different CALLs of one sender have the same id.",
        "An answer may be matched with the wrong one, and a receiver that drops retries drops the second.",
        "Give each CALL an id of its own: a UUID, or a counter that is not reset while connected.",
        _IDS,
    ),
    Rule(
        "R009",
        "calls-at-once",
        Severity.WARNING,
        "A CALL was sent while an earlier one of the same sender waited for its answer.",
        "Small stations drop the second, or the connection. The standard says one open CALL for each sender; some"
        " read it as one for both together. Said once for each side of a session.",
        "Queue CALLs and send the next when the answer is in or has timed out.",
        _ONE,
    ),
    Rule(
        "R010",
        "error-to-an-answer",
        Severity.ERROR,
        "A CALLERROR answers an answer.",
        "Only a CALL can be refused: the other side has nothing to match it with.",
        "Log an answer that can't be read and don't reply to it; in OCPP 2.1 reply with a CALLRESULTERROR.",
        "OCPP-J 1.6 section 4.2.3, OCPP 2.1 part 4 section 4.2.4",
    ),
    Rule(
        "R011",
        "wrong-sender",
        Severity.ERROR,
        "The action is not for this side to send.",
        "The receiver answers NotImplemented or NotSupported.",
        "See `ocpp-inspector schema` for who sends what.",
        "the list of messages of the version",
    ),
    Rule(
        "R012",
        "poison-message",
        Severity.WARNING,
        "The same CALL failed three times: it was refused, not answered, or cut off by the end of the session.",
        "It may fail for ever, and what is queued behind it never leaves: the station looks online and does nothing."
        " Either it is wrong and must be mended or dropped, or the receiver should take it.",
        "Look at the first failure, which the message names.",
        "OCPP 1.6 section 3.7.1, OCPP 2.x part 4 section 4.1",
    ),
    Rule(
        "R013",
        "slow-answer",
        Severity.INFO,
        "An answer took more than a third of its sender's patience.",
        "A little more load and it comes too late.",
        "Look at what the answering side does before it answers.",
        _ONE,
    ),
    Rule(
        "R014",
        "not-understood",
        Severity.WARNING,
        'A CALLERROR with the id "-1" says that a message could not be read.',
        "The sender of that message does not learn which one it was, and waits for its answer in vain.",
        "Look at the last frames of the other side, above all at its framing findings.",
        "OCPP 2.x part 4 section 4.2.3",
    ),
)
