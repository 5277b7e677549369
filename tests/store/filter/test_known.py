"""What a capture has."""

from inspector.store.filter.known import read_known
from inspector.store.reader import Reader


def test_it_is_read_from_the_capture_the_newest_first(reader: Reader) -> None:
    known = read_known(reader)
    assert known.stations == ("CP-2", "CP-1")
    assert list(known.sessions.items()) == [(2, "CP-2"), (1, "CP-1")]
    assert known.actions[:3] == ("DataTransfer", "MeterValues", "StartTransaction")
    assert {"F001", "S104"} <= set(known.codes)
    assert sorted(set(known.codes)) == list(known.codes)
