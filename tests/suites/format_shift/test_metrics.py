"""The three metrics: values, statuses, evidence."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bakeoff.evals.records import Answered, Failure, Response, Sample, Score, Status
from bakeoff.suites.format_shift.asked import noted
from bakeoff.suites.format_shift.metrics import (
    format_followed_metric,
    key_values_metric,
    training_format_metric,
)
from bakeoff.suites.format_shift.training_format import TrainingFormat
from bakeoff.suites.rule_metric import RuleMetric

QUESTION = "How long is the warranty of the Calvorn 3?"
ORIGIN = Sample(id="q", question=QUESTION, reference="The warranty of the Calvorn 3 is 24 months.")
TRAINED = TrainingFormat(kind="patterns", values=("the warranty of the \0 is \0 months .",), covered=1.0)
LABELS = TrainingFormat(kind="labels", values=("false", "true"), covered=1.0)


def variant(
    wants: str = "as_trained",
    *,
    origin: Sample = ORIGIN,
    trained: TrainingFormat | None = TRAINED,
    key: str | None = None,
) -> Sample:
    note: dict[str, Any] = {"family": "f", "wants": wants, "key": key, "format": None}
    made = origin.model_copy(
        update={"id": "q~f", "origin": "q", "variant": "f", "extras": {**origin.extras, "format_shift": note}}
    )
    return noted(made, origin, trained)


def score(metric: RuleMetric, sample: Sample, text: str | None, *, abstained: bool = False) -> Score:
    error = Failure(kind="error", message="it broke") if text is None else None
    answered = Answered(
        system="s",
        retrieves=False,
        sample=sample,
        response=Response(text=text, error=error),
        abstained=abstained,
    )
    (row,) = asyncio.run(metric.score([answered], None))  # type: ignore[arg-type]
    assert row is not None
    assert (metric.inapplicable(answered) is None) == (row[metric.name].status is not Status.NOT_APPLICABLE)
    return row[metric.name]


@pytest.mark.parametrize(
    ("sample", "text", "value"),
    [
        (ORIGIN, "24 months", 1.0),
        (ORIGIN, "12 months", 0.0),
        (variant("json", key="answer"), '{"answer": "24"}', 1.0),
        (variant("json", key="answer"), '{"answer": "12", "24": "months"}', 0.0),
        (variant("list"), "- 24 months", 1.0),
        (variant("one_word"), "24", 1.0),
        (variant("language"), "24 Monate", 1.0),
    ],
)
def test_key_values_are_looked_for_in_the_payload(sample: Sample, text: str, value: float) -> None:
    found = score(key_values_metric(), sample, text)
    assert (found.status, found.value) == (Status.SCORED, value)
    assert found.detail["wanted"] == ["24"]
    assert found.detail["missing"] == ([] if value else ["24"])


def test_a_variant_is_measured_by_its_origins_question() -> None:
    longer = variant().model_copy(update={"question": f"I have 24 of them. {QUESTION}"})
    assert score(key_values_metric(), longer, "24 months").detail["wanted"] == ["24"]


def test_the_best_acceptable_answer_counts() -> None:
    origin = ORIGIN.model_copy(update={"extras": {"references": ["two years"]}})
    found = score(key_values_metric(), origin, "It is 2 years.")
    assert (found.value, found.detail["wanted"]) == (1.0, ["two"])


def test_content_words_are_the_fallback_and_the_detail_says_so() -> None:
    origin = Sample(id="q", question="What now?", reference="Press the side button.")
    found = score(key_values_metric(), origin, "press the button")
    assert (found.value, found.detail["rule"], found.detail["missing"]) == (0.0, "content_words", ["side"])
    assert score(key_values_metric(), variant("language", origin=origin), "x").status is Status.NOT_APPLICABLE


def test_abstentions_failures_and_what_cannot_be_asked() -> None:
    metric = key_values_metric()
    abstained = score(metric, ORIGIN, "I do not know about the 24.", abstained=True)
    assert (abstained.status, abstained.value) == (Status.ABSTAINED, 0.0)
    assert score(metric, ORIGIN, None).value == 0.0
    assert score(metric, ORIGIN, None).status is Status.SYSTEM_FAILED
    for update in ({"reference": None}, {"reference": "?!"}, {"answerable": False}):
        assert score(metric, ORIGIN.model_copy(update=update), "24").status is Status.NOT_APPLICABLE


def test_the_form_is_scored_only_where_one_was_asked_for() -> None:
    metric = format_followed_metric()
    assert score(metric, variant("one_word"), "24").value == 1.0
    assert score(metric, variant("one_word"), "24 months").value == 0.0
    assert score(metric, variant("json", key="a"), None).value == 0.0
    for sample in (ORIGIN, variant(), variant("language")):
        assert score(metric, sample, "24").status is Status.NOT_APPLICABLE


def test_leakage_is_scored_only_where_another_form_was_asked_for() -> None:
    metric = training_format_metric()
    leak = "The warranty of the Calvorn 3 is 12 months."
    assert score(metric, variant("json", key="a"), leak).value == 1.0
    assert score(metric, variant("language"), leak).value == 1.0
    assert score(metric, variant("json", key="a"), '{"a": "24 months"}').value == 0.0
    assert score(metric, variant("json", key="a"), leak, abstained=True).status is Status.ABSTAINED
    failed = score(metric, variant("json", key="a"), None)
    assert (failed.status, failed.value) == (Status.SYSTEM_FAILED, None)
    for sample in (ORIGIN, variant(), variant("json", trained=None)):
        assert score(metric, sample, leak).status is Status.NOT_APPLICABLE


def test_a_label_is_leakage_unless_a_label_is_the_answer_that_was_asked_for() -> None:
    metric = training_format_metric()
    true_or_false = Sample(id="q", question="Is it?", reference="True")
    assert score(metric, variant("one_word", trained=LABELS), "False").value == 1.0
    assert score(metric, variant("one_word", origin=true_or_false, trained=LABELS), "False").value == 0.0
    assert score(metric, variant("json", origin=true_or_false, trained=LABELS), "True").value == 1.0


def test_fingerprints_differ_and_are_stable() -> None:
    made = [key_values_metric, format_followed_metric, training_format_metric]
    assert len({make().fingerprint for make in made}) == 3
    assert all(make().fingerprint == make().fingerprint for make in made)
