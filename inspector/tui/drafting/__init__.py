"""Editing a draft, without Textual: its frames, their text, what the rules say of them, and its rows."""
