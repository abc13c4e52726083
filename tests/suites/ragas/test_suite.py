from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from loopback.golden_answers import golden_answers
from loopback.scripted_judge import WordEncoder
from pydantic import ValidationError

from bakeoff.evals.plugins import Registry, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.ragas.suite import PLUGIN, Options

NAMES = [
    "faithfulness",
    "answer_relevancy",
    "context_precision",
    "context_recall",
    "groundedness",
    "factual_correctness",
]


def build(**options: Any) -> Suite:
    return PLUGIN.build(Options.model_validate(options), Wiring(folder=Path(), encoder=WordEncoder))


def fingerprints(**options: Any) -> dict[str, str]:
    return {metric.name: metric.fingerprint for metric in build(**options).metrics}


def test_it_registers_and_is_a_suite() -> None:
    registry: Registry[Suite] = Registry("suite")
    registry.register(PLUGIN)
    suite = build()
    assert isinstance(suite, Suite)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    assert [metric.name for metric in suite.metrics] == NAMES


def test_output_names_are_unique_and_margins_declared() -> None:
    outputs = [output for metric in build().metrics for output in metric.outputs]
    names = [output.name for output in outputs]
    assert names == [*NAMES, "claim_precision", "claim_recall"]
    assert all(output.margin and output.note and output.low == 0.0 for output in outputs)


def test_what_each_metric_needs() -> None:
    metrics = build().metrics
    assert all(metric.needs_judge for metric in metrics)
    assert [metric.name for metric in metrics if metric.needs_encoder] == ["answer_relevancy"]


def test_samples_are_the_given_ones_lazily() -> None:
    drawn: list[str] = []

    def given() -> Any:
        for item in golden_answers():
            drawn.append(item.sample.id)
            yield item.sample

    samples = iter(build().samples(Materials(samples=given())))
    assert drawn == []
    assert next(samples).id == "g0"
    assert drawn == ["g0"]
    assert len(list(samples)) == 23


def test_there_are_no_findings() -> None:
    assert build().findings(ScoreTable([], [], [])) == []


def test_metrics_are_chosen_and_ordered_by_the_config() -> None:
    chosen = build(metrics=["groundedness", "faithfulness"]).metrics
    assert [metric.name for metric in chosen] == ["groundedness", "faithfulness"]


@pytest.mark.parametrize(
    "options",
    [
        {"metrics": []},
        {"metrics": ["faithfulness", "faithfulness"]},
        {"metrics": ["fluency"]},
        {"strictness": 0},
        {"factual_correctness": {"mode": "f2"}},
        {"factual_correctness": {"beta": 2}},
        {"strictnes": 3},
    ],
)
def test_other_options_are_refused(options: Any) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)


def test_fingerprints_differ_and_follow_the_options_that_matter() -> None:
    plain = fingerprints()
    assert len(set(plain.values())) == len(plain)
    assert fingerprints() == plain
    strict = fingerprints(strictness=5)
    assert {name for name in plain if plain[name] != strict[name]} == {"answer_relevancy"}
    atomic = fingerprints(factual_correctness={"atomicity": "high"})
    assert {name for name in plain if plain[name] != atomic[name]} == {"factual_correctness"}


def test_a_single_mode_has_a_single_output() -> None:
    [metric] = build(metrics=["factual_correctness"], factual_correctness={"mode": "recall"}).metrics
    assert [output.name for output in metric.outputs] == ["factual_correctness"]
