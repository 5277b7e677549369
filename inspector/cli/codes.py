"""Rules as users name them: by code or by the letter of their family."""

from collections.abc import Collection
from difflib import get_close_matches

from inspector.errors import InspectorError
from inspector.protocol.finding import Rule
from inspector.protocol.rules import TABLE

TITLES = {
    "F": "Framing",
    "S": "Schema",
    "R": "Exchanges",
    "H": "Handshake and connection",
    "B": "Boot",
    "T": "Transactions",
    "C": "Clocks",
    "M": "Meter values",
    "P": "Promises",
    "X": "Security",
}
"""The families by their letters, in the order of the documentation."""


def family(letter: str) -> list[Rule]:
    """Return the rules of a family, by their codes."""
    return sorted((rule for rule in TABLE.values() if rule.code[0] == letter), key=lambda rule: rule.code)


def by_family() -> list[Rule]:
    """Return all rules, family by family."""
    return [rule for letter in TITLES for rule in family(letter)]


def rules_of(name: str) -> list[Rule]:
    """Return the rules that a code or a letter names. Raises :class:`InspectorError` if there are none."""
    wanted = name.strip().upper()
    if wanted in TABLE:
        return [TABLE[wanted]]
    if wanted in TITLES:
        return family(wanted)
    near = get_close_matches(wanted, [*TABLE, *TITLES], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "`ocpp-inspector rule` lists them"
    raise InspectorError(f"no rule {name.strip() or 'without a name'}; {hint}")


def chosen(select: Collection[str], ignore: Collection[str]) -> frozenset[str]:
    """Return the codes that are left of all, or of those to select, without those to ignore; lists have commas."""
    return (_codes(select) if select else frozenset(TABLE)) - _codes(ignore)


def _codes(lists: Collection[str]) -> frozenset[str]:
    return frozenset(rule.code for names in lists for name in names.split(",") for rule in rules_of(name))
