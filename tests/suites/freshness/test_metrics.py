"""What each metric makes of an answer, and of which it says nothing."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, cast

import pytest

from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, DocumentState, Failure, Response, Sample, Score, Status, Timing
from bakeoff.suites.freshness.metrics import before_metric, lag_metric, outcome_metric, right_metric
from bakeoff.suites.freshness.options import Options
from bakeoff.suites.freshness.variants import AFTER, BEFORE, in_state
from bakeoff.suites.rule_metric import RuleMetric

FIELDS = Options()
NO_TOOLS = Tools(cast(Any, None), cast(Any, None))  # no metric here asks a judge or an encoder
SAMPLE = Sample(
    id="q",
    question="How far does the Briskel reach?",
    reference="It reaches 245 metres.",
    reference_contexts=("The Briskel reaches 245 metres.",),
    extras={"old": "65 metres", "new": "245 metres", "changed": "2025-06-27", "references": ["245 metres"]},
)
PLAIN = Sample(id="p", question="What colour?", reference="It has 5 colours", as_of=date(2025, 1, 1))
STATE = DocumentState(documents=())
BEFORE_SAMPLE = in_state(SAMPLE, BEFORE, STATE, "65 metres")
AFTER_SAMPLE = in_state(SAMPLE, AFTER, STATE, SAMPLE.reference)


def scores(metric: RuleMetric, sample: Sample, text: str | None, **fields: Any) -> dict[str, Score]:
    response = Response(
        text=text,
        error=None if text is not None else Failure(kind="error", message="broken"),
        timing=Timing(since_update_s=fields.pop("since", None)),
    )
    item = Answered(system="s", retrieves=False, sample=sample, response=response, **fields)
    (found,) = asyncio.run(metric.score([item], NO_TOOLS))
    assert found is not None
    return found


def values(found: dict[str, Score]) -> dict[str, float | None]:
    return {name: score.value for name, score in found.items()}


@pytest.mark.parametrize(
    ("text", "abstained", "kind"),
    [
        ("245 metres", False, "fresh"),
        ("65 metres", False, "stale"),
        ("It was 65 metres and is 245 now", False, "wrong"),
        ("12 metres", False, "wrong"),
        ("I do not know.", True, "unanswered"),
        ("I do not know the 245 metres.", True, "unanswered"),
    ],
)
@pytest.mark.parametrize("sample", [SAMPLE, AFTER_SAMPLE])
def test_one_outcome_is_1_and_the_others_0(text: str, abstained: bool, kind: str, sample: Sample) -> None:
    found = values(scores(outcome_metric(FIELDS), sample, text, abstained=abstained))
    assert found == {name: float(name == kind) for name in ("fresh", "stale", "unanswered", "wrong")}


def test_a_failure_is_not_fresh_and_unanswered_and_neither_stale_nor_wrong() -> None:
    found = values(scores(outcome_metric(FIELDS), SAMPLE, None))
    assert found == {"fresh": 0.0, "unanswered": 1.0, "stale": None, "wrong": None}


def test_before_the_update_the_old_value_is_right() -> None:
    metric = before_metric(FIELDS)
    assert values(scores(metric, BEFORE_SAMPLE, "65 metres")) == {"right_before": 1.0}
    assert values(scores(metric, BEFORE_SAMPLE, "245 metres")) == {"right_before": 0.0}
    assert values(scores(metric, BEFORE_SAMPLE, "Unknown: 65 metres", abstained=True)) == {"right_before": 0}
    for sample in (SAMPLE, AFTER_SAMPLE, PLAIN):
        assert scores(metric, sample, "65 metres")["right_before"].status is Status.NOT_APPLICABLE
    fresh = scores(outcome_metric(FIELDS), BEFORE_SAMPLE, "65 metres")["stale"]
    assert (fresh.status, fresh.reason) == (Status.NOT_APPLICABLE, "asked before an update")


def test_the_lag_is_that_of_answers_with_the_value() -> None:
    metric = lag_metric(FIELDS)
    assert metric.also_reads == {"timing"}
    assert values(scores(metric, AFTER_SAMPLE, "245 metres", since=1.5)) == {
        "update_lag_s": 1.5,
        "stale_lag_s": None,
    }
    stale = scores(metric, AFTER_SAMPLE, "65 metres", since=0.5)
    assert values(stale) == {"update_lag_s": None, "stale_lag_s": 0.5}
    assert stale["update_lag_s"].reason == "not an answer with that value"
    unmeasured = scores(metric, AFTER_SAMPLE, "245 metres")["update_lag_s"]
    assert (unmeasured.status, unmeasured.reason) == (
        Status.NOT_APPLICABLE,
        "the time since the update was not measured",
    )
    assert (
        scores(metric, SAMPLE, "245 metres", since=1.0)["update_lag_s"].reason == "not asked after an update"
    )
    assert values(scores(metric, AFTER_SAMPLE, "245 metres", since=1.0, abstained=True)) == {
        "update_lag_s": None,
        "stale_lag_s": None,
    }


def test_right_holds_the_best_acceptable_answers_values() -> None:
    metric = right_metric(FIELDS)
    assert values(scores(metric, PLAIN, "5")) == {"right": 1.0}
    assert values(scores(metric, PLAIN, "55")) == {"right": 0.0}
    assert values(scores(metric, SAMPLE, "245")) == {"right": 1.0}
    undated = PLAIN.model_copy(update={"as_of": None})
    unanswerable = PLAIN.model_copy(update={"answerable": False})
    for sample in (undated, unanswerable, AFTER_SAMPLE, BEFORE_SAMPLE):
        assert scores(metric, sample, "5")["right"].status is Status.NOT_APPLICABLE


def test_samples_without_a_changed_fact_have_no_outcome() -> None:
    for metric in (outcome_metric(FIELDS), before_metric(FIELDS), lag_metric(FIELDS)):
        found = scores(metric, PLAIN, "5")
        assert {score.status for score in found.values()} == {Status.NOT_APPLICABLE}


def test_other_fields_are_another_metric() -> None:
    made = (outcome_metric, before_metric, lag_metric, right_metric)
    prints = {make(fields).fingerprint for make in made for fields in (FIELDS, Options(changed="since"))}
    assert len(prints) == 8


def test_a_variant_from_before_holds_nothing_of_today() -> None:
    assert BEFORE_SAMPLE.reference == "65 metres"
    assert BEFORE_SAMPLE.reference_contexts == ()
    assert "references" not in BEFORE_SAMPLE.extras
    assert AFTER_SAMPLE.extras["references"] == ["245 metres"]
    assert (BEFORE_SAMPLE.id, BEFORE_SAMPLE.origin, BEFORE_SAMPLE.variant) == ("q~before", "q", "before")
