"""The capture: one SQLite file with many sessions."""
