"""ragas' factual correctness: claims of the answer and of the reference, each held against the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from bakeoff.evals.errors import JudgeFailure
from bakeoff.evals.protocols import Task
from bakeoff.evals.records import Answered, Output, Score
from bakeoff.suites.ragas import evidence
from bakeoff.suites.ragas.llm import Exchange, Transcript, judge_llm
from bakeoff.suites.ragas.metrics import MARGIN
from bakeoff.suites.ragas.prompts import with_known_schemas
from bakeoff.suites.ragas.scoring import RagasMetric, Scores, Sitting

Mode = Literal["f1", "precision", "recall"]

NOTES: Mapping[Mode, str] = {
    "f1": "F1 of claim precision and recall against the reference; ragas rounds it to two digits",
    "precision": "share of the answer's claims that the reference supports; ragas rounds it to two digits",
    "recall": "the answer's supported claims over these plus the reference's claims that it misses (ragas' "
    "formula); rounded to two digits",
}


class FactualOptions(BaseModel):
    """ragas' own settings. Mode f1 also gives claim precision and claim recall, from the same verdicts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Mode = "f1"
    atomicity: Literal["low", "high"] = "low"
    coverage: Literal["low", "high"] = "low"


class FactualCorrectness(RagasMetric):
    """Claim F1 (or precision, or recall) of the answer against the reference."""

    name = "factual_correctness"
    folder = "factual_correctness"

    def __init__(self, options: FactualOptions = FactualOptions()) -> None:  # noqa: B008 - it is frozen
        self.options = options
        self.modes: dict[str, Mode] = {"factual_correctness": options.mode}
        if options.mode == "f1":
            self.modes |= {"claim_precision": "precision", "claim_recall": "recall"}
        self.outputs = tuple(
            Output(name=name, margin=MARGIN, note=NOTES[mode]) for name, mode in self.modes.items()
        )
        super().__init__(options.model_dump(mode="json"))

    def inapplicable(self, answered: Answered) -> Score | None:
        return evidence.without_reference(answered.sample)

    def unasked(self, answered: Answered) -> Scores | None:
        if not evidence.declined(answered):
            return None
        # No claim was made, so none was wrong: precision has no value, recall and F1 are 0.
        return {
            name: evidence.MADE_NO_CLAIMS if mode == "precision" else evidence.GAVE_NO_CLAIM
            for name, mode in self.modes.items()
        }

    def prompts(self) -> Mapping[Task, Any]:
        from ragas.metrics.collections.factual_correctness import util

        return {Task.CLAIMS: util.ClaimDecompositionPrompt, Task.CLAIM_VERDICTS: util.NLIStatementPrompt}

    async def ask(self, answered: Answered, sitting: Sitting) -> Scores:
        scores: Scores = {}
        for name, mode in self.modes.items():
            # The first pass asks the judge; the others find their prompts answered, and repeat no evidence.
            transcript = sitting.transcript.again() if scores else sitting.transcript
            value = await self._ascore(mode, answered, transcript)
            detail = {} if scores else self.detail(transcript.exchanges)
            if detail.get("reference_claims") == []:
                raise JudgeFailure("no claims: the judge found none in the reference")
            scores[name] = self.checked(value, detail=detail)
        return scores

    async def _ascore(self, mode: Mode, answered: Answered, transcript: Transcript) -> float:
        from ragas.metrics.collections import FactualCorrectness as RagasFactualCorrectness

        metric = RagasFactualCorrectness(
            llm=judge_llm(transcript),
            mode=mode,
            atomicity=self.options.atomicity,
            coverage=self.options.coverage,
        )
        result = await with_known_schemas(metric).ascore(
            response=evidence.answer_text(answered), reference=evidence.reference_text(answered.sample)
        )
        return float(result.value)

    def detail(self, exchanges: Sequence[Exchange]) -> dict[str, JsonValue]:
        """The claims of both sides; ragas asks for the answer's first, and skips verdicts on no claims."""
        sides: list[list[JsonValue]] = []
        for exchange in exchanges:
            said: dict[str, Any] = exchange.output.model_dump(mode="json")
            if exchange.task is Task.CLAIMS:
                sides.append([{"statement": claim} for claim in said["claims"]])
            else:
                sides[-1] = said["statements"]
        return dict(zip(("answer_claims", "reference_claims"), sides, strict=False))
