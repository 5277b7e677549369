"""What the station needs."""

from inspector.doctor.advice import advice, reachable
from inspector.doctor.machine import addresses
from inspector.proxy.address import parse_listen, parse_upstream


def test_the_url_has_the_addresses_of_this_machine() -> None:
    upstream = parse_upstream("wss://csms.example/ocpp/")
    checks = list(advice([parse_listen("0.0.0.0:8180"), parse_listen("wss://10.0.0.1:443")], upstream))
    assert checks[0].what.startswith("instead of wss://csms.example/ocpp/ID it needs ws://")
    assert all(f"ws://{address}:8180/ID" in checks[0].what for address in addresses())
    assert "wss://10.0.0.1:443/ID" in checks[0].what
    assert [check.name for check in checks] == ["station", "station 1.6", "station 2.x"]


def test_a_listener_on_one_address_is_reached_there() -> None:
    assert reachable("10.0.0.1") == ["10.0.0.1"]
    assert reachable("0.0.0.0") == (addresses() or ["0.0.0.0"])
