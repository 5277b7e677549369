"""What is to be believed of the recorder's own clock."""

from inspector.protocol.knowledge.recorder import FIRST_TRUSTED_NS
from inspector.protocol.timestamp import write


def test_a_clock_that_was_never_set_is_not_trusted() -> None:
    assert write(FIRST_TRUSTED_NS) == "2020-01-01T00:00:00.000000Z"
