"""T1: transactions of OCPP 2.x: TransactionEvent and its sequence numbers."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Transactions2x(Family):
    """Watches one session."""
