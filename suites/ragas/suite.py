"""The ragas suite: the given samples, ragas' metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.ragas.factual import FactualCorrectness, FactualOptions
from bakeoff.suites.ragas.metrics import (
    AnswerRelevancy,
    ContextPrecision,
    ContextRecall,
    Faithfulness,
    Groundedness,
)


class MetricName(StrEnum):
    """The metrics to choose from, in the order of the table."""

    FAITHFULNESS = "faithfulness"
    ANSWER_RELEVANCY = "answer_relevancy"
    CONTEXT_PRECISION = "context_precision"
    CONTEXT_RECALL = "context_recall"
    GROUNDEDNESS = "groundedness"
    FACTUAL_CORRECTNESS = "factual_correctness"


class Options(BaseModel):
    """What the config's `ragas:` may say. `strictness` is the number of questions of answer relevancy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metrics: Annotated[tuple[MetricName, ...], Field(min_length=1)] = tuple(MetricName)
    strictness: Annotated[int, Field(ge=1)] = 3
    factual_correctness: FactualOptions = FactualOptions()

    @field_validator("metrics")
    @classmethod
    def _named_once(cls, names: tuple[MetricName, ...]) -> tuple[MetricName, ...]:
        if len(set(names)) < len(names):
            raise ValueError("a metric is named twice")
        return names


@dataclass
class RagasSuite:
    """Scores the given samples as they are."""

    metrics: Sequence[Metric]
    name: str = "ragas"

    def samples(self, materials: Materials) -> Iterable[Sample]:
        return materials.samples

    def findings(self, table: ScoreTable) -> list[Finding]:  # noqa: ARG002 - the scores say it all
        return []


def build(options: Options, wiring: Wiring) -> Suite:  # noqa: ARG001 - every plug-in is built with both
    makers: Mapping[MetricName, Callable[[], Metric]] = {
        MetricName.FAITHFULNESS: Faithfulness,
        MetricName.ANSWER_RELEVANCY: lambda: AnswerRelevancy(options.strictness),
        MetricName.CONTEXT_PRECISION: ContextPrecision,
        MetricName.CONTEXT_RECALL: ContextRecall,
        MetricName.GROUNDEDNESS: Groundedness,
        MetricName.FACTUAL_CORRECTNESS: lambda: FactualCorrectness(options.factual_correctness),
    }
    return RagasSuite([makers[name]() for name in options.metrics])


PLUGIN: Plugin[Suite] = Plugin("ragas", Options, build)
