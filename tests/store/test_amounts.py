"""Amounts as people write them."""

import pytest

from inspector.errors import InspectorError
from inspector.store.amounts import parse_bytes, parse_seconds


@pytest.mark.parametrize(
    ("text", "size"),
    [("1G", 1024**3), ("500M", 500 * 1024**2), ("64k", 65_536), ("2 GB", 2 * 1024**3), ("1GiB", 1024**3), ("7", 7)],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize(("text", "seconds"), [("1d", 86_400), ("12h", 43_200), ("30m", 1800), ("90s", 90), ("5", 5)])
def test_a_time_is_read(text: str, seconds: int) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "G", "-1G", "1.5G", "1x", "0", "0d", "1" * 20, "١G"])
def test_what_is_no_amount_is_said_in_one_line(text: str) -> None:
    for parse, words in ((parse_bytes, "is not a size, such as 500M or 1G"), (parse_seconds, "is not a time")):
        with pytest.raises(InspectorError, match=words):
            parse(text)
