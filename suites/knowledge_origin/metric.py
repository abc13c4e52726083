"""The metric: claims of answer and reference, each held against the other and against every chunk."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Judge
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.citations import reading
from bakeoff.suites.claims import declining, entailment, splitting
from bakeoff.suites.claims.judged_metric import JudgedMetric
from bakeoff.suites.knowledge_origin import formulas
from bakeoff.suites.knowledge_origin.formulas import IN_CHUNKS, OF_CHUNKS, OF_REFERENCE, UTILISATION, Verdicts
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.rule_metric import Scores

RULE = 1
"""Version of what is asked of which text; raise it with every change that can alter a score."""

MARGIN = 0.02
"""That of the ragas suite: well under the noise of a judge that is run twice (METHODS.md §1)."""

SHORT = 6
"""A text of fewer words is read with its question in front: "24 months" says nothing alone."""

_LOWER = {
    "claims_wrong",
    "noise_sensitivity_relevant",
    "noise_sensitivity_irrelevant",
    "hallucination",
}
_NOTES = {
    "answer_precision": "share of the answer's claims that the reference entails",
    "answer_recall": "share of the reference's claims that the answer entails",
    "answer_f1": "harmonic mean of answer_precision and answer_recall",
    "claims_from_context": "share of the answer's claims that are right and in a chunk",
    "claims_from_weights": "share of the answer's claims that are right and in no chunk",
    "claims_wrong": "share of the answer's claims that the reference does not entail",
    "chunk_claim_recall": "share of the reference's claims that some chunk entails",
    "chunk_context_precision": "share of the chunks that entail a claim of the reference",
    UTILISATION: "share of the reference's claims in the chunks that the answer entails too",
    "noise_sensitivity_relevant": "share of the answer's claims that are wrong and in a relevant chunk",
    "noise_sensitivity_irrelevant": (
        "share of the answer's claims that are wrong and in irrelevant chunks alone"
    ),
    "hallucination": "share of the answer's claims that are wrong and in no chunk",
    "self_knowledge": "share of the answer's claims that are right and in no chunk, with retrieval",
    "chunk_faithfulness": "share of the answer's claims that some chunk entails",
}
_GAVE_NOTHING = frozenset({*OF_REFERENCE, UTILISATION})
"""What an answer without claims scores 0 on: it gave none of the reference. On the rest it has no value."""

WITHOUT_RETRIEVAL = Score(status=Status.NOT_APPLICABLE, reason="answered without passages")
NO_REFERENCE_CLAIMS = Score(status=Status.NOT_APPLICABLE, reason="the reference makes no claims")
NO_CLAIMS = Score(status=Status.ABSTAINED, reason="made no claims")
NOTHING_GIVEN = Score(status=Status.ABSTAINED, value=0.0, reason="gave none of the reference's claims")
NOTHING_TO_USE = Score(status=Status.NOT_APPLICABLE, reason="no chunk holds a claim of the reference")


def origin_metric() -> JudgedMetric:
    """All outputs, from the same verdicts: one question to the judge for each text and list of claims.

    A claim is right where any acceptable answer entails it; the reference's claims are those of the first.
    Of a failed answer only recall and F1 are known, 0: it made no claims, and its passages are lost.
    """
    outputs = tuple(
        Output(
            name=name,
            direction="lower" if name in _LOWER else "higher",
            margin=MARGIN,
            on_failure="worst" if name in OF_REFERENCE else "leave_out",
            note=note,
        )
        for name, note in _NOTES.items()
    )
    rules = [RULE, SHORT, reading.RULE, formulas.RULE, splitting.RULE, entailment.RULE, declining.RULE]
    return JudgedMetric("claims", outputs, digest(["knowledge_origin.claims", *rules]), outside, _judge)


def outside(item: Answered) -> str | None:
    """Why there is nothing to hold the answer against, or None."""
    if not item.sample.answerable:
        return "the sample is unanswerable"
    return None if acceptable_answers(item.sample) else "no reference"


def chunks_of(item: Answered) -> tuple[str, ...] | None:
    """The passages that the answer was made with: those given, else those retrieved; None without any of
    either kind, closed-book and for systems that do not retrieve."""
    given = item.sample.overrides.contexts
    if given is not None:
        return tuple(context.text for context in given) or None
    if not item.retrieves:
        return None
    return tuple(context.text for context in item.response.contexts or ())


async def _judge(item: Answered, judge: Judge) -> Scores:
    sample, text = item.sample, reading.said(item.response)
    references = acceptable_answers(sample)
    wanted = await splitting.claims_of(references[0], judge)
    if not wanted:
        return dict.fromkeys(_NOTES, NO_REFERENCE_CLAIMS)
    declined = await declining.declines(item, judge)
    made = [] if declined else await splitting.claims_of(text, judge)
    by_reference = [
        await entailment.entailed(_readable(sample.question, one), made, judge) for one in references
    ]
    right = [any(verdicts) for verdicts in zip(*by_reference, strict=True)]
    answer = _readable(sample.question, text)
    recalled = await entailment.entailed(answer, wanted, judge) if made else [False] * len(wanted)
    chunks = chunks_of(item)
    verdicts = Verdicts(tuple(right), tuple(recalled))
    if chunks is not None:
        answer_in = [tuple(await entailment.entailed(chunk, made, judge)) for chunk in chunks]
        reference_in = [tuple(await entailment.entailed(chunk, wanted, judge)) for chunk in chunks]
        verdicts = Verdicts(tuple(right), tuple(recalled), tuple(answer_in), tuple(reference_in))
    return _scores(verdicts, _evidence(verdicts, made, wanted))


def _readable(question: str, text: str) -> str:
    return f"{question}\n{text}" if len(text.split()) < SHORT else text


def _scores(verdicts: Verdicts, evidence: Mapping[str, Mapping[str, JsonValue]]) -> Scores:
    values = formulas.numbers(verdicts)
    scores: Scores = {}
    for name in _NOTES:
        known = _without_value(name, verdicts)
        value = values[name]
        if known is None:
            assert value is not None
            known = Score(status=Status.SCORED, value=value)
        scores[name] = known.model_copy(update={"detail": evidence.get(name, {})})
    return scores


def _without_value(name: str, verdicts: Verdicts) -> Score | None:
    """What stands where the formula has no answer, or where an answer without claims would score 0."""
    if name in IN_CHUNKS and verdicts.answer_in is None:
        return WITHOUT_RETRIEVAL
    if name == UTILISATION and not any(verdicts.relevant):
        return NOTHING_TO_USE
    if verdicts.right or name in OF_CHUNKS:
        return None
    return NOTHING_GIVEN if name in _GAVE_NOTHING else NO_CLAIMS


def _evidence(
    verdicts: Verdicts, made: list[str], wanted: list[str]
) -> Mapping[str, Mapping[str, JsonValue]]:
    """Each claim of the answer with its label, each of the reference with what became of it; chunks that
    entail it by number."""
    answer: list[JsonValue] = [
        {"claim": claim, "label": label, "chunks": _holding(verdicts.answer_in, place)}
        for place, (claim, label) in enumerate(zip(made, verdicts.labels(), strict=True))
    ]
    reference: list[JsonValue] = [
        {"claim": claim, "in_answer": here, "chunks": _holding(verdicts.reference_in, place)}
        for place, (claim, here) in enumerate(zip(wanted, verdicts.recalled, strict=True))
    ]
    return {"claims_wrong": {"claims": answer}, "answer_recall": {"claims": reference}}


def _holding(chunks: tuple[formulas.Bits, ...] | None, claim: int) -> list[JsonValue]:
    return [number for number, chunk in enumerate(chunks or (), 1) if chunk[claim]]
