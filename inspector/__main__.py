"""``python -m inspector`` is the command ``ocpp-inspector``."""

from inspector.cli import run

if __name__ == "__main__":
    run()
