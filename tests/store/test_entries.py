"""What is made of text before SQLite takes it; how batches are written, see ``test_writer``."""

import pytest

from inspector.protocol.finding import Blame, Finding, Severity
from inspector.store.entries import finding_row, storable, storable_raw


@pytest.mark.parametrize(("text", "kept"), [("plain é", "plain é"), ("a\ud800b", "a\\ud800b"), (None, None)])
def test_text_is_made_storable(text: str | None, kept: str | None) -> None:
    """SQLite takes no lone surrogates; they stay visible."""
    assert storable(text) == kept


def test_raw_text_with_a_lone_surrogate_is_kept_as_bytes() -> None:
    assert storable_raw('["é"]') == '["é"]'
    assert storable_raw('["\ud800"]') == b'["\xed\xa0\x80"]'


def test_the_words_of_a_finding_are_harmless_for_whoever_reads_the_table() -> None:
    """A key of the wire may hold anything; the pointer to it must still find it."""
    row = finding_row(
        1, Finding("S102", Severity.ERROR, Blame.STATION, "a\nb is no field", "/3/a\nb", "not \u202eb\x9b", frame=1)
    )
    assert row[5:8] == ("/3/a\nb", "a␊b is no field", "not \\u202eb\\x9b")
