"""T0: transactions of OCPP 1.6, the rows: what each code means. ``transactions_16`` raises them."""

from inspector.protocol.finding import Blame, Rule, Severity

RULES = (
    Rule(
        "T001",
        "id-never-assigned",
        Severity.ERROR,
        "MeterValues name another transaction than the one that runs on their connector, or one that nothing started.",
        "The CSMS can't tell whose energy this is: the samples are lost or billed to somebody else.",
        "Send the transactionId of StartTransaction.conf, and nothing else, until the transaction is stopped.",
        "OCPP 1.6 sections 4.7 and 6.31",
    ),
    Rule(
        "T002",
        "made-up-id",
        Severity.WARNING,
        "A transactionId is 0, negative or the largest number there is, and no answer in this capture assigned it.",
        "It stands for an id that the station does not have. The errata allow -1, and only -1, once a"
        " StartTransaction has failed for good; as a stand-in until its answer comes it is never right.",
        "Hold MeterValues and StopTransaction back until StartTransaction.conf is in, then send the id it assigned.",
        "OCPP 1.6 sections 4.7 and 4.10, errata section 3.18",
    ),
    Rule(
        "T003",
        "stop-without-start",
        Severity.WARNING,
        "A StopTransaction names a transaction that was not started.",
        "Either the station made the id up, and the real transaction stays open in the CSMS; or the transaction is"
        " of before the capture, on a connector that was not heard of since.",
        "Look at StartTransaction.conf of the transaction that is stopped here: its transactionId is the one to send.",
        "OCPP 1.6 sections 4.10 and 6.49",
    ),
    Rule(
        "T004",
        "two-open",
        Severity.WARNING,
        "A transaction starts on a connector where another was not stopped.",
        "Either the station never stopped the first, as after a power cut, and it stays open in the CSMS for ever; or"
        " its StopTransaction went by where this capture did not see it.",
        "Keep open transactions over a reboot and stop each before the next starts; a failed one too.",
        "OCPP 1.6 sections 3.7, 4.8 and 4.10",
    ),
    Rule(
        "T005",
        "stop-changed",
        Severity.ERROR,
        "A StopTransaction was sent again for the same transaction, and says something else.",
        "Which of the two is billed depends on the CSMS; the second is often the one with the lost meter value.",
        "Keep the StopTransaction as it was first made and send the very same again.",
        "OCPP 1.6 sections 3.7.1 and 4.10",
    ),
    Rule(
        "T006",
        "remote-stop-of-unknown",
        Severity.WARNING,
        "The CSMS asks to stop a transaction that this capture does not know.",
        "Either the CSMS has a wrong id, and the person who wants to stop can't; or the transaction is of before the"
        " capture, and the station forgot it.",
        "Use the transactionId that the CSMS itself assigned in StartTransaction.conf, and drop what was stopped.",
        "OCPP 1.6 sections 5.12 and 6.35",
        Blame.CSMS,
    ),
    Rule(
        "T007",
        "id-assigned-twice",
        Severity.WARNING,
        "The CSMS gave two different StartTransactions the same transactionId, or one that was sent again two of them.",
        "Two transactions that share an id have their energy mixed up, unless the CSMS only began to count anew, as"
        " with a new database. One transaction with two ids is billed twice, or stays open for ever.",
        "Assign ids from a counter that is kept, and give a StartTransaction that is sent again the id that it has.",
        "OCPP 1.6 section 6.46",
        Blame.CSMS,
    ),
    Rule(
        "T008",
        "odd-id-assigned",
        Severity.INFO,
        "The CSMS assigns 0 or a negative transactionId. Said once.",
        'Many stations use these for "none", and the standard\'s errata give -1 a meaning of its own.',
        "Assign ids from 1 up, also where the idTag is refused.",
        "OCPP 1.6 section 6.46, errata section 3.18",
        Blame.CSMS,
    ),
    Rule(
        "T009",
        "meter-values-after-stop",
        Severity.INFO,
        "MeterValues were measured in a transaction after it was stopped.",
        "Most CSMSs drop them. What was measured before and comes late is in order.",
        "End sampling where the transaction ends; the last values belong in StopTransaction's transactionData.",
        "OCPP 1.6 sections 3.7 and 4.7",
    ),
    Rule(
        "T010",
        "id-of-another-connector",
        Severity.WARNING,
        "MeterValues name the transaction of another connector.",
        "Either the samples are billed to whoever charges there; or the connectorId is the wrong one of the two.",
        "Keep connector and transaction together, in one record for each connector.",
        "OCPP 1.6 section 6.31",
    ),
)
