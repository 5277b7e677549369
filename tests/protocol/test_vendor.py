"""Vendors' schemas: read once from a folder, looked up by what the wire says, and never a path from it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from inspector.protocol.event import Received
from inspector.protocol.finding import Finding
from inspector.protocol.inspection import Inspection
from inspector.protocol.schema import MOST
from inspector.protocol.vendor import LARGEST, Vendors, VendorSchemaError, read, shipped
from inspector.protocol.version import Party, Version
from tests.protocol.wire import CSMS, SECOND, STATION, call, heard, result

LIMIT = {"type": "object", "properties": {"limit": {"type": "integer"}}, "required": ["limit"]}


def folder(path: Path, **files: Any) -> Path:
    """Write vendors' schemas; ``acme__Ping`` is the file acme/Ping.json, ``___`` stands for ``.``."""
    for name, document in files.items():
        file = path / (name.replace("___", ".").replace("__", "/") + ".json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def transfer(data: Any, *, vendor: Any = "acme", message: Any = "Ping", **more: Any) -> str:
    return call(action="DataTransfer", payload={"vendorId": vendor, "messageId": message, "data": data, **more})


def judged(vendors: Vendors, *events: Received, version: Version = Version.V201) -> list[Finding]:
    inspection = Inspection(version, vendors=vendors)
    return [
        finding
        for event in events
        for finding in inspection.observe(event).findings
        if finding.code in {"S004", "F001"}
    ]


def said(raw: str, sender: Party = STATION) -> Received:
    return heard(raw=raw, sender=sender)


@pytest.mark.parametrize("version", list(Version))
def test_the_data_of_a_data_transfer_is_checked(tmp_path: Path, version: Version) -> None:
    """Where it is JSON itself the pointer leads into it; in a text the place is told in the message."""
    vendors = read(folder(tmp_path, acme__Ping=LIMIT))
    assert judged(vendors, said(transfer('{"limit":1}')), version=version) == []
    (found,) = judged(vendors, said(transfer('{"limit":"x"}')), version=version)
    assert (found.pointer, found.severity, found.blame) == ("/3/data", "warning", "station")
    assert (
        found.message
        == 'limit is "x", but must be an integer (at /limit of the text), says the vendor schema acme/Ping'
    )
    if version is not Version.V16:
        assert judged(vendors, said(transfer({"limit": 1})), version=version) == []
        (found,) = judged(vendors, said(transfer({"limit": "x"})), version=version)
        assert found.pointer == "/3/data/limit"
        assert found.message == 'limit is "x", but must be an integer, says the vendor schema acme/Ping'


def test_a_text_that_the_schema_takes_as_it_is_is_not_parsed(tmp_path: Path) -> None:
    """A number in quotes is a text where the vendor asks for one."""
    vendors = read(folder(tmp_path, acme__Ping={"type": "string", "maxLength": 3}))
    assert judged(vendors, said(transfer("123"))) == []
    (found,) = judged(vendors, said(transfer("12345x")))
    assert "has 6 characters, but may have 3 at most" in found.message


@pytest.mark.parametrize("data", ["not json", "{", "", "[" * 300, '{"limit":1,"limit":NaN}'])
def test_a_text_that_is_no_json_is_judged_as_a_text(tmp_path: Path, data: str) -> None:
    vendors = read(folder(tmp_path, acme__Ping=LIMIT))
    (found,) = judged(vendors, said(transfer(data)), version=Version.V16)
    assert found.pointer == "/3/data"
    assert "must be an object" in found.message


def test_the_data_of_an_answer_has_a_schema_of_its_own(tmp_path: Path) -> None:
    """Which the ids of the CALL find; both sides may send a DataTransfer."""
    vendors = read(folder(tmp_path, acme__Ping=LIMIT, acme__Ping___response={"type": "boolean"}))
    for asker in Party:
        asked = heard(raw=transfer({"limit": 1}), sender=asker)
        good = heard(raw=result(payload={"status": "Accepted", "data": True}), sender=asker.peer, time_ns=SECOND)
        bad = heard(raw=result(payload={"status": "Accepted", "data": 1}), sender=asker.peer, time_ns=SECOND)
        assert judged(vendors, asked, good) == []
        (found,) = judged(vendors, asked, bad)
        assert (found.pointer, found.blame, found.frame) == ("/2/data", asker.peer.value, 2)
        assert found.message == "data is 1, but must be true or false, says the vendor schema acme/Ping.response"


def test_an_answer_to_nobody_is_not_checked(tmp_path: Path) -> None:
    vendors = read(folder(tmp_path, acme__Ping___response=LIMIT))
    assert judged(vendors, said(result(payload={"status": "Accepted", "data": 1}))) == []


@pytest.mark.parametrize(
    ("vendor", "message"),
    [("acme", "Pong"), ("acm", "Ping"), ("acme", None), (None, "Ping"), (7, ["Ping"]), ("../acme", "Ping"), ("", "")],
)
def test_what_no_schema_is_there_for_is_not_checked(tmp_path: Path, vendor: Any, message: Any) -> None:
    """Whatever the ids are; a path in one is only an unknown id."""
    vendors = read(folder(tmp_path / "below", acme__Ping=LIMIT))
    assert judged(vendors, said(transfer({"limit": "x"}, vendor=vendor, message=message))) == []


def test_ids_are_found_in_any_case(tmp_path: Path) -> None:
    """1.6 calls both case-insensitive."""
    vendors = read(folder(tmp_path, Acme__Ping=LIMIT))
    assert len(judged(vendors, said(transfer({}, vendor="ACME", message="ping")))) == 1


def test_a_file_name_may_be_percent_encoded(tmp_path: Path) -> None:
    (tmp_path / "acme%2Fsouth").mkdir()
    (tmp_path / "acme%2Fsouth" / "a%3Ab.json").write_text(json.dumps(LIMIT))
    assert len(judged(read(tmp_path), said(transfer({}, vendor="acme/south", message="a:b")))) == 1


@pytest.mark.parametrize("payload", [{"vendorId": "acme", "messageId": "Ping"}, [], "x", None])
def test_a_transfer_without_data_is_not_checked(tmp_path: Path, payload: Any) -> None:
    """The standard does not ask for any."""
    vendors = read(folder(tmp_path, acme__Ping=LIMIT))
    assert judged(vendors, said(f'[2,"1","DataTransfer",{json.dumps(payload)}]')) == []


CUSTOM = {"properties": {"level": {"enum": ["low", "high"]}}}


def test_custom_data_is_checked_wherever_it_stands(tmp_path: Path) -> None:
    """In any message of 2.x, at any depth, in requests and answers; other vendors' is not."""
    vendors = read(folder(tmp_path, acme__customData=CUSTOM))
    bad, other = {"vendorId": "acme", "level": "hihg"}, {"vendorId": "emca", "level": "hihg"}
    station = {"vendorName": "Acme", "model": "One", "customData": bad}
    boot = {"reason": "PowerUp", "chargingStation": station, "customData": other}
    answer = {"currentTime": "2026-01-31T12:34:56Z", "interval": 300, "status": "Accepted", "customData": bad}
    found = judged(
        vendors,
        said(call(action="BootNotification", payload=boot)),
        heard(raw=result(payload=answer), sender=CSMS, time_ns=SECOND),
    )
    assert [one.pointer for one in found] == ["/3/chargingStation/customData/level", "/2/customData/level"]
    assert found[0].hint == "did you mean high? Allowed: low, high"
    good = {**boot, "chargingStation": {**station, "customData": {**bad, "level": "low"}}}
    assert judged(vendors, said(call(action="BootNotification", payload=good))) == []


def test_custom_data_in_data_is_checked_too(tmp_path: Path) -> None:
    """Both checks find their own."""
    vendors = read(folder(tmp_path, acme__Ping=LIMIT, acme__customData=CUSTOM))
    raw = transfer({"limit": "x"}, customData={"vendorId": "acme", "level": 1})
    assert [one.pointer for one in judged(vendors, said(raw))] == ["/3/data/limit", "/3/customData/level"]


@pytest.mark.parametrize("custom", [None, 7, [], "acme", {}, {"vendorId": 7}, {"customData": {"customData": {}}}])
def test_odd_custom_data_is_for_the_official_schema_to_judge(tmp_path: Path, custom: Any) -> None:
    vendors = read(folder(tmp_path, acme__customData=CUSTOM))
    assert judged(vendors, said(call(action="Heartbeat", payload={"customData": custom}))) == []


def test_of_very_many_faults_the_first_are_told(tmp_path: Path) -> None:
    """A hostile payload fills no capture."""
    vendors = read(folder(tmp_path, acme__Ping={"items": {"type": "string"}}, acme__customData=CUSTOM))
    raw = transfer([1] * 5000, customData={"vendorId": "acme", "level": 1})
    assert len(judged(vendors, said(raw))) == MOST


def test_a_payload_the_validator_cannot_take_has_no_verdict(tmp_path: Path) -> None:
    """A lone surrogate; vendors' schemas have no second validator."""
    vendors = read(folder(tmp_path, acme__Ping=LIMIT))
    raw = '[2,"1","DataTransfer",{"vendorId":"acme","messageId":"Ping","data":{"a":"\\ud800"}}]'
    assert judged(vendors, said(raw)) == []


def test_no_depth_of_data_makes_a_check_raise(tmp_path: Path) -> None:
    """Against a schema that goes as deep as the data."""
    deep = {"$ref": "#/$defs/list", "$defs": {"list": {"type": "array", "items": {"$ref": "#/$defs/list"}}}}
    vendors = read(folder(tmp_path, acme__Ping=deep))
    for depth in (10, 150, 190):
        data = json.loads("[" * depth + "1" + "]" * depth)
        assert len(judged(vendors, said(transfer(data)))) == 1
        assert len(judged(vendors, said(transfer(json.dumps(data))))) == 1


def test_an_own_schema_replaces_the_one_that_came_with_the_program(tmp_path: Path) -> None:
    """The others stay."""
    raw = transfer({"brightness": 50}, vendor="com.example", message="SetLight")
    other = transfer({"brightness": 50}, vendor="acme", message="Ping")
    both = shipped() | read(folder(tmp_path, com___example__SetLight={"required": ["colour"]}, acme__Ping=False))
    assert judged(shipped(), said(raw), said(other)) == []
    assert len(judged(both, said(raw), said(other))) == 2


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    """A pipe or a device may have no end; a link to a file is a file."""
    (tmp_path / "acme").mkdir()
    (tmp_path / "schema").write_text("{}")
    (tmp_path / "acme" / "A.json").symlink_to(tmp_path / "schema")
    assert len(read(tmp_path)) == 1
    (tmp_path / "acme" / "B.json").symlink_to("/dev/zero")
    with pytest.raises(VendorSchemaError, match=r"acme/B\.json: not a regular file$"):
        read(tmp_path)
    (tmp_path / "acme" / "B.json").unlink()
    os.mkfifo(tmp_path / "acme" / "C.json")
    with pytest.raises(VendorSchemaError, match=r"acme/C\.json: not a regular file$"):
        read(tmp_path)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    folder(tmp_path, acme__A="{}" + " " * (LARGEST - 2))
    assert len(read(tmp_path)) == 1
    folder(tmp_path, acme__A="{}" + " " * (LARGEST - 1))
    with pytest.raises(VendorSchemaError, match=r"acme/A\.json: too large"):
        read(tmp_path)


def test_the_schemas_that_come_with_the_program_are_sound() -> None:
    assert len(shipped()) == 2


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "not JSON: "),
        ("", "not JSON: "),
        ("[1]", "not a JSON schema: "),
        ('"object"', "not a JSON schema: "),
        ('{"type":"nonsense"}', "not a JSON schema: "),
        ('{"$ref":"other.json"}', "not a JSON schema: "),
        ('{"$ref":"#/nowhere"}', "not a JSON schema: "),
        ('{"pattern":"("}', "not a JSON schema: "),
        ("[" * 100_000, "not a JSON schema: "),
    ],
)
def test_a_broken_file_is_named_in_one_line(tmp_path: Path, document: str, words: str) -> None:
    folder(tmp_path, acme__Good=LIMIT, acme__Bad=document)
    with pytest.raises(VendorSchemaError) as caught:
        read(tmp_path)
    text = str(caught.value)
    assert text.startswith(f"{tmp_path / 'acme' / 'Bad.json'}: {words}")
    assert "\n" not in text


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder(tmp_path, acme__Bad=LIMIT)
    (tmp_path / "acme" / "Bad.json").write_bytes(b'{"title":"\xff"}')
    with pytest.raises(VendorSchemaError, match="not UTF-8"):
        read(tmp_path)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    """Missing, a file, without schemas, or one that may not be read."""
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat" / "Ping.json").write_text("{}")
    for name, words in (
        ("missing", "No such file"),
        ("file", "Not a directory"),
        ("empty", "no vendor schemas in it"),
        ("flat", "no vendor schemas in it"),
    ):
        with pytest.raises(VendorSchemaError, match=words) as caught:
            read(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)


def test_a_file_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "acme" / "Ping.json").mkdir(parents=True)
    with pytest.raises(VendorSchemaError, match=r"Ping\.json: not a regular file"):
        read(tmp_path)


def test_two_files_of_one_message_are_named(tmp_path: Path) -> None:
    folder(tmp_path, acme__Ping=LIMIT, ACME__ping=LIMIT)
    with pytest.raises(VendorSchemaError, match="is the same but for upper and lower case"):
        read(tmp_path)


def test_other_files_are_let_be(tmp_path: Path) -> None:
    folder(tmp_path, acme__Ping=LIMIT)
    (tmp_path / "README.md").write_text("x")
    (tmp_path / "acme" / "._Ping.json").write_text("x")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.json").write_text("x")
    (tmp_path / "acme" / "notes.txt").write_text("x")
    assert len(read(tmp_path)) == 1
