"""Makes a recorded frame fit for a live session: a new message id, times of today, identifiers as they are now.

Only the text of those values changes; the rest of the frame stays byte for byte.
"""

import re
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from inspector.protocol.version import Party, Version
from inspector.replay.identifiers import Field
from inspector.replay.pattern import Change
from inspector.replay.template import Cut, MessageId, Template, cut, template, written


class Binding(NamedTuple):
    """What stands for a recorded identifier in a run. ``where`` is the field that handed it out."""

    kind: str
    recorded: str
    live: str
    where: str


class Rebinder:
    """Rebinds the frames of one recording for one run that plays ``role``.

    ``shift_ns`` is from the recording to now: it is rounded to whole seconds, so that times keep their digits and
    their distances. ``changed`` counts how often each of ``changes`` was made; ``giver`` is the peer, whose
    identifiers are followed.
    """

    def __init__(
        self,
        version: Version | None,
        role: Party,
        *,
        shift_ns: int = 0,
        keep_ids: bool = False,
        keep_times: bool = False,
        changes: tuple[Change, ...] = (),
    ) -> None:
        self.changed: Counter[Change] = Counter(dict.fromkeys(changes, 0))
        self._version = version
        self.giver = role.peer
        self._shift = timedelta(seconds=0 if keep_times else round(shift_ns / 1e9))
        self._keep_ids = keep_ids
        self._changes = changes
        self._live: dict[tuple[str, str], Binding] = {}

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """Return the identifiers that are not what they were, in the order they were handed out."""
        return tuple(binding for binding in self._live.values() if binding.live != binding.recorded)

    def message_id(self, recorded: str) -> str:
        """Return the id that a CALL is to be sent with."""
        return recorded if self._keep_ids else str(uuid4())

    def outgoing(self, raw: str | bytes, action: str = "", *, message_id: str | None = None) -> str | bytes:
        """Return a recorded frame as it is to be sent; ``action`` is that of its exchange.

        Without ``message_id`` it keeps its own. What is no message stays as it is.
        """
        made = template(raw, action, self._version, self._changes)
        return raw if made is None else _same_kind(raw, self._filled(made, message_id, self.giver.peer))

    def expected(self, raw: str | bytes, action: str = "") -> str | bytes:
        """Return a recorded frame of the peer with the identifiers that it has handed out since."""
        made = template(raw, action, self._version)
        return raw if made is None else _same_kind(raw, self._filled(made, None, self.giver))

    def incoming(self, recorded: str | bytes, live: str | bytes, action: str = "") -> None:
        """Learn from a frame that came, and the one that it is in place of, what identifiers are now."""
        then = template(recorded, action, self._version)
        given = {place.pointer: place for place in then.cuts if self._is_of_peer(place)} if then else {}
        now = cut(live, action, self._version) if given else None
        if then is None or now is None or then.type is not now.type:
            return
        for place in now.cuts:
            recorded_place = given.get(place.pointer)
            if recorded_place is not None and isinstance(place.what, Field) and not _is_none(place):
                self._bind(place.what, recorded_place.text, place.text, _where(now, place))

    def _is_of_peer(self, place: Cut) -> bool:
        return isinstance(place.what, Field) and place.what.identifier.giver is self.giver

    def _bind(self, field: Field, recorded: str, live: str, where: str) -> None:
        kind = field.identifier.kind
        if field.is_given or (kind, recorded) not in self._live:
            self._live[kind, recorded] = Binding(kind, recorded, live, where)

    def _filled(self, made: Template, message_id: str | None, sender: Party) -> str:
        """Write a template anew, from cut to cut."""
        pieces, at = [], 0
        for place in made.cuts:
            lexeme = self._written(place, message_id, sender)
            if lexeme is not None:
                pieces += [made.text[at : place.start], lexeme]
                at = place.end
        return "".join([*pieces, made.text[at:]]) if pieces else made.text

    def _written(self, place: Cut, message_id: str | None, sender: Party) -> str | None:
        """Return what stands for a value now, None where it stays."""
        what = place.what
        if isinstance(what, MessageId):
            return None if message_id is None else written(place._replace(is_string=True), message_id)
        if isinstance(what, Field):
            bound = self._live.get((what.identifier.kind, place.text))
            return written(place, bound.live) if bound and bound.live != bound.recorded else None
        if sender is self.giver:
            return None
        if isinstance(what, Change):
            self.changed[what] += 1
            return written(place, what.value)
        moved = _moved(place.text, self._shift) if self._shift and place.is_string else None
        return None if moved is None else written(place, moved)


def _is_none(place: Cut) -> bool:
    """Tell whether what came is no identifier, but ``null`` or a truth value."""
    return not place.is_string and place.text in {"null", "true", "false"}


def _where(made: Template, place: Cut) -> str:
    return f"{made.action}{'' if made.type.has_action else '.conf'}{place.pointer}"


def _same_kind(raw: str | bytes, text: str) -> str | bytes:
    return text if isinstance(raw, str) else text.encode()


_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
"""Also without a zone: a common fault, which is to stay."""


def _moved(text: str, shift: timedelta) -> str | None:
    """Move a time by whole seconds, in the form and the zone that it has; None for what is no time."""
    found = _MOMENT.fullmatch(text)
    try:
        moment = datetime.fromisoformat(found[1].upper()) + shift if found else None
    except (ValueError, OverflowError):  # 2026-02-30; a leap second; beyond the year 9999
        return None
    return None if moment is None else f"{moment.isoformat(text[10])}{text[19:]}"
