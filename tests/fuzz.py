"""Fuzz an inspection with atheris: ``python -m tests.fuzz --seconds 60``. Exit code 1, and the input, if it breaks."""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

SEPARATOR = b"\x1e"
"""Stands between the events of an input. Each begins with a byte that says what it is and how late it comes."""

STEPS_NS = (0, 1_000_000, 1_000_000_000, 45_000_000_000)

Taker = Callable[[bytes], None]


def taker() -> Taker:
    """Return the function that lets an inspection observe the events of an input, for any version."""
    from inspector.protocol.event import Closed, Control, Controlled, Opened, Received, Ticked
    from inspector.protocol.inspection import Inspection
    from inspector.protocol.version import SUBPROTOCOLS, Party

    subprotocols = [None, *SUBPROTOCOLS]

    def take(data: bytes) -> None:
        inspection, now = Inspection(), 1_793_620_800_000_000_000
        inspection.observe(Opened(now, "CP-1", "/ocpp/CP-1", subprotocol=subprotocols[data[0] % 4 if data else 0]))
        for event in data[1:].split(SEPARATOR):
            kind, rest = event[0] if event else 0, event[1:]
            now += STEPS_NS[kind >> 6]
            sender = Party.CSMS if kind & 1 else Party.STATION
            if kind & 0b111110 == 0b111110:
                inspection.observe(Ticked(now))
            elif kind & 0b111110 == 0b111100:
                inspection.observe(Controlled(now, sender, Control.PING if kind & 64 else Control.PONG))
            elif kind & 2:
                inspection.observe(Received(now, sender, rest))
            else:
                inspection.observe(Received(now, sender, rest.decode("utf-8", "replace")))
        inspection.observe(Closed(now + STEPS_NS[-1], 1006, by="network"))

    return take


def seeds() -> list[bytes]:
    """Make inputs to begin with: each message of each version, valid, as an exchange."""
    from inspector.protocol import actions
    from inspector.protocol.frame import encode
    from inspector.protocol.schema import Part
    from inspector.protocol.version import Party, Version
    from tests.protocol.instances import full, messages, minimal

    made = []
    for at, version in enumerate(Version, 1):
        for message in messages(version):
            _, action, part = message
            row = actions.table(version)[action]
            station = Party.STATION in row.senders
            asked = (minimal if part is Part.RESPONSE else full)((version, action, Part.REQUEST))
            events = [(not station, encode([2 if row.answered else 6, "1", action, asked]))]
            if part is Part.RESPONSE:
                events.append((station, encode([3, "1", full(message)])))
            made.append(bytes([at]) + SEPARATOR.join(bytes([by]) + raw.encode() for by, raw in events))
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Fuzz for a while."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    seconds = parser.parse_args(arguments).seconds
    try:
        import atheris
    except ImportError:
        print("error: atheris is missing: pip install 'ocpp-inspector[fuzz]'", file=sys.stderr)
        sys.exit(2)
    with atheris.instrument_imports(include=["inspector"]):
        take = taker()
    with TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            (Path(folder) / str(number)).write_bytes(seed)
        flags = [f"-max_total_time={seconds}", "-max_len=16384", "-timeout=20", f"-artifact_prefix={folder}/"]
        child = os.fork()  # the fuzzer ends its process, and somebody must clean up
        if child == 0:
            atheris.Setup([sys.argv[0], *flags, folder], stopping(take))
            atheris.Fuzz()
        _, status = os.waitpid(child, 0)
    sys.exit(1 if status else 0)


def stopping(take: Taker) -> Taker:
    """Wrap a function: what it raises is shown with its input, and ends the program."""

    def watched(data: bytes) -> None:
        try:
            take(data)
        except Exception:
            traceback.print_exc()
            print(f"the input: {data!r}", file=sys.stderr, flush=True)
            os._exit(1)

    return watched


if __name__ == "__main__":
    main()
