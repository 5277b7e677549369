"""OCPP-J itself, without any I/O: decode, check, pair. Time comes in as an argument."""
