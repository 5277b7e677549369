"""The CALLs that are ours; what hostile peers answer to them, see also test_player."""

from pathlib import Path

import pytest

from inspector.store.writer import Writer
from tests.factories import BOOT, make_capture, record
from tests.peers import csms
from tests.replay.runs import BOOTED, QUICK, answering, replay, verdicts


async def test_an_answer_where_there_was_none_is_extra(tmp_path: Path) -> None:
    capture = make_capture(tmp_path / "a.db", BOOT[:1])
    async with csms(answering(BOOTED)) as url:
        assert verdicts((await replay(capture, url))[0]) == ["extra"]


@pytest.mark.parametrize("answer", [BOOTED, "InternalError", None])
async def test_a_call_that_a_draft_has_more_is_content_with_any_answer(tmp_path: Path, answer: object) -> None:
    """Nobody has heard yet what the peer says to it."""
    writer = Writer(tmp_path / "a.db")
    record(writer, said=BOOT[:1], origin="draft")
    writer.close()
    async with csms(answering(answer)) as url:
        outcomes, run = await replay(tmp_path / "a.db", url, pace=QUICK)
    assert verdicts(outcomes) == ["same"]
    assert outcomes[0].words == ("no answer within 0.15 s" if answer is None else "")
    assert run.report.is_same
