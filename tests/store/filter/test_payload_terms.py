"""The keys that look into the payload: both versions' places, numbers as numbers, and nothing that breaks SQLite."""

import pytest

from inspector.store.filter import FilterError, compile_filter
from tests.store.filter.conftest import Ids


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("payload.connectorId:1", [1, 3, 7, 16]),
        ("payload.connectorId=1.0", [1, 3, 7, 16]),
        ("payload.connectorId:*", [1, 3, 7, 16]),
        ("payload.connectorId>0", [1, 3, 7, 16]),
        ("payload.connectorId>1", []),
        ("payload.meterStop>=1.2e3", [5]),
        ("payload.transactionId:77", [2, 3, 5]),
        ("payload.transactionInfo.transactionId:77", [14]),
        ("payload.transactionInfo.transactionId>76", [14]),
        ("payload.idTag:A-1", [1]),
        ("payload.idTag:a-*", [1]),
        ("payload.idTag:a-1", []),
        ("payload.idTagInfo.status:Accepted", [2]),
        ("payload.custom:5", [17]),
        ("payload.why:50%*", [13]),
        ('payload.why:"50% of_\\\\it"', [13]),
        ("payload.data:true", [12]),
        ("payload.on:true", [12]),
        ("payload.on:1", []),
        ("payload.off:null", [12]),
        ("payload.off:*", [12]),
        ('payload."a b".c:7', [12]),
        ("payload.meterValue.0.sampledValue.0.value:604.2", [3]),
        ("payload.meterValue.0.sampledValue.0.value>604", [3]),
        ("payload.meterValue.1.sampledValue.0.value>0", []),
        ("payload.meterValue.*.sampledValue.*.value>604", [3]),
        ("payload.meterValue.*.sampledValue.*.value>605", []),
        ("payload.meterValue.*.sampledValue.*.unit:A", [3]),
        ("payload.meterValue.*:*high*", [3]),
        ("payload.connectorId.*.x:1", []),
        ("payload.meterValue.0.timestamp>2026-09-21", [3]),
        ("payload.meterValue.1.timestamp>=2026-09-21T14:13:50Z", [3]),
        ("payload.meterValue.1.timestamp>2026-09-21T14:13:50Z", []),
        ("payload.meterValue.1.timestamp<2026-09-21T16:13:51+02:00", [3]),
        ("payload.timestamp:2026-09-21T14:13*", [1]),
        ("payload.status:*", [7]),
    ],
)
def test_a_path_finds(ids: Ids, text: str, found: list[int]) -> None:
    assert ids(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("tx:77", [1, 2, 3, 4, 5, 6, 14, 15]),
        ("tx:7*", [1, 2, 3, 4, 5, 6, 14, 15]),
        ("tx:7", []),
        ("idtag:A-1", [1, 2, 14, 15]),
        ("idtag:a*", [1, 2, 14, 15]),
        ("idtag:77", []),
        ("connector:1", [1, 2, 3, 4, 7, 8]),
        ("connector:2", [14, 15]),
        ("connector:2.1", [14, 15]),
        ("connector:3.*", [16, 17]),
        ("connector:2.2", []),
    ],
)
def test_both_versions_places_are_looked_at_and_both_halves_of_an_exchange_found(
    ids: Ids, text: str, found: list[int]
) -> None:
    """The exchange that began a transaction is found by its answer, which gave it its number."""
    assert ids(text) == found


@pytest.mark.parametrize("key", ["tx", "idtag", "connector", "payload.data", "payload.*.*.*", "payload.0"])
def test_what_is_no_json_is_never_an_error(ids: Ids, key: str) -> None:
    for value in ("*", "x", "77", "a%_\\", "[2", "true"):
        ids(f"{key}:{value} or not {key}:{value}")


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("payload:1", 1, "payload needs a path, such as payload.connectorId:1"),
        ("payload.a>b", 11, "can be compared with a number or a time"),
        ("payload.a>12:30", 11, "can be compared with a number or a time"),
        ("tx>7", 3, "tx can't be compared, write tx:77"),
        ("connector.id:1", 10, "only payload has a path"),
        ("foo.id:1", 1, "did you mean payload.foo.id?"),
    ],
)
def test_it_says_what_may_be_written(text: str, column: int, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(text)
    assert (caught.value.column, words in caught.value.reason) == (column, True), caught.value


def test_a_json_library_may_write_a_slash_with_an_escape(ids: Ids) -> None:
    """The text is searched first only for what everybody writes as it is."""
    assert "LIKE" not in compile_filter("idtag:a/b").sql
    assert "LIKE" in compile_filter("idtag:ab").sql
