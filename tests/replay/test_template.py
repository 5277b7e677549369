"""Where a frame may be written anew."""

from inspector.protocol.version import Version
from inspector.replay.identifiers import Field
from inspector.replay.pattern import change
from inspector.replay.template import MessageId, Time, cut, template, written


def kinds(raw: str | bytes, action: str, version: Version | None = Version.V16) -> list[tuple[str, str]]:
    """Return what may be written anew in a frame, by name, and the text there."""
    made = cut(raw, action, version)
    assert made is not None
    return [(type(each.what).__name__, each.text) for each in made.cuts]


def test_ids_times_and_identifiers_are_found_by_the_schema() -> None:
    raw = '[2,"m","StopTransaction",{"transactionId":5,"reason":"2026-01-01T00:00:00Z","timestamp":"x","idTag":"5"}]'
    assert kinds(raw, "StopTransaction") == [("MessageId", "m"), ("Field", "5"), ("Time", "x")]
    assert kinds(raw.encode(), "StopTransaction") == kinds(raw, "StopTransaction")


def test_times_inside_lists_are_found() -> None:
    raw = '[2,"m","TransactionEvent",{"meterValue":[{"timestamp":"a"},{"timestamp":"b","sampledValue":[{"value":1}]}]}]'
    assert kinds(raw, "TransactionEvent", Version.V201)[1:] == [("Time", "a"), ("Time", "b")]


def test_members_of_a_list_of_ids_are_identifiers() -> None:
    made = cut('[2,"m","ClearVariableMonitoring",{"id":[3,4]}]', "", Version.V201)
    assert made is not None
    assert [(each.text, each.pointer) for each in made.cuts if isinstance(each.what, Field)] == [
        ("3", "/id/0"),
        ("4", "/id/1"),
    ]


def test_an_answer_with_its_action_is_cut_too() -> None:
    assert ("Field", "7") in kinds('[3,"m","StartTransaction",{"transactionId":7}]', "StartTransaction")


def test_only_the_id_is_found_where_nothing_is_known() -> None:
    raw = '[2,"m","Vendor",{"timestamp":"2026-01-01T00:00:00Z"}]'
    assert kinds(raw, "Vendor") == kinds(raw, "Vendor", None) == [("MessageId", "m")]
    assert kinds('[4,"m","InternalError","",{}]', "StopTransaction") == [("MessageId", "m")]
    large = f'[2,"m","StopTransaction",{{"idTag":"{"x" * 1_100_000}","transactionId":5}}]'
    assert kinds(large, "StopTransaction") == [("MessageId", "m")]


def test_what_is_no_message_has_no_template() -> None:
    for raw in ("", "not json", "[2]", b"\xff", "{}", '[9,"a",{}]'):
        assert template(raw, "", Version.V16) is None


def test_a_value_that_is_asked_for_goes_before_all_else() -> None:
    wish = change("/3/transactionId=9")
    made = template('[2,"m","MeterValues",{"transactionId":5}]', "MeterValues", Version.V16, (wish,))
    assert made is not None
    assert [each.what for each in made.cuts] == [MessageId(), wish]


def test_a_string_stays_a_string_and_a_number_a_number() -> None:
    """Unless the new value is none."""
    made = cut('[2,"m","MeterValues",{"transactionId":5,"connectorId":true}]', "", Version.V16, (change("/3/*=0"),))
    assert made is not None
    message_id, number, literal = made.cuts
    assert [written(message_id, "7"), written(message_id, 'a"b'), written(message_id, "true")] == [
        '"7"',
        '"a\\"b"',
        '"true"',
    ]
    assert [written(number, "7"), written(number, "-1.5e3"), written(number, "07"), written(number, "x")] == [
        "7",
        "-1.5e3",
        '"07"',
        '"x"',
    ]
    assert [written(literal, "false"), written(literal, "0")] == ["false", '"0"']


def test_the_time_of_an_answer_is_one_too() -> None:
    made = cut('[3,"m",{"currentTime":"x","interval":5}]', "BootNotification", Version.V201)
    assert made is not None
    assert [each.what for each in made.cuts] == [MessageId(), Time()]
