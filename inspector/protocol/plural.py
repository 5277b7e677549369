"""Numbers of things in words."""


def plural(count: int, word: str) -> str:
    """Write a number of things: ``1 frame``, ``2,000 frames``."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")
