"""Measures: ``python -m tests.benchmarks NAME... [--quick]``."""

import argparse

from tests.benchmarks import check, flat, intake, kill, power, proxy, replay, tui

BENCHMARKS = {
    "check": check.run,
    "flat": flat.run,
    "import": intake.run,
    "kill": kill.run,
    "power": power.run,
    "proxy": proxy.run,
    "replay": replay.run,
    "tui": tui.run,
}


def main() -> None:
    """Run the benchmarks that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Measure what this project costs.")
    parser.add_argument("names", nargs="+", choices=BENCHMARKS, metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="one short round: whether it works, not how fast it is")
    arguments = parser.parse_args()
    for name in arguments.names:
        BENCHMARKS[name](quick=arguments.quick)


if __name__ == "__main__":
    main()
