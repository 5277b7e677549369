"""H: the connection after the handshake: how it lives and how it ends."""

from inspector.protocol.finding import Rule
from inspector.protocol.rules.family import Family

RULES: tuple[Rule, ...] = ()


class Connection(Family):
    """Watches one session."""
