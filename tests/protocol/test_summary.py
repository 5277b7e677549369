"""What a frame says in a few words."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.protocol.frame import MessageType
from inspector.protocol.summary import LONGEST_READ, MOST, summarize
from inspector.protocol.summary_table import ANSWERS, CALLS
from tests.protocol.test_summary_table import KNOWN, METER, UUID, said

CALL, RESULT, ERROR = MessageType.CALL, MessageType.CALLRESULT, MessageType.CALLERROR


def test_an_error_says_its_code_and_its_words() -> None:
    assert summarize('[4,"m","NotSupported","no reset here",{}]', ERROR, "Reset") == "NotSupported: no reset here"
    assert summarize('[4,"m","NotSupported","",{}]', ERROR, None) == "NotSupported"


def test_an_answer_in_the_documented_form_is_read_too() -> None:
    assert summarize('[3,"m","Reset",{"status":"Accepted"}]', RESULT, "Reset") == "Accepted"


@pytest.mark.parametrize(
    "raw", ["", "[", "{}", "7", '"x"', "[]", "[2]", "[2,1,2,3]", "[" * 5000, "9" * 5000, b"\xff\xfe"]
)
def test_what_is_no_frame_says_nothing(raw: str | bytes) -> None:
    for kind in MessageType:
        assert summarize(raw, kind, "StatusNotification") == ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = sorted(
    {
        piece.partition("{")[2].partition("}")[0].split(":")[0].split(".")[0]
        for each in (*CALLS.values(), *ANSWERS.values())
        for piece in each
    }
)


@given(st.sampled_from(sorted(KNOWN)), st.dictionaries(st.sampled_from(FIELDS), ANYTHING, max_size=4))
def test_a_payload_of_any_shape_is_no_harm(action: str, payload: dict[str, Any]) -> None:
    for kind in (CALL, RESULT):
        assert len(said(action, payload, kind)) <= MOST


def test_a_long_frame_is_not_read() -> None:
    assert said("DataTransfer", {"vendorId": "x" * LONGEST_READ}) == ""
    assert len(said("DataTransfer", {"vendorId": "x" * (LONGEST_READ // 2)})) == MOST


def test_it_is_quick() -> None:
    """A screen of rows is composed for each key that is pressed."""
    raw = json.dumps([2, UUID, "MeterValues", {"connectorId": 1, "transactionId": 77, "meterValue": METER}])
    rounds = []
    for _ in range(5):
        before = time.process_time()
        for _ in range(100):
            summarize(raw, CALL, "MeterValues")
        rounds.append((time.process_time() - before) / 100)
    assert min(rounds) < 200e-6  # 25 in fact
