"""H1: what close codes mean."""

import pytest

from inspector.protocol.knowledge.close_codes import blame, may_be_sent, meaning


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
def test_what_no_close_frame_may_carry(code: int) -> None:
    """RFC 6455 section 7.4."""
    assert not may_be_sent(code)
    assert may_be_sent({0: 1000, 999: 1003, 1004: 1007, 1005: 1014, 1006: 3000}.get(code, 4999))


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 3000, 3003, 3008])
def test_a_registered_code_has_a_meaning_of_its_own(code: int) -> None:
    assert meaning(code).words
    assert meaning(code) != meaning(2999)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3999, "a code of its framework's"),
        (4000, "a code of its own"),
        (4999, "a code of its own"),
        (5000, "a code that WebSocket does not define"),
        (0, "a code that WebSocket does not define"),
        (-1, "a code that WebSocket does not define"),
    ],
)
def test_any_other_code_has_the_meaning_of_its_range(code: int, words: str) -> None:
    """RFC 6455 section 7.4.2."""
    assert meaning(code).words == words


@pytest.mark.parametrize(
    ("code", "by", "whom"),
    [
        (1011, "csms", "csms"),
        (1008, "csms", "station"),
        (1009, "station", "csms"),
        (4001, "station", "station"),
        (1011, "network", "network"),
        (1011, "", "network"),
    ],
)
def test_who_complains_is_not_who_must_act(code: int, by: str, whom: str) -> None:
    assert blame(code, by) == whom
