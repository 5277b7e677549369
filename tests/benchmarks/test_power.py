"""What is measured about a loss of power is what a trace says."""

import random

from tests.benchmarks.power import Deed, Disk, Left, deeds, report


def _hex(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


FILE, OTHER = _hex("/x/a.db"), _hex("/x/b")
TRACE = f"""\
7 10.000000 pwrite64(3<{FILE}>, "{_hex("ab")}", 2, 4) = 2 <0.000100>
7 10.500000 fsync(3<{FILE}> <unfinished ...>
8 10.600000 pwrite64(4<{OTHER}>, "{_hex("no")}", 2, 0) = 2 <0.000100>
8 10.700000 ftruncate(3<{FILE}>, 5) = 0 <0.000100>
7 11.000000 <... fsync resumed>) = 0 <0.500000>
8 11.100000 unlink("{_hex("/x/a.db-wal")}") = -1 ENOENT (No such file or directory) <0.000100>
8 11.200000 unlink("{_hex("/x/a.db-wal")}") = 0 <0.000100>
"""


def test_a_trace_is_read_in_the_order_in_which_all_was_done() -> None:
    """Also what two threads did at once; other files and what failed are left out."""
    found = list(deeds(TRACE.splitlines(), "/x/a.db"))
    assert [(deed.call, deed.file, deed.offset, deed.data) for deed in found] == [
        ("pwrite64", "/x/a.db", 4, b"ab"),
        ("ftruncate", "/x/a.db", 5, b""),
        ("fsync", "/x/a.db", 0, b""),
        ("unlink", "/x/a.db-wal", 0, b""),
    ]
    assert [round(deed.done, 4) for deed in found] == [10.0001, 10.7001, 11.0, 11.2001]


def test_only_what_was_synced_is_sure_to_survive() -> None:
    disk = Disk()
    disk.take(Deed(1, "pwrite64", "a", 1, b"xyz"))
    assert disk.after_a_cut() == {}
    disk.take(Deed(2, "fsync", "a"))
    for offset in range(4, 100):
        disk.take(Deed(3, "pwrite64", "a", offset, b"!"))
    assert disk.after_a_cut() == {"a": b"\0xyz"}
    assert 20 < disk.after_a_cut(random.Random(1))["a"].count(b"!") < 80
    disk.take(Deed(4, "ftruncate", "a", 2))
    disk.take(Deed(5, "fdatasync", "a"))
    assert disk.after_a_cut() == {"a": b"\0x"}
    disk.take(Deed(6, "unlink", "a"))
    assert disk.after_a_cut() == {}


def test_a_durable_recording_may_lose_little_and_any_must_be_in_order() -> None:
    late, unsound = Left(5, 51.0, sound=True), Left(5, 1.0, sound=False)
    assert report([Left(9, 49.0, sound=True)], durable=True).startswith("reached")
    assert report([late], durable=True).startswith("MISSED")
    assert report([unsound], durable=True).startswith("MISSED")
    assert report([late], durable=False).startswith("reached")
    assert report([unsound], durable=False).startswith("MISSED")
