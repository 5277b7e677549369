"""T0: transactions of OCPP 1.6: StartTransaction, MeterValues, StopTransaction."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Transactions16(Family):
    """Watches one session."""
