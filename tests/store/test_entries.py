"""What is made of text before SQLite takes it; how entries are written, see ``test_batch``."""

import pytest

from inspector.store.entries import storable, storable_raw


@pytest.mark.parametrize(("text", "kept"), [("plain é", "plain é"), ("a\ud800b", "a\\ud800b"), (None, None)])
def test_text_is_made_storable(text: str | None, kept: str | None) -> None:
    """SQLite takes no lone surrogates; they stay visible."""
    assert storable(text) == kept


def test_raw_text_with_a_lone_surrogate_is_kept_as_bytes() -> None:
    assert storable_raw('["é"]') == '["é"]'
    assert storable_raw('["\ud800"]') == b'["\xed\xa0\x80"]'
