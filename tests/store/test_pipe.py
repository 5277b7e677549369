"""Waiting for a pipe, however many files are open."""

import os

from inspector.store.pipe import readable


def test_what_there_is_to_read_is_told_also_the_end() -> None:
    out, into = os.pipe()
    assert not readable(out, 0.001)
    os.write(into, b"x")
    assert readable(out, 0)
    assert os.read(out, 1) == b"x"
    os.close(into)
    assert readable(out, 0)
    os.close(out)


def test_a_number_beyond_what_select_takes_is_no_obstacle(many_files: None) -> None:
    out, into = os.pipe()
    assert out > 1023
    os.write(into, b"x")
    assert readable(out, 0)
    os.close(out)
    os.close(into)
