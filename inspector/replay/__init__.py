"""Replay: send a recorded session again to a live peer, and say what changed."""
