"""Numbers of things."""

from inspector.protocol.plural import plural


def test_one_is_no_plural() -> None:
    assert [plural(number, "frame") for number in (0, 1, 2000)] == ["0 frames", "1 frame", "2,000 frames"]
