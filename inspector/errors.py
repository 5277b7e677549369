"""What a person can mend: bad input, said in one line."""


class InspectorError(Exception):
    """Bad usage or input. Its text is the one line the user reads; the exit code is 2."""
