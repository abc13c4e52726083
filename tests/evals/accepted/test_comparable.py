"""When a run may be held against an accepted baseline: its age, its samples, who made its scores."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from toys.accepted import BASE, made
from toys.table import column, run_record, table

from bakeoff.evals.accepted.comparable import ABSENT, Matched, comparable_column, match_accepted
from bakeoff.evals.accepted.record import Accepted
from bakeoff.evals.comparison import EncoderInfo, JudgeInfo
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.records import Output, Status
from bakeoff.evals.runs import RunRecord, SuiteOutput
from bakeoff.evals.table import STATUS_CODES

MATCH = Output(name="exact_match")
OTHERS = [("x1", digest("x1")), ("x2", digest("x2"))]
SAME = [(f"q{i}", digest(i)) for i in range(3)]


def run(
    days: float = 0, output: Output = MATCH, entry: dict[str, Any] | None = None, **header: Any
) -> RunRecord:
    """A run that begins so many days after the baseline's; `entry` is what its header says of the metric."""
    record = run_record(table(["bot"], [column(MATCH, [[1.0]], suite="reference")]))
    plain = {"judged": False, "encoded": True, "fingerprint": digest("exact_match")}
    outputs = (SuiteOutput(suite="reference", output=output, **{**plain, **(entry or {})}),)
    judge = JudgeInfo(name="judge", fingerprint="j1", offline=False)
    changes = {"outputs": outputs, "judge": judge, "encoder": None, **header}
    return record.model_copy(
        update={
            "created": BASE_RUN.run_created + timedelta(days=days),
            "header": record.header.model_copy(update=changes),
        }
    )


BASE_RUN: Accepted = made(BASE)


def matched(record: RunRecord, ours: list[tuple[str, str]] = SAME, days: int = 90) -> Matched:
    return match_accepted(BASE_RUN, record, ours, days=days, where="baseline.json")


def test_it_may_be_as_old_as_is_allowed_and_not_a_day_older() -> None:
    assert matched(run(90.9)).samples == 3
    with pytest.raises(InputError, match=r"stale: its run \(support-7\) is 91 days older .*; 90 are allowed"):
        matched(run(91))
    assert matched(run(91), days=91).samples == 3
    assert matched(run(-400)).samples == 3


def test_a_time_without_a_zone_is_utc() -> None:
    record = run(91)
    naive = record.model_copy(update={"created": record.created.replace(tzinfo=None)})
    with pytest.raises(InputError, match="91 days"):
        matched(naive)


def test_half_of_its_samples_must_be_there() -> None:
    assert matched(run(), [*SAME[:2], *OTHERS]).pairing.paired == ((0, 0), (1, 1))
    with pytest.raises(InputError, match="another item set: only 1 of its 3 samples are in run toy-1"):
        matched(run(), [SAME[0], *OTHERS])


def test_its_scores_stand_beside_the_runs_samples() -> None:
    record = run()
    theirs = column(MATCH, [[1.0] * 4], suite="reference")
    found = comparable_column(matched(record, [OTHERS[0], *SAME]), theirs, record.header, "baseline.json")
    np.testing.assert_array_equal(found.values[0, :, 0], [np.nan, 1.0, 0.0, np.nan])
    failed, scored = STATUS_CODES[Status.JUDGE_FAILED], STATUS_CODES[Status.SCORED]
    assert found.statuses[0, :, 0].tolist() == [ABSENT, scored, scored, failed]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"entry": {"fingerprint": "other"}}, "the metric has changed"),
        ({"output": Output(name="exact_match", high=2.0)}, "direction or range"),
        ({"output": Output(name="exact_match", direction="lower")}, "direction or range"),
        ({"on_system_failure": "exclude"}, "on_system_failure"),
        ({"entry": {"judged": True}, "judge": None}, "judge judged it then, nobody does now"),
        ({"entry": {"judged": None}, "judge": None}, "judge judged it then, nobody does now"),
        (
            {"encoder": EncoderInfo(name="minilm", fingerprint="e")},
            "nobody encoded it then, minilm does now",
        ),
    ],
    ids=str,
)
def test_scores_that_something_else_made_are_refused(changes: dict[str, Any], reason: str) -> None:
    record = run(**changes)
    ours = column(MATCH, [[1.0] * 3], suite="reference")
    with pytest.raises(InputError, match="cannot be compared: .*" + reason.replace("(", r"\(")):
        comparable_column(matched(record), ours, record.header, "baseline.json")


def test_a_judge_that_had_no_part_in_them_may_be_another() -> None:
    record = run(judge=JudgeInfo(name="new", fingerprint="j2", offline=False))
    ours = column(MATCH, [[1.0] * 3], suite="reference")
    assert comparable_column(matched(record), ours, record.header, "baseline.json").values.shape == (1, 3, 1)
    entry = {"fingerprint": ""}  # of a run of before fingerprints were kept: nothing speaks against it
    older = run(entry=entry)
    assert comparable_column(matched(older), ours, older.header, "baseline.json").values.shape == (1, 3, 1)


def test_a_metric_that_it_does_not_hold_is_named() -> None:
    record = run()
    ours = column(Output(name="token_f1"), [[1.0] * 3], suite="reference")
    with pytest.raises(InputError, match=r"has no reference\.token_f1; it holds reference\.exact_match"):
        comparable_column(matched(record), ours, record.header, "baseline.json")
