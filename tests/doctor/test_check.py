"""Checks and their bound."""

import threading

import pytest

from inspector.doctor.check import within


def test_what_takes_too_long_is_given_up() -> None:
    never = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.05, never.wait)
    never.set()


def test_what_is_quick_enough_returns_or_raises() -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
