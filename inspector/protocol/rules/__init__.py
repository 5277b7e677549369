"""The rules: one or two modules a family, one table of codes."""

from collections.abc import Sequence

from inspector.protocol.finding import HERE, Blame, Fault, Finding, Rule
from inspector.protocol.rules import (
    boot,
    clocks,
    connection,
    exchanges,
    framing,
    handshake,
    limits,
    meter,
    promises,
    schema,
    security,
    transactions_2x,
    transactions_16,
)
from inspector.protocol.rules.family import Family, Handler
from inspector.protocol.schema import Part

MODULES = (
    framing,
    schema,
    exchanges,
    handshake,
    connection,
    boot,
    transactions_16,
    transactions_2x,
    clocks,
    meter,
    promises,
    limits,
    security,
)
"""Every module with rules, in the order of the documentation."""

TABLE: dict[str, Rule] = {rule.code: rule for module in MODULES for rule in module.RULES}
"""Every code there is."""

FAMILIES: tuple[type[Family], ...] = (
    framing.Framing,
    exchanges.Exchanges,
    handshake.Handshake,
    connection.Connection,
    boot.Boot,
    transactions_16.Transactions16,
    transactions_2x.Transactions2x,
    clocks.Clocks,
    meter.Meter,
    promises.Promises,
    limits.Limits,
    security.Security,
)
"""The families that watch a session, in the order in which they speak."""

HEARD: dict[Part, dict[str, list[tuple[int, Handler]]]] = {part: {} for part in Part}
"""Who looks into which payloads: the family's place in ``FAMILIES``, and its method."""
for _index, _family in enumerate(FAMILIES):
    for (_action, _part), _handler in _family.HEARS.items():
        HEARD[_part].setdefault(_action, []).append((_index, _handler))


def listeners(families: Sequence[type[Family]]) -> dict[str, list[int]]:
    """Return the places of the families that have a method of their own, by its name."""
    return {
        method: [
            place for place, family in enumerate(families) if getattr(family, method) is not getattr(Family, method)
        ]
        for method in ("opened", "received", "controlled", "violated", "ticked", "closed")
    }


LISTENERS = listeners(FAMILIES)
"""Who hears what beside the payloads that it asks for."""


def finding(fault: Fault, blame: Blame, frame: int | None) -> Finding:
    """Make a fault a finding: the table knows how severe its code is, and often whose fault it is."""
    rule = TABLE[fault.code]
    return Finding(
        fault.code,
        rule.severity,
        fault.blame or rule.blame or blame,
        fault.message,
        fault.pointer,
        fault.hint,
        fault.offset,
        frame if fault.frame == HERE else fault.frame,
    )
