"""The action tables: how many, who may send them, which have no answer, and other names for them."""

from importlib import resources

import pytest

from inspector.protocol import actions
from inspector.protocol.version import Party, Version

STATION_ONLY, CSMS_ONLY, BOTH = {Party.STATION}, {Party.CSMS}, set(Party)


@pytest.mark.parametrize(("version", "count"), [(Version.V16, 39), (Version.V201, 64), (Version.V21, 91)])
def test_each_version_has_its_actions(version: Version, count: int) -> None:
    """1.6 with the security extensions."""
    table = actions.table(version)
    assert len(table) == count
    assert all(name == row.name for name, row in table.items())


@pytest.mark.parametrize(
    ("version", "action", "senders"),
    [
        (Version.V16, "BootNotification", STATION_ONLY),
        (Version.V16, "StartTransaction", STATION_ONLY),
        (Version.V16, "RemoteStartTransaction", CSMS_ONLY),
        (Version.V16, "SignCertificate", STATION_ONLY),
        (Version.V16, "CertificateSigned", CSMS_ONLY),
        (Version.V16, "DataTransfer", BOTH),
        (Version.V201, "TransactionEvent", STATION_ONLY),
        (Version.V201, "RequestStartTransaction", CSMS_ONLY),
        (Version.V201, "CostUpdated", CSMS_ONLY),
        (Version.V201, "ClearedChargingLimit", STATION_ONLY),
        (Version.V201, "DataTransfer", BOTH),
        (Version.V21, "NotifySettlement", STATION_ONLY),
        (Version.V21, "NotifyWebPaymentStarted", CSMS_ONLY),
        (Version.V21, "PullDynamicScheduleUpdate", STATION_ONLY),
        (Version.V21, "UpdateDynamicSchedule", CSMS_ONLY),
    ],
)
def test_an_action_is_sent_by_whom_the_standard_says(version: Version, action: str, senders: set[Party]) -> None:
    assert actions.table(version)[action].senders == senders


@pytest.mark.parametrize("version", list(Version))
def test_only_data_transfer_goes_both_ways(version: Version) -> None:
    table = actions.table(version)
    assert [name for name, row in table.items() if row.senders == BOTH] == ["DataTransfer"]


def test_only_notify_periodic_event_stream_has_no_answer() -> None:
    """It is the one SEND, of OCPP 2.1."""
    unanswered = [
        (version, name) for version in Version for name, row in actions.table(version).items() if not row.answered
    ]
    assert unanswered == [(Version.V21, "NotifyPeriodicEventStream")]


def test_every_action_of_2_0_1_is_one_of_2_1() -> None:
    """2.1 took nothing away, and who may send what did not change."""
    older, newer = actions.table(Version.V201), actions.table(Version.V21)
    assert set(older) < set(newer)
    assert all(older[name].senders == newer[name].senders for name in older)


@pytest.mark.parametrize("version", list(Version))
def test_the_table_lists_what_there_are_schemas_for(version: Version) -> None:
    """Each action has the schema of its request, each answered one that of its response, and no schema is left."""
    package = {Version.V16: "ocpp.v16", Version.V201: "ocpp.v201", Version.V21: "ocpp.v21"}[version]
    files = {file.name.removesuffix(".json") for file in resources.files(package).joinpath("schemas").iterdir()}
    table = actions.table(version)
    responses = {f"{name}Response" for name, row in table.items() if row.answered}
    assert responses <= files
    assert {name.removesuffix("Request") for name in files - responses} == set(table)


@pytest.mark.parametrize("version", [Version.V201, Version.V21])
@pytest.mark.parametrize("verb", ["Start", "Stop"])
@pytest.mark.parametrize("tail", ["", "Request"])
def test_a_documented_name_resolves_to_the_standard_one(version: Version, verb: str, tail: str) -> None:
    """Some documents cut ``Request`` off the front, and put it at the end instead."""
    assert actions.resolve(version, f"{verb}Transaction{tail}") == f"Request{verb}Transaction"


@pytest.mark.parametrize("name", ["StartTransaction", "StopTransaction"])
def test_in_1_6_start_transaction_is_itself(name: str) -> None:
    assert actions.resolve(Version.V16, name) == name
    assert name in actions.table(Version.V16)


@pytest.mark.parametrize("version", list(Version))
def test_a_standard_or_unknown_name_resolves_to_itself(version: Version) -> None:
    for name in (*actions.table(version), "Nonsense", "", "../v201/schemas/Authorize", "bootnotification"):
        assert actions.resolve(version, name) == name
