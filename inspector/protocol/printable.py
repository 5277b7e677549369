"""The render boundary: every text that may come from the wire passes here before it meets a terminal."""

import re

_NAMED = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
"""Control characters have pictures of their own in Unicode."""

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: escape sequences
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # bidi and zero-width: text that is not what it looks like
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f"  # letters without a shape
    "\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # interlinear, musical, tags
    "\ud800-\udfff"  # lone surrogates: can't be written at all
    "]"
)


def visible(text: str, most: int | None = None) -> str:
    """Make text harmless and honest: control, bidi, zero-width characters and lone surrogates become visible.

    With ``most``, what is longer is cut to that many characters and ends in ``…``.
    """
    if most is not None and len(text) > most:
        text = text[: max(most - 1, 0)] + "…"
    return _UNSAFE.sub(_picture, text)


UNNAMED = "\ufffd"
"""Stands for what has no picture of one cell."""


def visible_in_place(text: str) -> str:
    """As :func:`visible`, but one character for each, so that every place in the text stays where it is."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda found: _NAMED.get(ord(found.group()), UNNAMED), text)


def visible_raw(raw: str | bytes, most: int | None = None) -> str:
    r"""Show a raw frame, text or not: bytes that are no text as ``\\xNN``."""
    if isinstance(raw, bytes):
        raw = raw[: most and (most + 1) * 4].decode("utf-8", "backslashreplace")
    return visible(raw, most)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code in _NAMED:
        return _NAMED[code]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
