"""The rules: one module a family, one table of codes."""

from inspector.protocol.finding import Blame, Fault, Finding, Rule
from inspector.protocol.rules import clocks, exchanges, framing, handshake, schema

TABLE: dict[str, Rule] = {
    rule.code: rule for family in (framing, schema, exchanges, handshake, clocks) for rule in family.RULES
}
"""Every code there is, in the order of the families."""


def finding(fault: Fault, blame: Blame, frame: int | None) -> Finding:
    """Make a fault a finding: the table knows how severe its code is."""
    severity = TABLE[fault.code].severity
    return Finding(fault.code, severity, blame, fault.message, fault.pointer, fault.hint, fault.offset, frame)
