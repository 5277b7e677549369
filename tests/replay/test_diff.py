"""Two recorded sessions compared."""

from collections.abc import Iterable
from pathlib import Path

from inspector.replay.diff import Subject, diff
from inspector.replay.pattern import pattern
from inspector.replay.rebind import Binding
from inspector.replay.report import Report
from inspector.store.reader import Reader
from tests.factories import BOOT, BROKEN, CSMS, STATION, Said, make_capture

BEAT: tuple[Said, ...] = (
    (STATION, '[2,"h1","Heartbeat",{}]'),
    (CSMS, '[3,"h1",{"currentTime":"2026-01-01T00:00:00Z"}]'),
)


def charge(transaction: int, status: str = "Accepted") -> tuple[Said, ...]:
    """Make a transaction, with the id that the CSMS gives it."""
    call = '"connectorId":1,"idTag":"C","meterStart":0,"timestamp":"2026-01-01T00:00:00Z"'
    return (
        (STATION, f'[2,"s{transaction}","StartTransaction",{{{call}}}]'),
        (CSMS, f'[3,"s{transaction}",{{"transactionId":{transaction},"idTagInfo":{{"status":"{status}"}}}}]'),
        (
            STATION,
            f'[2,"p","StopTransaction",{{"transactionId":{transaction},"meterStop":9,"timestamp":"2026-01-01T00:00:00Z"}}]',
        ),
        (CSMS, '[3,"p",{}]'),
    )


def compared(path: Path, then: Iterable[Said], now: Iterable[Said], *ignored: str) -> Report:
    """Compare two sessions."""
    with Reader(make_capture(path / "a.db", then, now)) as reader:
        subjects = Subject(reader, reader.session(1)), Subject(reader, reader.session(2))
        return diff(*subjects, ignored=tuple(map(pattern, ignored)))


def told(report: Report) -> list[str]:
    """Return what is not the same."""
    return [f"{each.verdict} {each.type} {each.action}".strip() for each in report.items if each.verdict != "same"]


def test_the_same_talk_on_another_day_has_no_difference(tmp_path: Path) -> None:
    """Ids, times, and the transaction that the CSMS hands out may differ, also where they are used."""
    report = compared(tmp_path, [*BOOT, *charge(1)], [*BOOT, *charge(22)])
    assert (told(report), report.exit_code) == ([], 0)
    assert report.bindings == (Binding("transactionId", "1", "22", "StartTransaction.conf/transactionId"),)
    assert len(report.items) == 7


def test_another_answer_is_a_difference_at_its_place(tmp_path: Path) -> None:
    report = compared(tmp_path, charge(1), charge(1, "Blocked"))
    assert told(report) == ["different CALLRESULT StartTransaction"]
    (found,) = [each for each in report.items if each.verdict == "different"]
    assert (found.frame, found.other) == (2, 6)
    assert [(each.pointer, each.recorded, each.got) for each in found.differences] == [
        ("/2/idTagInfo/status", "Accepted", "Blocked")
    ]
    assert "Blocked" in found.got
    again = compared(tmp_path / "..", charge(1), charge(1, "Blocked"), "StartTransaction:/2/idTagInfo")
    assert again.exit_code == 0


def test_what_is_missing_extra_or_out_of_order_is_told(tmp_path: Path) -> None:
    """An answer that is not there is missing by itself; that of a CALL that is missing goes with it."""
    report = compared(tmp_path, [*BOOT, *BEAT, *charge(1)], [*BEAT, *BOOT[:1], *charge(1), *BROKEN])
    assert told(report) == [
        "out of order CALL BootNotification",
        "missing CALLRESULT BootNotification",
        "extra CALL StatusNotification",
    ]
    assert [(each.code, each.is_new) for each in report.findings if each.code == "S104"] == [("S104", True)]
    assert report.exit_code == 1


def test_frames_that_are_no_calls_are_compared_as_they_stand(tmp_path: Path) -> None:
    odd = [(STATION, "nonsense"), (CSMS, '[3,"nobody",{"a":1}]')]
    report = compared(tmp_path, [*BOOT, *odd], [*BOOT, (STATION, "nonsense"), (CSMS, '[3,"nobody",{"a":2}]')])
    assert told(report) == ["different CALLRESULT"]


def test_the_end_of_the_session_counts(tmp_path: Path) -> None:
    from inspector.store.writer import Writer
    from tests.factories import record

    writer = Writer(tmp_path / "a.db")
    record(writer, said=BOOT)
    record(writer, said=BOOT, end=False)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        report = diff(Subject(reader, reader.session(1)), Subject(reader, reader.session(2)))
    assert told(report) == ["different END"]
    assert [each.pointer for each in report.items[-1].differences] == ["/closed_by", "/close_code"]


def test_what_a_log_does_not_tell_of_the_end_is_no_difference(tmp_path: Path) -> None:
    from inspector.store.writer import Writer
    from tests.factories import record

    writer = Writer(tmp_path / "a.db")
    record(writer, said=BOOT)
    record(writer, said=BOOT, end=False, origin="import", subprotocol=None, http_status=None)
    writer.close()
    with Reader(tmp_path / "a.db") as reader:
        assert told(diff(Subject(reader, reader.session(1)), Subject(reader, reader.session(2)))) == []
