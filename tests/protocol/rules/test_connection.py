"""H1: how connections end, how often, and who is still there."""

from dataclasses import replace
from typing import Any

import pytest

from inspector.protocol.context import Station
from inspector.protocol.event import Closed, Control, Controlled, Event, Noted, Opened, Ticked, Violated
from inspector.protocol.finding import Finding, Severity
from inspector.protocol.inspection import Inspection
from inspector.protocol.version import Party, Version
from tests.protocol.wire import CSMS, SECOND, STATION, call, codes, findings, heard, result

NOW = {"currentTime": "2026-01-31T12:34:56Z"}


def at(seconds: float) -> int:
    """Return a time, 1000 s after the beginning of time."""
    return int((1000 + seconds) * SECOND)


def opened(seconds: float = 0, *, peer: str = "", path: str = "/CP-1", origin: str = "live") -> Opened:
    return Opened(at(seconds), "CP-1", path=path, peer=peer, subprotocol="ocpp1.6", origin=origin)


def beat(seconds: float) -> list[Event]:
    """Let a heartbeat pass."""
    return [
        heard(raw=call(), time_ns=at(seconds)),
        heard(raw=result(payload=NOW), sender=CSMS, time_ns=at(seconds + 0.2)),
    ]


def closed(seconds: float, code: int | None = 1006, by: str = "network", reason: str = "") -> Closed:
    return Closed(at(seconds), code, reason, by)


def h_codes(found: list[Finding]) -> list[str]:
    return [code for code in codes(found) if code[0] == "H"]


def test_an_abnormal_end_says_who_what_silence_and_last_frames() -> None:
    (finding,) = findings([opened(), *beat(10), closed(70, 1011, "csms", "boom")])
    assert (finding.code, finding.severity, finding.blame, finding.frame) == ("H101", Severity.WARNING, "csms", None)
    assert finding.message == (
        "the CSMS closed with 1011 (boom): an internal error; silent before: station 60.0 s, CSMS 59.8 s;"
        " last frames: 1 station CALL Heartbeat, 2 CSMS CALLRESULT Heartbeat"
    )
    assert "last frame" in finding.hint


@pytest.mark.parametrize(("by", "side"), [("station", ", on the side of the station"), ("network", ""), ("", "")])
def test_an_end_without_a_close_frame_is_the_networks_till_somebody_knows_better(by: str, side: str) -> None:
    (finding,) = findings([opened(), closed(5, by=by)])
    assert (finding.code, finding.blame) == ("H101", "network")
    assert finding.message == f"the connection broke off without a close frame{side}; no frame had passed"


def test_an_end_without_a_code_is_told_if_it_has_a_reason() -> None:
    (finding,) = findings([opened(), closed(5, None, reason="ping timeout")])
    assert finding.message.startswith("ping timeout; ")
    assert findings([opened(), closed(5, None)]) == []


@pytest.mark.parametrize("code", [1000, 1001, 1005])
@pytest.mark.parametrize("by", ["station", "csms", "network", ""])
def test_an_orderly_end_is_silent(code: int, by: str) -> None:
    assert findings([opened(), *beat(10), closed(70, code, by)]) == []


@pytest.mark.parametrize("code", [None, 1001, 1006, 1012])
def test_a_proxy_that_stops_is_silent_however_often(code: int | None) -> None:
    """Captures are full of restarts."""
    events = [
        event
        for number in range(8)
        for event in (
            opened(number * 10),
            *beat(number * 10 + 1),
            closed(number * 10 + 9, code, "proxy", "the proxy was stopped"),
        )
    ]
    assert findings(events) == []


def test_frames_without_a_handshake_may_end_too() -> None:
    found = findings([*beat(10), closed(70, 1008, "csms")], version=Version.V16)
    assert [(one.code, one.blame) for one in found] == [("H101", "station")]


def reset(seconds: float, status: str = "Accepted", **asked: Any) -> list[Event]:
    """Let the CSMS reset the station."""
    return [
        heard(
            raw=call(action="Reset", payload={"type": "Hard"} | asked, message_id="r"), sender=CSMS, time_ns=at(seconds)
        ),
        heard(raw=result(payload={"status": status}, message_id="r"), time_ns=at(seconds + 0.1)),
    ]


@pytest.mark.parametrize(
    ("code", "by", "later", "status", "told"),
    [
        (1006, "network", 2, "Accepted", []),
        (1006, "station", 290, "Accepted", []),
        (None, "station", 2, "Accepted", []),
        (1006, "network", 302, "Accepted", ["H101"]),
        (1006, "network", 2, "Rejected", ["H101"]),
        (1011, "csms", 2, "Accepted", ["H101"]),
    ],
)
def test_a_station_that_resets_goes_without_a_word(
    code: int | None, by: str, later: float, status: str, told: list[str]
) -> None:
    """Only if it said that it would, and not for ever after."""
    found = findings([opened(), *beat(5), *reset(10, status), closed(10 + later, code, by, "gone")])
    assert h_codes(found) == told


def test_the_reset_of_one_evse_ends_no_connection() -> None:
    events = [*beat(5), *reset(10, type="Immediate", evseId=1), closed(12)]
    assert h_codes(findings(events, version=Version.V201)) == ["H101"]


def test_an_end_at_an_unknown_time_tells_no_silence() -> None:
    (finding,) = findings([Opened(0, "CP-1", subprotocol="ocpp1.6"), Closed(0, 1006)])
    assert "silent" not in finding.message


@pytest.mark.parametrize("code", [1012, 1013])
def test_a_csms_that_asks_to_come_back_is_only_information(code: int) -> None:
    (finding,) = findings([opened(), *beat(10), closed(70, code, "csms")])
    assert (finding.code, finding.severity) == ("H107", Severity.INFO)


def test_a_refused_handshake_has_no_end_of_its_own() -> None:
    refused = Opened(at(0), "CP-1", subprotocol=None, http_status=404)
    assert codes(findings([refused, Closed(at(0), None, "Not Found", "csms")])) == ["H009"]


def test_only_the_last_frames_are_named_and_long_names_are_cut() -> None:
    raw = call(action="x" * 10_000)
    events = [heard(raw=raw, time_ns=at(number)) for number in range(20)]
    finding = findings([opened(), *events, closed(30, reason="y" * 10_000)], version=Version.V16)[-1]
    assert len(finding.message) < 700
    assert "16 station CALL xxx" in finding.message
    assert "15 station" not in finding.message


def drops(count: int, *, every: float = 65, lasting: float = 60, origin: str = "live") -> list[Event]:
    return [
        event
        for number in range(count)
        for event in (opened(number * every, origin=origin), closed(number * every + lasting))
    ]


def test_a_period_is_told_once_while_it_goes_on_and_again_when_it_comes_back() -> None:
    broken = [opened(2000), closed(2700)]
    later = [opened(3000 + number * 65) for number in range(4)]
    again = [each for opening in later for each in (opening, Closed(opening.time_ns + 60 * SECOND, 1006))]
    assert h_codes(findings(drops(10))).count("H102") == 1
    assert h_codes(findings([*drops(10), *broken, *again])).count("H102") == 2


def test_a_loop_is_told_once_while_it_goes_on() -> None:
    found = findings(drops(40, every=7, lasting=3))
    assert h_codes(found).count("H103") == 1
    assert h_codes(found).count("H101") == 40


@pytest.mark.parametrize(("every", "lasting"), [(65, 60), (7, 3)])
def test_what_a_replay_does_is_no_trouble_of_the_station(every: float, lasting: float) -> None:
    assert set(codes(findings(drops(10, every=every, lasting=lasting, origin="run")))) == {"H101"}


def test_a_reconnect_each_night_is_clean() -> None:
    """For weeks, whoever closes."""
    day = 86_400
    for by in ("station", "csms"):
        events = [
            event
            for night in range(30)
            for event in (opened(night * day), *beat(night * day + 5), closed(night * day + day - 9, 1000, by))
        ]
        assert findings(events) == []


def test_a_daily_disconnect_by_the_provider_is_told_each_time_and_is_no_period() -> None:
    events = [event for day in range(9) for event in (opened(day * 86_400), closed(day * 86_400 + 86_390))]
    assert set(codes(findings(events))) == {"H101"}


class Pair:
    """Two connections of one station, heard side by side."""

    def __init__(self, old: Opened, new: Opened, *, between: list[Event]) -> None:
        station = Station()
        self.old = Inspection(station=station)
        self.new = Inspection(station=station)
        self.found: list[Finding] = []
        for event in (old, *between):
            self.say(self.old, event)
        self.say(self.new, new)

    def say(self, connection: Inspection, *events: Event) -> None:
        for event in events:
            self.found += connection.observe(event).findings


def pair(**fields: str) -> Pair:
    return Pair(opened(0), opened(100, **fields), between=beat(10))


def test_a_second_connection_is_told_with_how_long_the_first_was_silent() -> None:
    """Most often the first is half-open."""
    both = pair()
    (finding,) = both.found
    assert (finding.code, finding.severity, finding.blame) == ("H104", Severity.INFO, "network")
    assert "silent for 89.8 s" in finding.message
    both.say(both.new, *beat(101), *beat(200), *beat(300))
    both.say(both.old, closed(900, 1001, "csms"))
    assert codes(both.found) == ["H104"]


def test_the_addresses_are_named_where_they_differ() -> None:
    old, new = opened(0, peer="10.0.0.5:4711"), opened(100, peer="10.0.0.9:4712")
    assert "from 10.0.0.5, the new one from 10.0.0.9" in Pair(old, new, between=[]).found[0].message
    same = Pair(old, opened(100, peer="10.0.0.5:4712"), between=[])
    assert "10.0.0.5" not in same.found[0].message


def test_two_connections_in_use_are_a_warning_once() -> None:
    both = pair()
    both.say(both.new, *beat(101))
    for seconds in (120, 140, 160):
        both.say(both.old, *beat(seconds))
        both.say(both.new, *beat(seconds + 10))
    assert codes(both.found) == ["H104", "H106"]
    assert (both.found[1].severity, both.found[1].blame, both.found[1].frame) == (Severity.WARNING, "station", None)


def test_a_pong_on_the_old_connection_shows_that_it_lives() -> None:
    both = pair()
    both.say(both.new, *beat(101))
    both.say(both.old, Controlled(at(130), STATION, Control.PONG))
    assert codes(both.found) == ["H104", "H106"]


def test_what_was_on_its_way_is_no_use_of_the_old_connection() -> None:
    """Nor is what the CSMS sends into the dark."""
    both = pair()
    both.say(both.new, *beat(101))
    both.say(both.old, *beat(105), Controlled(at(200), CSMS, Control.PING), closed(250, 1001, "csms"))
    both.say(both.new, *beat(300))
    assert "H106" not in codes(both.found)


def test_two_sessions_that_are_heard_one_after_the_other_overlap_by_their_times() -> None:
    """As an import may tell them."""
    old = [opened(0), *beat(10), *beat(150), closed(200, 1000, "station")]
    assert codes(findings([*old, opened(100), *beat(110)])) == ["H104", "H106"]


@pytest.mark.parametrize(
    "second",
    [opened(200), opened(100, origin="run"), opened(100, path="/other/CP-1"), Opened(at(100), "CP-1", http_status=503)],
    ids=["afterwards", "a replay", "another tenant's", "refused"],
)
def test_what_is_no_second_connection(second: Opened) -> None:
    assert "H104" not in codes(findings([opened(0), *beat(10), closed(199, 1000, "station"), second]))


def test_a_hundred_connections_left_open_are_told_each_and_not_kept() -> None:
    """A station on a bad network, behind a CSMS that never drops anything."""
    assert codes(findings([opened(number) for number in range(100)])) == ["H104"] * 99


def ping(seconds: float, sender: Party = CSMS) -> Controlled:
    return Controlled(at(seconds), sender, Control.PING)


def pong(seconds: float, sender: Party = STATION) -> Controlled:
    return Controlled(at(seconds), sender, Control.PONG)


def test_a_ping_without_any_sign_of_life_is_told_once_a_session() -> None:
    events = [opened(), ping(10), Ticked(at(39)), Ticked(at(40)), ping(50), Ticked(at(99)), closed(100, 1000, "csms")]
    (finding,) = findings(events)
    assert (finding.code, finding.severity, finding.frame) == ("H105", Severity.WARNING, None)
    assert finding.message == "nothing came from the station for 30.0 s after a ping"
    assert finding.hint == "the CSMS sent it"


@pytest.mark.parametrize(
    "sign",
    [pong(12), heard(raw=result(message_id="?"), sender=STATION, time_ns=at(12)), ping(12, STATION)],
    ids=["a pong", "a frame", "a ping of its own"],
)
def test_any_sign_of_life_will_do(sign: Event) -> None:
    """A pong may be late behind a long message, and some recorders hear none."""
    later = [pong(30, CSMS)] if isinstance(sign, Controlled) and sign.kind is Control.PING else []
    events = [opened(), ping(10), sign, *later, Ticked(at(99)), closed(100, 1000, "csms")]
    assert h_codes(findings(events)) == []


def test_a_ping_just_before_the_end_had_no_time_for_its_pong() -> None:
    assert findings([opened(), ping(10), closed(19, 1000, "csms")]) == []
    assert codes(findings([opened(), ping(10), closed(21, 1000, "csms")])) == ["H105"]
    assert findings([opened(), ping(10), closed(21, None, "proxy", "the proxy was stopped")]) == []


def test_each_side_may_fall_silent() -> None:
    found = findings([opened(), ping(10), ping(11, STATION), Ticked(at(60))])
    assert [one.hint for one in found] == ["the station sent it"]  # its ping was the station's sign of life
    found = findings([opened(), ping(10, STATION), Ticked(at(60)), ping(70), Ticked(at(120))])
    assert [one.hint for one in found] == ["the station sent it", "the CSMS sent it"]


def test_who_pings_and_who_is_silent_is_told_by_each_side() -> None:
    """A CSMS that pings every 20 s, as most do, and a station that never does."""
    pings = [event for number in range(100) for event in (ping(number * 20), pong(number * 20 + 0.1))]
    assert findings([opened(), *pings, Ticked(at(5000))]) == []
    assert findings([opened(), *beat(10), Ticked(at(5000)), closed(6000, 1000, "station")]) == []
    dead = [ping(2000), ping(2020), Ticked(at(2031))]
    assert [one.message for one in findings([opened(), *pings, *dead])] == [
        "nothing came from the station for 31.0 s after a ping"
    ]


def test_what_can_not_be_read_is_a_sign_of_life() -> None:
    """And after an opaque violation or a gap nobody knows whether a pong came."""
    loud = Violated(at(30), STATION, "a frame of the client without a mask")
    later = [Ticked(at(99)), closed(100, 1006)]
    assert h_codes(findings([opened(), ping(10), loud, *later])) == ["H101"]
    for lost in (replace(loud, opaque=True), Noted(at(30), "gap", "3 frames are lost")):
        found = [one for one in findings([opened(), *beat(1), ping(10), lost, ping(31), *later]) if one.code[0] == "H"]
        assert codes(found) == ["H101"]
        assert found[0].message.endswith("a close frame; not all that was said before could be read")


@pytest.mark.parametrize("by", ["proxy", "operator"])
def test_an_end_by_who_stands_between_is_nobodys_fault(by: str) -> None:
    assert findings([opened(), *beat(1), closed(9, 1006, by, "cut")]) == []


def test_pings_for_months_cost_nothing_and_say_nothing() -> None:
    events = [event for number in range(2000) for event in (ping(number * 60), pong(number * 60 + 1))]
    assert findings([opened(), *events, closed(2000 * 60, 1000, "station")]) == []
