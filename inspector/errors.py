"""What a person can mend: bad input, said in one line."""


class InspectorError(Exception):
    """Bad usage or input. Each argument is one line that the user reads, as a rule only one; the exit code is 2."""
