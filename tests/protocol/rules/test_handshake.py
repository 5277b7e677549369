"""H0: what is offered, what is chosen, and what a session without a known subprotocol tells of its version."""

from typing import Any

import pytest

from inspector.protocol.event import Closed, Event, Opened, Ticked
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.rules.handshake import guessed
from inspector.protocol.version import Version
from tests.protocol.wire import (
    BOOT_16,
    BOOT_201,
    CSMS,
    SECOND,
    STATION,
    call,
    codes,
    error,
    findings,
    heard,
    opened,
    result,
)

BOOT = "BootNotification"
SETTLEMENT = {"pspRef": "x", "status": "Settled", "settlementAmount": 1, "settlementTime": "2026-01-31T12:34:56Z"}


def listen(*events: Event) -> tuple[Inspection, list[Finding]]:
    inspection = Inspection()
    return inspection, [finding for event in events for finding in inspection.observe(event).findings]


def spoken(action: str, payload: Any = None, *, subprotocol: str | None = None) -> tuple[Inspection, list[Finding]]:
    """Hear one CALL in a session with that subprotocol."""
    return listen(opened(subprotocol=subprotocol), heard(raw=call(action=action, payload=payload)))


@pytest.mark.parametrize(
    ("action", "payload", "version"),
    [
        (BOOT, BOOT_16, Version.V16),
        (BOOT, BOOT_201, Version.V201),
        ("Authorize", {"idTag": "x"}, Version.V16),
        ("Authorize", {"idToken": {"idToken": "x", "type": "ISO14443"}}, Version.V201),
        ("RequestStopTransaction", {"transactionId": "1"}, Version.V201),
        ("RemoteStopTransaction", {"transactionId": 1}, Version.V16),
        ("StartTransaction", {}, Version.V16),
        ("NotifySettlement", SETTLEMENT, Version.V21),
    ],
)
def test_a_telling_call_settles_the_version(action: str, payload: Any, version: Version) -> None:
    """One warning H001, with what to negotiate, about the frame that told."""
    inspection, found = spoken(action, payload)
    assert inspection.version is version
    finding = found[0]
    assert (finding.code, finding.severity, finding.frame) == ("H001", Severity.WARNING, 1)
    assert finding.message == f"no subprotocol was negotiated; this looks like OCPP {version}"
    assert finding.hint == f"negotiate ocpp{version}"


@pytest.mark.parametrize("payload", [BOOT_16, BOOT_201])
def test_a_guess_that_fits_is_the_only_finding(payload: Any) -> None:
    assert codes(spoken(BOOT, payload)[1]) == ["H001"]


@pytest.mark.parametrize(
    ("payload", "version"),
    [
        ({**BOOT_16, "zz": 1}, Version.V16),
        ({**BOOT_16, "chargePointVendor": 7}, Version.V16),
        ({**BOOT_201, "reason": "Nonsense"}, Version.V201),
        ({**BOOT_201, "zz": 1}, Version.V201),
    ],
)
def test_a_call_with_a_fault_tells_too(payload: Any, version: Version) -> None:
    """The version it breaks least is the one it speaks, and the fault is found under that version."""
    inspection, found = spoken(BOOT, payload)
    assert inspection.version is version
    assert codes(found)[0] == "H001"
    assert len(found) == 2


@pytest.mark.parametrize(
    ("action", "payload"), [("Heartbeat", {}), ("ClearCache", {}), ("DataTransfer", {"vendorId": "v"})]
)
def test_a_call_that_fits_1_6_and_2_0_1_settles_nothing(action: str, payload: Any) -> None:
    """No finding yet, and the next telling CALL decides."""
    for boot, version in ((BOOT_16, Version.V16), (BOOT_201, Version.V201)):
        inspection, found = listen(
            opened(subprotocol=None),
            heard(raw=call(action=action, payload=payload, message_id="1")),
            heard(raw=call(action=BOOT, payload=boot, message_id="2")),
        )
        assert inspection.version is version
        assert [(finding.code, finding.frame) for finding in found if finding.code[0] in "HS"] == [("H001", 2)]


def test_a_settled_version_stays() -> None:
    """One guess a session: what does not fit afterwards is a fault."""
    inspection, found = listen(
        opened(subprotocol=None),
        heard(raw=call(action=BOOT, payload=BOOT_201, message_id="1")),
        heard(raw=call(action="StatusNotification", payload={}, message_id="2")),
        heard(raw=call(action="ChangeConfiguration", payload={"key": "a", "value": "b"}, message_id="3")),
    )
    assert inspection.version is Version.V201
    assert codes(found).count("H001") == 1
    assert codes(found)[-1][0] == "S"


@pytest.mark.parametrize("subprotocol", ["ocpp2.0", "ocpp1.5", "", "OCPP1.6", "x" * 500])
def test_an_unknown_subprotocol_is_named_in_the_guess(subprotocol: str) -> None:
    """Cut to what fits a line."""
    inspection, found = spoken(BOOT, BOOT_16, subprotocol=subprotocol)
    assert inspection.version is Version.V16
    (finding,) = (one for one in found if one.frame == 1)
    assert finding.code == "H001"
    assert len(finding.message) < 150
    if subprotocol:
        assert finding.message.startswith(f"the subprotocol {subprotocol[:40]} is none of ocpp1.6, ocpp2.0.1, ocpp2.1")


@pytest.mark.parametrize("version", list(Version))
def test_a_known_subprotocol_is_not_doubted(version: Version) -> None:
    """A 1.6 boot under another subprotocol is a boot with faults."""
    inspection, found = spoken(BOOT, BOOT_16, subprotocol=f"ocpp{version}")
    assert inspection.version is version
    assert "H001" not in codes(found)
    assert bool(found) == (version is not Version.V16)


@pytest.mark.parametrize(
    "event",
    [
        heard(raw=result(payload={"status": "Accepted"}), sender=CSMS),
        heard(raw=error(), sender=CSMS),
        heard(raw=call(action="Nonsense", payload=BOOT_201)),
        heard(raw="nonsense"),
        heard(raw='[2,"1",7,{"reason":"PowerUp"}]'),
    ],
)
def test_what_names_no_known_action_tells_nothing(event: Event) -> None:
    inspection, found = listen(opened(subprotocol=None), event)
    assert inspection.version is None
    assert "H001" not in codes(found)


@pytest.mark.parametrize("text", ["null", "[]", "7"])
def test_a_payload_that_is_no_object_settles_nothing(text: str) -> None:
    inspection, found = listen(
        opened(subprotocol=None),
        heard(raw=f'[2,"1","BootNotification",{text}]'),
        heard(raw=call(action=BOOT, payload=BOOT_201, message_id="2")),
    )
    assert inspection.version is Version.V201
    assert [(finding.code, finding.frame) for finding in found if finding.code[0] in "HS"] == [("H001", 2)]


def test_an_answer_while_the_version_is_open_is_no_false_alarm() -> None:
    """``statusInfo`` came with 2.0.1: as long as that may be the version, it is no unknown field."""
    _, found = listen(
        opened(subprotocol=None),
        heard(raw=call(action="ClearCache"), sender=CSMS),
        heard(raw=result(payload={"status": "Rejected", "statusInfo": {"reasonCode": "Busy"}}), sender=STATION),
    )
    assert found == []


def test_a_send_tells_2_1() -> None:
    """Only 2.1 has it."""
    inspection, found = listen(
        opened(subprotocol=None),
        heard(raw=call(action="NotifyPeriodicEventStream", payload={}, kind=6)),
    )
    assert inspection.version is Version.V21
    assert codes(found)[0] == "H001"


def test_a_session_whose_handshake_was_not_heard_is_guessed_too() -> None:
    """An imported log may start in the middle."""
    inspection, found = listen(heard(raw=call(action=BOOT, payload=BOOT_16)))
    assert (inspection.version, codes(found)) == (Version.V16, ["H001"])


def test_the_guess_names_what_was_negotiated_instead() -> None:
    assert "no version was given" in guessed(Version.V16, None).message
    assert "no subprotocol" in guessed(Version.V16, Opened(0, "CP-1")).message
    assert "ocpp9 is none of" in guessed(Version.V16, Opened(0, "CP-1", subprotocol="ocpp9")).message


def shaken(*, at: int = 1, **fields: Any) -> Opened:
    """Make a handshake as a recorder hears it: what is offered is in a header too. ``at`` is in seconds."""
    offered = fields.setdefault("offered", ("ocpp1.6",))
    fields.setdefault("subprotocol", "ocpp1.6")
    headers = (*HOST, ("request", "Sec-WebSocket-Protocol", ", ".join(offered))) if offered else HOST
    return Opened(at * SECOND, "CP-1", **({"path": "/ocpp/CP-1", "headers": headers} | fields))


HOST = (("request", "Host", "csms.example"), ("request", "Upgrade", "websocket"))
BY_CSMS = Closed(2 * SECOND, 1000, "", "csms")


def told(*events: Event) -> list[Finding]:
    """Return what is found in sessions of one station."""
    return findings(events)


@pytest.mark.parametrize("version", list(Version))
def test_a_handshake_by_the_book_is_clean(version: Version) -> None:
    name = f"ocpp{version}"
    assert told(shaken(offered=(name,), subprotocol=name), BY_CSMS) == []


@pytest.mark.parametrize(
    "offered",
    [
        ("ocpp2.0.1", "ocpp1.6"),
        ("ocpp1.6", "ocpp1.5"),
        ("acme-7", "ocpp2.0.1"),
        ("ocpp2.0.1", "OCPP2.0.1"),
        ("ocpp2.0", "ocpp2.0.1"),
    ],
)
def test_other_names_beside_a_known_one_are_fine_as_long_as_the_best_is_taken(offered: tuple[str, ...]) -> None:
    """The first is one of the standard's own examples."""
    chosen = next(name for name in offered if name in {"ocpp2.0.1", "ocpp1.6"})
    assert told(shaken(offered=offered, subprotocol=chosen)) == []


@pytest.mark.parametrize("fields", [{}, {"origin": "import"}, {"origin": "run"}])
def test_without_headers_nobody_knows_what_was_offered(fields: dict[str, Any]) -> None:
    """An imported log may know the choice alone, or nothing."""
    for chosen in (None, "ocpp1.6"):
        assert told(Opened(SECOND, "CP-1", path="/CP-1", subprotocol=chosen, **fields), BY_CSMS) == []


def test_headers_of_the_answer_alone_say_nothing_of_the_offer() -> None:
    headers = (("response", "Sec-WebSocket-Protocol", "ocpp1.6"),)
    assert told(Opened(SECOND, "CP-1", subprotocol="ocpp1.6", headers=headers)) == []


@pytest.mark.parametrize(
    ("raw", "words"),
    [(None, "there is no Sec-WebSocket-Protocol"), ("", "has no name in it"), (" , ", "has no name in it")],
)
def test_a_station_that_offers_nothing_is_told_how(raw: str | None, words: str) -> None:
    headers = HOST if raw is None else (*HOST, ("request", "sec-websocket-protocol", raw))
    (finding,) = told(shaken(offered=(), subprotocol=None, headers=headers))
    assert (finding.code, finding.severity, finding.blame) == ("H002", Severity.ERROR, "station")
    assert words in finding.message


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("ocpp2.0", "H003", "did you mean ocpp2.0.1?"),
        ("ocpp1.6j", "H003", "did you mean ocpp1.6?"),
        ("ocpp1.5", "H003", "did you mean ocpp1.6?"),
        ("mqtt", "H003", "offer ocpp1.6, ocpp2.0.1, ocpp2.1"),
        ("OCPP1.6", "H004", "write ocpp1.6"),
        ("Ocpp2.0.1", "H004", "write ocpp2.0.1"),
        ("ocpp1.6 ocpp2.0.1", "H005", "separate names by commas"),
        ("ocpp1.6;ocpp2.0.1", "H005", "separate names by commas"),
        ('"ocpp1.6"', "H005", "separate names by commas"),
    ],
)
def test_an_offer_that_nobody_may_understand_is_told_once(name: str, code: str, hint: str) -> None:
    """One cause, one finding."""
    (finding,) = told(shaken(offered=(name,), subprotocol=None))
    assert (finding.code, finding.hint, finding.blame) == (code, hint, "station")


@pytest.mark.parametrize("raw", [",ocpp2.0.1", "ocpp2.0.1,", "ocpp2.0.1,,ocpp1.6", " ,ocpp2.0.1"])
def test_empty_elements_are_seen_in_the_header_as_it_came(raw: str) -> None:
    """``offered`` has them removed."""
    offered = tuple(name.strip() for name in raw.split(",") if name.strip())
    headers = (*HOST, ("request", "Sec-WebSocket-Protocol", raw))
    (finding,) = told(shaken(offered=offered, subprotocol="ocpp2.0.1", headers=headers))
    assert (finding.code, finding.message) == ("H005", f"the header is {raw}: an element of the list is empty")


def test_an_offer_in_several_lines_is_one_list() -> None:
    """RFC 6455 allows it."""
    lines = [("request", "Sec-WebSocket-Protocol", name) for name in ("ocpp2.0.1", "ocpp1.6")]
    headers = (*HOST, *lines)
    assert told(shaken(offered=("ocpp2.0.1", "ocpp1.6"), subprotocol="ocpp2.0.1", headers=headers)) == []


def test_a_long_offer_is_cut_in_the_message() -> None:
    names = tuple(f"name-{number}" + "x" * 1000 for number in range(1000))
    found = told(shaken(offered=names, subprotocol=None))
    assert codes(found) == ["H003", "H006"]
    assert all(len(finding.message) < 400 for finding in found)
    assert "996 more" in found[0].message


def test_a_second_choice_is_told_once_a_station() -> None:
    """The station would speak 2.0.1; it is the same at every reconnect."""
    lesser = {"offered": ("ocpp2.0.1", "ocpp1.6"), "subprotocol": "ocpp1.6"}
    found = told(shaken(**lesser), BY_CSMS, shaken(at=100, **lesser), Closed(999 * SECOND, 1000, "", "csms"))
    assert [(one.code, one.severity) for one in found] == [("H006", Severity.INFO)]
    assert found[0].message == "the station offered ocpp2.0.1, ocpp1.6; the CSMS chose ocpp1.6"


def beat(at: int) -> list[Event]:
    """Let a heartbeat pass."""
    answer = result(payload={"currentTime": "2026-01-31T12:34:56Z"})
    return [heard(raw=call(), time_ns=at * SECOND), heard(raw=answer, sender=CSMS, time_ns=at * SECOND)]


def test_a_csms_that_names_no_subprotocol_and_goes_on_is_at_fault() -> None:
    """When it is clear that it goes on: by then it must have closed."""
    opening = shaken(subprotocol=None)
    for events in ([Ticked(6 * SECOND)], beat(7), [*beat(1), BY_CSMS]):
        found = [one for one in told(opening, *events, Ticked(99 * SECOND)) if one.code[0] == "H"]
        assert [(one.code, one.severity, one.blame) for one in found] == [("H007", Severity.ERROR, "csms")]
    assert told(opening, Ticked(5 * SECOND)) == []


def test_a_csms_that_names_no_subprotocol_and_closes_refuses_by_the_book() -> None:
    """OCPP-J section 3.2: complete the handshake without the header, and close."""
    (finding,) = told(shaken(offered=("ocpp2.0.1",), subprotocol=None), BY_CSMS)
    assert (finding.code, finding.severity) == ("H009", Severity.WARNING)
    assert "took none of ocpp2.0.1" in finding.message


def test_a_station_that_leaves_because_nothing_was_chosen_is_not_to_blame() -> None:
    """RFC 6455 clients do so."""
    (finding,) = told(shaken(subprotocol=None), Closed(2 * SECOND, 1000, "", "station"))
    assert (finding.code, finding.blame) == ("H007", "csms")


def test_a_proxy_that_stops_says_nothing_of_the_choice() -> None:
    assert told(shaken(subprotocol=None), Closed(2 * SECOND, None, "the proxy was stopped", "proxy")) == []


@pytest.mark.parametrize(
    ("offered", "chosen", "expected"),
    [
        (("ocpp1.6",), "ocpp2.0.1", ["H008"]),
        (("ocpp1.6",), "OCPP1.6", ["H008"]),
        (("ocpp2.0.1", "ocpp1.6"), "ocpp2.0.1, ocpp1.6", ["H006", "H008"]),
        ((), "ocpp1.6", ["H002", "H008"]),
        (("OCPP1.6",), "ocpp1.6", ["H004"]),
        (("acme-7",), "acme-7", ["H003"]),
    ],
)
def test_a_choice_must_be_one_of_the_offer(offered: tuple[str, ...], chosen: str, expected: list[str]) -> None:
    """A CSMS that understands a miscased name is only kind."""
    assert sorted(codes(told(shaken(offered=offered, subprotocol=chosen)))) == expected


def test_a_refused_handshake_is_told_when_it_ends() -> None:
    """With the words of who refused it; what was wrong with the offer stands beside."""
    refusal = Closed(2 * SECOND, None, "Bad Request", "csms")
    found = told(shaken(offered=(), subprotocol=None, http_status=400), refusal)
    assert codes(found) == ["H002", "H009"]
    assert found[1].message == "the CSMS answered 400 Bad Request to /ocpp/CP-1: the station offered no subprotocol"
    assert told(shaken(http_status=503, subprotocol=None), Closed(2 * SECOND, None, "", "proxy")) == []


def test_who_the_proxy_turns_away_is_told_why() -> None:
    """A request for a whole URL has a code of its own; and nobody is told of a proxy that stops."""
    whole = shaken(path="http://proxy.example/CP-1", http_status=400, subprotocol=None)
    why = "refused by the proxy: the request asks for a whole URL; only a path is served"
    (finding,) = told(whole, Closed(2 * SECOND, None, why, "proxy"))
    assert (finding.code, finding.blame) == ("H011", "station")
    bare = Opened(SECOND, "", http_status=None)
    (finding,) = told(bare, Closed(2 * SECOND, None, "refused by the proxy: TLS on the port for plain text", "proxy"))
    assert (finding.code, finding.blame) == ("H009", "station")
    for by in ("proxy", "operator"):
        assert told(bare, Closed(2 * SECOND, None, "the proxy was stopped", by)) == []


def test_a_session_with_frames_was_not_refused() -> None:
    """A log that is imported may not know the status."""
    assert told(shaken(http_status=None), *beat(2), Closed(9 * SECOND, 1000, "", "csms")) == []


def test_a_browser_is_no_station() -> None:
    """Its request breaks no rule of OCPP; the refusal says what it was."""
    plain = shaken(offered=(), subprotocol=None, http_status=404, path="/", headers=(("request", "Host", "x"),))
    (finding,) = told(plain, Closed(2 * SECOND, None, "Not Found", "csms"))
    assert (finding.code, "no WebSocket handshake" in finding.message) == ("H009", True)


def probe(
    *, first: str = "ocpp1.6", second: str = "ocpp2.0.1", lasting: int = 3, pause: int = 1, by: str = "station"
) -> list[Event]:
    """Let a connection come and go, and another follow; all in seconds."""
    return [
        shaken(offered=(first,), subprotocol=first),
        Closed((1 + lasting) * SECOND, 1000, "", by),
        shaken(at=1 + lasting + pause, offered=(second,), subprotocol=second),
    ]


def test_a_probe_connection_is_told_by_the_real_one() -> None:
    (finding,) = told(*probe())
    assert (finding.code, finding.severity, finding.frame) == ("H014", Severity.INFO, None)
    assert finding.message == "a short connection with ocpp1.6 came before this with ocpp2.0.1"


@pytest.mark.parametrize("fields", [{"second": "ocpp1.6"}, {"lasting": 30}, {"pause": 600}, {"by": "proxy"}])
def test_what_only_looks_like_a_probe_is_none(fields: dict[str, Any]) -> None:
    """The same version, a long connection, an update of the firmware meanwhile, a proxy that was restarted."""
    assert told(*probe(**fields)) == []


def test_a_connection_with_frames_is_no_probe() -> None:
    opening, end, real = probe()
    assert told(opening, *beat(2), end, real) == []


def test_a_station_that_probes_each_time_is_told_once() -> None:
    later = shaken(at=200), Closed(203 * SECOND, 1000, "", "station")
    real = shaken(at=204, offered=("ocpp2.0.1",), subprotocol="ocpp2.0.1")
    assert codes(told(*probe(), Closed(100 * SECOND, 1000, "", "station"), *later, real)) == ["H014"]
