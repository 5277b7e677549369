"""The row of a code, and the page of its rule."""

from inspector.protocol.finding import Severity
from inspector.protocol.rules import TABLE
from inspector.store.tallies import Details, Tally
from inspector.tui.composed.findings_page import cells, columns, rule_page
from tests.tui.conftest import HOSTILE, UNSAFE, make_finding


def test_a_row_tells_code_count_and_blame() -> None:
    row = {key: "".join(part for part, _ in line) for key, line in cells(Tally("S104", Severity.ERROR, 12_345)).items()}
    assert (row["severity"], row["code"], row["count"], row["name"]) == ("✖", "S104", "12,345", TABLE["S104"].name)
    assert row["blame"] == str(TABLE["S104"].blame or "sender")
    assert "version does not know" in str(cells(Tally("Z999", Severity.INFO, 1))["name"])
    assert len(columns(40)) < len(columns(80))


def test_every_rule_has_its_page() -> None:
    """With why it matters, what to do and where it is written; no line wider than asked for."""
    for code, rule in TABLE.items():
        lines = ["".join(part for part, _ in line) for line in rule_page(code, None, 60)]
        words = " ".join(" ".join(lines).split())
        assert rule.name in words
        assert all(label in words for label in ("why", "what to do", "spec"))
        assert max(map(len, lines)) <= 60


def test_a_page_tells_where_it_was_found() -> None:
    """Whatever stations call themselves."""
    found = Details([make_finding(message=HOSTILE)], [("CP-1", 12), (HOSTILE, 3), ("", 1)], None)
    words = "\n".join("".join(part for part, _ in line) for line in rule_page("S104", found, 80))
    assert "CP-1  12" in words
    assert "the newest" in words
    assert not UNSAFE.search(words.replace("\n", ""))


def test_a_rule_that_nobody_knows_says_so() -> None:
    assert rule_page("Z999", Details([], [], None), 60)[0] == (("Z999: no rule of this version", "dim"),)
