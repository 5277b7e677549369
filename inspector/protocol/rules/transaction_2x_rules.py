"""T1: transactions of OCPP 2.x, the rows: what each code means. ``transactions_2x`` raises them."""

from inspector.protocol.finding import Blame, Rule, Severity

_SEQUENCE = "OCPP 2.x part 2 section E 1.3.2.1, E01.FR.07"
_COUNT = "Count from 0 at Started, add 1 for every event that is made, keep the count over a reboot."

RULES = (
    Rule(
        "T101",
        "seqno-gap",
        Severity.WARNING,
        "Sequence numbers were left out: events of the transaction are missing.",
        "Either events were lost or not counted right; or the station's memory was full while it was offline, when it"
        " may drop some of the events between Started and Ended; or they are sent again later.",
        _COUNT,
        _SEQUENCE,
    ),
    Rule(
        "T102",
        "seqno-repeated",
        Severity.ERROR,
        "Two different events of a transaction have the same sequence number.",
        "A CSMS that drops what it has already loses the second.",
        _COUNT + " An event that is sent again must say the same.",
        _SEQUENCE,
    ),
    Rule(
        "T103",
        "seqno-reset",
        Severity.ERROR,
        "The sequence number falls back within a transaction.",
        "A CSMS that sorts by it puts the event in the wrong place, or drops it as an old one.",
        _COUNT,
        _SEQUENCE,
    ),
    Rule(
        "T104",
        "started-twice",
        Severity.ERROR,
        "A transaction that runs was started again.",
        "The CSMS loses its start, or opens a second one that nobody ends.",
        "Send Started once; after a reboot go on with Updated, or send Ended and begin another transaction.",
        "OCPP 2.x part 2 use case E01, E01.FR.08",
    ),
    Rule(
        "T105",
        "event-after-ended",
        Severity.ERROR,
        "An event came after the Ended of its transaction.",
        "The bill is made: most CSMSs drop what comes now, some open the transaction again.",
        "Ended is the last event; send what is left to say in it, or before it.",
        "OCPP 2.x part 2 TransactionEventEnumType, use case E06",
    ),
    Rule(
        "T106",
        "ended-missing",
        Severity.WARNING,
        "A transaction has not ended, and must have: another started on its EVSE, the station itself says that it is"
        " over, or its cable is gone where others ended with that.",
        "Either it was never ended, as after a power cut, and stays open in the CSMS; or its Ended comes late,"
        " or went by where this capture did not see it. An EVSE has one transaction at a time.",
        "Keep open transactions over a reboot, and end each before the next starts.",
        "OCPP 2.x part 2 section E 1.1, use cases E06 and E14",
    ),
    Rule(
        "T107",
        "transaction-id-reused",
        Severity.ERROR,
        "A transaction starts with the id of one that ended.",
        "The CSMS adds it to the first, or drops it: somebody charges for nothing or pays for two.",
        "Make a UUID for each transaction.",
        "OCPP 2.x part 2 E01.FR.08",
    ),
    Rule(
        "T108",
        "first-event-not-started",
        Severity.WARNING,
        "The first event of a transaction has the sequence number 0, and is not Started.",
        "Either the station never sent Started, and the CSMS does not know the transaction; or it counts on from one"
        " transaction to the next, and began anew in the midst of one.",
        "Send Started first, with the sequence number 0.",
        "OCPP 2.x part 2 section E 1.3.2.1, use case E01",
    ),
    Rule(
        "T109",
        "offline-not-said",
        Severity.INFO,
        "An event is much older than its arrival, and not marked as offline. Said once a session.",
        "Either the station was offline and does not say so, and the CSMS takes the event for a live one; or it was"
        " held back so long while connected.",
        "Set offline to true in every event that happened, or waited, while there was no connection.",
        "OCPP 2.x part 2 E04.FR.03, E11.FR.07, E12.FR.02",
    ),
    Rule(
        "T110",
        "offline-said-in-vain",
        Severity.INFO,
        "An event is marked as offline, but arrived at once over a connection that had lasted. Said once a session.",
        "The CSMS takes a live event for an old one, and may not act on it.",
        "Clear the flag once the connection is back; it belongs to the event, not to the transaction.",
        "OCPP 2.x part 2 E04.FR.03",
    ),
    Rule(
        "T111",
        "odd-trigger-reason",
        Severity.INFO,
        "The triggerReason does not fit what the event says. Said once a session for each pair.",
        "A CSMS that goes by the reason shows the wrong thing, or starts or ends the bill too early.",
        "Send the reason that made the station send this very event.",
        "OCPP 2.x part 2 TriggerReasonEnumType, section E 1.4",
    ),
    Rule(
        "T112",
        "unknown-transaction-asked-for",
        Severity.WARNING,
        "The CSMS asks about a transaction, or for its end, that this capture does not know.",
        "Either the CSMS has a wrong id, and what it wants can't be done; or the transaction is of before the capture,"
        " and the station no longer knows it.",
        "Use the transactionId of the station's TransactionEvents as it is, also in upper and lower case.",
        "OCPP 2.x part 2 use cases F03 and E14",
        Blame.CSMS,
    ),
)
