"""The schemas of whole frames: they say what decode says, and hold the tables it reads."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inspector.protocol.envelope import document, error_codes, longest_description
from inspector.protocol.finding import Severity
from inspector.protocol.frame import SHAPES, MessageType, decode, encode
from inspector.protocol.rules import TABLE
from inspector.protocol.rules.framing import check
from inspector.protocol.version import Version
from tests.protocol.documents import derandomized, documents

KINDS = {
    Version.V16: {2, 3, 4},
    Version.V201: {2, 3, 4},
    Version.V21: {2, 3, 4, 5, 6},
}
VALID: dict[int, str] = {
    2: '[2,"1","Heartbeat",{}]',
    3: '[3,"1",{"a":1}]',
    4: '[4,"1","InternalError","",{}]',
    5: '[5,"1","InternalError","",{}]',
    6: '[6,"1","NotifyPeriodicEventStream",{}]',
}


def validator(schema: dict[str, Any]) -> jsonschema.Draft6Validator:
    jsonschema.Draft6Validator.check_schema(schema)
    return jsonschema.Draft6Validator(schema)


ANY = {version: validator(document(version)) for version in Version}


def is_sound(raw: str, version: Version) -> bool:
    """Say whether nothing about the frame breaks the standard."""
    faults = (fault for fault in check(decode(raw), version) if fault.code != "F019")  # the schema knows no actions
    return not any(TABLE[fault.code].severity is Severity.ERROR for fault in faults)


@pytest.mark.parametrize("version", Version)
@pytest.mark.parametrize("kind", SHAPES)
def test_a_version_has_a_schema_for_each_of_its_types(version: Version, kind: MessageType) -> None:
    """It stands alone, and takes frames of that type only."""
    if kind not in KINDS[version]:
        with pytest.raises(KeyError):
            document(version, kind)
        return
    one = validator(document(version, kind))
    for other, raw in VALID.items():
        assert one.is_valid(json.loads(raw)) == (other == kind)
        assert ANY[version].is_valid(json.loads(raw)) == (other in KINDS[version])


@pytest.mark.parametrize("version", Version)
def test_the_table_of_error_codes_is_that_of_the_schema(version: Version) -> None:
    codes = error_codes(version)
    for code in codes.legal | codes.old:
        assert ANY[version].is_valid([4, "1", code, "", {}])
    assert not codes.legal & codes.old
    assert longest_description(version) == (None if version is Version.V16 else 255)


ids = st.sampled_from(["1", "x" * 36, "é" * 36, "-1", "", "x" * 37, 7, -1, None, 1.5, True, ["1"], {}])
names = st.sampled_from(["Heartbeat", "", "heartbeat", 7, None, {}, []])
error_names = st.sampled_from([*error_codes(Version.V16).legal, *error_codes(Version.V21).legal, "", "x", 7, None, {}])
payloads = st.dictionaries(st.text(max_size=3), documents, max_size=2) | st.sampled_from([None, [], "", "{}", 7, True])
descriptions = st.sampled_from(["", "why", "é" * 255, "é" * 256, None, 7])
kinds = st.integers(0, 8) | st.sampled_from([2.0, 3.0, 2.5, "2", True, None, [2], {}])


@st.composite
def arrays(draw: st.DrawFn) -> list[Any]:
    """Make an array that is a frame, or would be one but for a few of its elements or its length."""
    parts = draw(
        st.sampled_from(
            [
                [kinds, ids, names, payloads],
                [kinds, ids, payloads],
                [kinds, ids, error_names, descriptions, payloads],
                [kinds, *[documents] * 5],
            ]
        )
    )
    made = [draw(part) for part in parts]
    return made[: draw(st.integers(0, len(made)))] if draw(st.integers(0, 5)) == 0 else made


@derandomized
@given(arrays() | documents)
@example([2.0, "1", "A", None])
@example([4, "1", "OccurenceConstraintViolation", "", {}])
@example([4, "1", "FormationViolation", "é" * 256, {}])
@example([5, "1", "FormatViolation", "", {}])
@example([3, "1", None])
@example([3, "1", "Heartbeat", {}])
@example([True, "1", {}])
def test_a_frame_is_sound_just_when_the_schema_takes_it(value: Any) -> None:
    """With one exception: an answer that names its action (F008) is judged as if it did not."""
    raw = encode(value)
    standard = [*value[:2], *value[3:]] if "F008" in {fault.code for fault in decode(raw).faults} else value
    for version in Version:
        assert is_sound(raw, version) == ANY[version].is_valid(standard), version


SPOILT = ([], {}, None, "", "x" * 300, 7, -1, 2.0, True, "1", "Heartbeat", {"a": 1})


@pytest.mark.parametrize("kind", VALID)
def test_every_single_change_of_a_valid_frame_is_judged_alike(kind: int) -> None:
    """Each element made something else, left out, or sent twice."""
    whole = json.loads(VALID[kind])
    changed = [[*whole[:at], wrong, *whole[at + 1 :]] for at in range(len(whole)) for wrong in SPOILT]
    changed += [[*whole[:at], *whole[at + 1 :]] for at in range(len(whole))]
    changed += [[*whole[:at], whole[at], *whole[at:]] for at in range(len(whole))]
    for value in changed:
        test_a_frame_is_sound_just_when_the_schema_takes_it.hypothesis.inner_test(value)
