"""The machine: real ports, real folders, the real limit."""

import os
import resource
import socket
from pathlib import Path

import pytest

from inspector.doctor import machine
from inspector.doctor.check import Check, State
from tests.peers import free_port


def listening(host: str, port: int) -> Check:
    (check,) = machine.listening([(host, port)])
    return check


def test_a_free_port_on_all_addresses_is_fine() -> None:
    port = free_port()
    assert listening("0.0.0.0", port).state is State.OK
    with socket.socket() as again:  # it was given back
        again.bind(("0.0.0.0", port))


def test_a_port_on_loopback_is_for_no_station() -> None:
    check = listening("127.0.0.1", 0)
    assert (check.state, "--listen 0.0.0.0:0" in check.todo) == (State.WARNING, True)


@pytest.mark.parametrize(("host", "words"), [("192.0.2.77", "no such address"), ("nowhere.invalid", "how --listen")])
def test_an_address_of_elsewhere_can_not_be_had(host: str, words: str) -> None:
    check = listening(host, 0)
    assert (check.state, words in check.todo) == (State.ERROR, True)


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        check = listening("127.0.0.1", other.getsockname()[1])
    assert (check.state, check.what.endswith("can't listen: Address already in use")) == (State.ERROR, True)


@pytest.mark.parametrize("other", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_listeners_that_stand_in_each_other_s_way_are_told(other: str) -> None:
    port = free_port()
    first, second = machine.listening([("127.0.0.1", port), (other, port)])
    assert (first.state, second.state) == (State.WARNING, State.ERROR)
    assert "a --listen before it has that port" in second.todo


def test_all_addresses_of_both_kinds_may_be_listened_on_at_one_port() -> None:
    port = free_port()
    assert [check.state for check in machine.listening([("0.0.0.0", port), ("::", port)])] == [State.OK] * 2


def test_the_addresses_are_our_own() -> None:
    assert all(machine.is_ours(address) for address in machine.addresses())
    assert machine.is_ours("127.0.0.1")
    assert not machine.is_ours("192.0.2.77")


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above(tmp_path: Path) -> None:
    check = machine.disk(tmp_path / "captures" / "proxy.db")
    assert check.state is State.OK
    assert check.what.startswith(f"{tmp_path}: ")
    assert not list(tmp_path.iterdir())


def test_a_folder_nobody_can_write_is_an_error() -> None:
    check = machine.disk(Path("/proc/captures/proxy.db"))
    assert (check.state, "can't write" in check.what) == (State.ERROR, True)


def test_little_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = []
    for free in (10 << 20, 100 << 20, 10 << 30):
        usage = type("usage", (), {"free": free})
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _, usage=usage: usage)
        states.append(machine.disk(tmp_path / "x.db").state)
    assert states == [State.ERROR, State.WARNING, State.OK]


def test_few_files_are_room_for_few_stations() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (250, hard))
        check = machine.files()
        resource.setrlimit(resource.RLIMIT_NOFILE, (2050, hard))
        more = machine.files()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (check.state, "room for 100 stations" in check.what) == (State.WARNING, True)
    assert (more.state, "room for 1000 stations" in more.what) == (State.OK, True)


@pytest.mark.parametrize(
    ("said", "state"), [("echo yes", State.OK), ("echo no", State.WARNING), ("exit 1", None), (None, None)]
)
def test_the_clock_is_judged_where_systemd_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, state: State | None
) -> None:
    """A timedatectl of our own stands in; without one, or one that can't tell, nothing is said."""
    if said:
        (tmp_path / "timedatectl").write_text(f"#!/bin/sh\n{said}\n")
        (tmp_path / "timedatectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}" if said is None else f"{tmp_path}:{os.environ['PATH']}")
    assert [check.state for check in machine.synchronisation()] == ([state] if state else [])
