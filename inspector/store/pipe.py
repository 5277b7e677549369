"""Pipes between the program's processes."""

import math
import select


def readable(pipe: int, seconds: float) -> bool:
    """Wait so long until a file descriptor has something to read, its end for one; tell whether it has.

    Unlike ``select`` it takes any number of descriptors in use: a thousand stations are two thousand.
    """
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    return bool(waiting.poll(math.ceil(seconds * 1000)))
