"""Rows as the JSON objects that commands print and exports write."""

import base64
from collections.abc import Sequence
from typing import Any

from inspector.protocol import timestamp
from inspector.protocol.event import Tls
from inspector.protocol.finding import Finding
from inspector.store.entries import Place
from inspector.store.rows import EventRow, FindingRow, FrameRow, Session


def session_record(session: Session, findings: Sequence[FindingRow]) -> dict[str, Any]:
    """Return a session, with the findings about it as a whole, as a JSON object."""
    return {
        "id": session.id,
        "station": session.station,
        "ocpp_version": session.version,
        "subprotocols_offered": list(session.offered),
        "subprotocol": session.subprotocol,
        "peer": session.peer,
        "upstream": session.upstream,
        "origin": session.origin,
        "source": session.source,
        "name": session.name,
        "opened": timestamp.write(session.opened_ns),
        "closed": None if session.closed_ns is None else timestamp.write(session.closed_ns),
        "close_code": session.close_code,
        "close_reason": session.close_reason,
        "closed_by": session.closed_by,
        "http_status": session.http_status,
        "live": session.live,
        "silence_ms": None if session.silence_ns is None else round(session.silence_ns / 1e6, 3),
        "times": {step: timestamp.write(time_ns) for step, time_ns in session.times},
        "tls": [tls_record(leg) for leg in session.tls],
        "continues": _place_record(session.continues),
        "continued_in": _place_record(session.continued_in),
        "hears_pings": session.hears_pings,
        "pings": session.pings,
        "violations": session.violations,
        "lost": session.lost,
        "patience": session.patience_ns / 1e9,
        "frames": session.frames,
        "errors": session.errors,
        "warnings": session.warnings,
        "findings": [finding_record(finding) for finding in findings],
    }


def tls_record(leg: Tls) -> dict[str, Any]:
    """Return how one leg is encrypted as a JSON object."""
    ends = leg.certificate_ends_ns
    return {
        "leg": leg.leg,
        "version": leg.version,
        "cipher": leg.cipher,
        "certificate_ends": None if ends is None else timestamp.write(ends),
        "sni": leg.sni,
        "certificate": leg.certificate,
        "client_certificate": leg.client_certificate,
    }


def _place_record(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else place._asdict()


def event_record(event: EventRow) -> dict[str, Any]:
    """Return what happened beside frames as a JSON object."""
    return {
        "id": event.id,
        "session": event.session,
        "time": timestamp.write(event.time_ns),
        "sender": event.sender,
        "event": event.kind,
        "what": event.what,
        "raw_base64": base64.b64encode(event.raw).decode(),
    }


def frame_record(frame: FrameRow, findings: Sequence[FindingRow]) -> dict[str, Any]:
    """Return a frame with its findings as a JSON object."""
    raw = {"raw": frame.raw} if isinstance(frame.raw, str) else {"raw_base64": base64.b64encode(frame.raw).decode()}
    return {
        "id": frame.id,
        "session": frame.session,
        "time": timestamp.write(frame.time_ns),
        "sender": frame.sender,
        "type": frame.type.name,
        "message_id": frame.message_id,
        "action": frame.action,
        "latency_ms": None if frame.latency_ns is None else round(frame.latency_ns / 1e6, 3),
        "answers": frame.answers,
        "origin": frame.origin,
        **raw,
        "findings": [finding_record(finding) for finding in findings],
    }


def finding_record(finding: FindingRow | Finding) -> dict[str, Any]:
    """Return a finding as a JSON object."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "blame": str(finding.blame),
        "pointer": finding.pointer,
        "message": finding.message,
        "hint": finding.hint,
        "offset": finding.offset,
    }
