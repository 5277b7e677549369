"""What is to be believed of the recorder's own clock."""

FIRST_TRUSTED_NS = 1_577_836_800_000_000_000
"""2020-01-01: a recorder whose clock shows less was never set, and no time can be held against it."""
