"""The terminal interface: browse, filter and inspect a capture, also while it is written."""
