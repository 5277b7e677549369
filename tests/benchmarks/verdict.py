"""How a benchmark says whether what was asked for is reached."""


def verdict(reached: bool, sentence: str) -> str:
    """Return a line that begins with the verdict."""
    return f"{'reached' if reached else 'MISSED '}  {sentence}"
