"""Measures: ``python -m tests.benchmarks NAME``."""

import sys

from tests.benchmarks import check

BENCHMARKS = {"check": check.run}


def main(names: list[str]) -> int:
    """Run the benchmarks that are named."""
    if not names or not set(names) <= set(BENCHMARKS):
        print(f"say which: {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names:
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
