"""OCPP Inspector: see, check, keep and replay what a charging station and its CSMS say."""

__version__ = "0.1.0"
