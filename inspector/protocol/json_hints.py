"""What is wrong with text that is not JSON, and how such text is usually mended."""

import json
import re

from inspector.protocol.json_places import MOST_WALKED, lexemes

_BLANK = " \t\r\n"
"""White space as JSON has it (RFC 8259 section 2)."""

CUT = "the sender cut it short: look for a full buffer"
STRAY_BACKSLASH = "a backslash before the closing quote hides it: write \\\\ for a backslash, or leave it out"

UTF_16 = "this looks like UTF-16: send UTF-8"

_HINTS: tuple[tuple[str, str], ...] = (
    (r"⟂(?:\x00[^\x00]){2}", UTF_16),
    (r"⟂\ufeff", "a byte order mark stands nowhere in JSON"),
    (r":\s*⟂[,}\]]", "a key without a value: leave the key out when there is nothing to send"),
    (r",\s*⟂[}\]]|⟂,\s*[}\]]", "remove the comma before the closing bracket"),  # 3.13 points at the comma
    (r"[,\[{]\s*⟂,", "remove the comma that follows no value"),
    (r'\\"\s*[,:]\s*"⟂', STRAY_BACKSLASH),
    (r"⟂\\", "write a backslash as \\\\, and a control character as \\n or \\u00XX"),
    (r"⟂'", "JSON strings stand in double quotes"),
    (r"⟂(True|False|None|nil|undefined)\b", "JSON has true, false and null"),
    (r"⟂\+|⟂\.\d|\b0⟂\d|\d⟂\.", "JSON numbers have no plus sign, no zero in front, and digits around the point"),
    (r"⟂/[/*]|⟂#", "JSON has no comments"),
    (r"⟂[A-Za-z_$][\w$]*\s*[:,}\]]", "keys and strings stand in double quotes"),
    (r"[\"}\]\w]\s*⟂[\"{\[\w-]", "put a comma or a colon between the two values"),
    (r"⟂[^\x00-\x7f\ufeff]", "between values only space, tab, CR and LF may stand"),
    (r"⟂\x00", "send the length of the text, not of the buffer"),
)
"""What stands around the fault, at ⟂, and how it is mended: the first that fits."""


def explain(text: str, error: json.JSONDecodeError) -> tuple[int, str, str]:
    """Return where a text stops being JSON, in characters, what stood there, and how that is usually mended."""
    rest = text[error.pos :]
    if not text.strip(_BLANK + "\x00\ufeff"):
        return error.pos, "the frame is empty", 'a frame is a JSON array such as [2,"id","Heartbeat",{}]'
    stray = _stray_backslash(rest) if error.msg.startswith("Unterminated") else None
    if stray is not None:
        return error.pos + stray, "a string that does not end: its last quote is escaped", STRAY_BACKSLASH
    if rest.startswith("\ufeff") and error.pos == 0:
        return 0, "a byte order mark before the JSON", "send UTF-8 without a byte order mark"
    if _is_cut(rest, error.msg):
        return _cut(text)
    if error.msg.startswith("Extra data"):
        return (error.pos, *_extra(rest))
    if error.msg.startswith("Invalid control"):
        return error.pos, f"a raw control character {show(rest[:1])} in a string", _control_hint(rest[0])
    return error.pos, f"{_lower(error.msg)}, found {show(rest)}", _hint(text, error.pos)


def show(rest: str) -> str:
    """Quote the start of a text in backticks, its control characters escaped."""
    start = json.dumps(rest[:12], ensure_ascii=False)[1:-1].replace('\\"', '"')
    start = start.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair has no UTF-8
    return f"`{start}`" + ("..." if len(rest) > 12 else "")


def _stray_backslash(string: str) -> int | None:
    """Find the escaped quote that was meant to end a string, in a text that was not cut: it has its brackets."""
    if not string.rstrip(_BLANK).endswith(("]", "}")):
        return None
    found = re.search(r'\\"\s*[,}\]]', string)
    return found.start() if found else None


def _is_cut(rest: str, problem: str) -> bool:
    """Tell whether the text stopped too early: at its end, or inside a string or an escape."""
    in_string = problem.startswith("Unterminated") or (problem.startswith("Invalid \\uXXXX") and '"' not in rest)
    return in_string or (not rest.strip(_BLANK) and not problem.startswith("Extra"))


def _cut(text: str) -> tuple[int, str, str]:
    """Describe a text that ends too early by what is missing at its end."""
    if len(text) > MOST_WALKED:
        return len(text), "the text ends before the JSON does", CUT
    missing: list[str] = []
    last = ("", 0, 0)
    for last in lexemes(text):
        if last[0] in "{[":
            missing.append("}" if last[0] == "{" else "]")
        elif last[0] in "}]":
            missing.pop()
    if last[0] in {"key", "string"} and last[2] == len(text) and not _ends(text[last[1] :]):
        missing.append('"')
    words = f": `{''.join(reversed(missing[-12:]))}` is missing" if missing else ""
    return len(text), f"the text ends before the JSON does{words}", CUT


def _ends(string: str) -> bool:
    return re.fullmatch(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', string, re.DOTALL) is not None


def _extra(rest: str) -> tuple[str, str]:
    """Describe what stands after a whole JSON text."""
    if not rest.strip("\x00" + _BLANK):
        return "NUL bytes after the JSON", "send the length of the text, not of the buffer"
    if rest[0] in "[{":
        return f"a second JSON text after the first: {show(rest)}", "send one message in a frame"
    return f"more text after the JSON: {show(rest)}", "send one message in a frame, and nothing after it"


def _control_hint(character: str) -> str:
    if character == "\x00":
        return "cut the text at its first NUL: that is where a C string ends"
    return "escape it as \\n, \\t or \\u00XX"


def _hint(text: str, position: int) -> str:
    around = f"{text[max(0, position - 40) : position]}⟂{text[position : position + 40]}"
    for pattern, hint in _HINTS:
        if re.search(pattern, around):
            return hint
    return "the sender's JSON is broken at this place"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
