"""Metric `citations`: what becomes of an answer's sentences and citations, as shares of them."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Judge
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.citations.names import Cited
from bakeoff.suites.citations.reading import RULE as READING
from bakeoff.suites.citations.reading import Reading, read
from bakeoff.suites.citations.support import Verdict, verdicts
from bakeoff.suites.claims.declining import RULE as DECLINING
from bakeoff.suites.claims.declining import declines
from bakeoff.suites.claims.entailment import RULE as ENTAILMENT
from bakeoff.suites.claims.judged_metric import JudgedMetric
from bakeoff.suites.rule_metric import Scores

RULE = 1
"""Version of the counting; raise it with any change that can change a score."""

NO_CITATION = "the answer has no citation"
NONE_SOUND = "no citation of the answer names a passage"


def _share(name: str, note: str) -> Output:
    return Output(name=name, direction="lower", margin=0.02, on_failure="leave_out", note=note)


OUTPUTS = (
    Output(name="citation_recall", margin=0.02, note="share of sentences that all they cite supports (ALCE)"),
    Output(name="citation_precision", margin=0.02, note="share of citations that are correct (ALCE)"),
    _share("uncited_sentences", "share of sentences that cite nothing"),
    _share("dangling_citations", "share of citations that name no passage"),
    _share("unsupported_citations", "share of citations whose sentence is not supported by what it cites"),
    _share("unsupported_sentences", "of the sentences that cite passages, the share not supported by them"),
)


def citations_metric() -> JudgedMetric:
    """The metric; it applies to every sample and every system."""
    return JudgedMetric(
        name="citations",
        outputs=OUTPUTS,
        fingerprint=digest({"metric": "citations", "rules": [RULE, READING, ENTAILMENT, DECLINING]}),
        outside=lambda _: None,
        judge=_scores,
    )


async def _scores(item: Answered, judge: Judge) -> Scores:
    """An answer that is empty, or that declines, has no value; whether one without a citation declines the
    judge may say, too."""
    reading = read(item.response)
    if not reading.sentences:
        return _abstained("the answer has no sentence")
    if item.abstained or (not reading.cites and await declines(item, judge)):
        return _abstained("the answer declines")
    return scores_of(reading, await verdicts(reading, judge))


def scores_of(reading: Reading, found: Sequence[Verdict]) -> Scores:
    """The outputs of one answer from the verdicts on its sentences (at least one)."""
    cites = _citations(reading, found)
    counted = [one for one in cites if one[1] is not None]
    correct = sum(state == "correct" for _, state in counted)
    unsupported = sum(state == "unsupported" for _, state in counted)
    asked = [one for one in found if one.asked]
    values = {
        "citation_recall": sum(one.supported for one in found) / len(found),
        "citation_precision": correct / len(counted) if counted else 0.0,
        "uncited_sentences": sum(not one.sentence.cited for one in found) / len(found),
        "dangling_citations": _ratio(sum(not cited.places for cited, _ in cites), len(cites)),
        "unsupported_citations": _ratio(unsupported, len(counted)),
        "unsupported_sentences": _ratio(sum(not one.supported for one in asked), len(asked)),
    }
    missing = NONE_SOUND if cites else NO_CITATION
    scores = {name: _score(value, missing) for name, value in values.items()}
    evidence = {"sentences": [_evidence(one) for one in found], "of_the_whole_answer": reading.whole}
    recall = scores["citation_recall"].model_copy(update={"detail": evidence})
    return {**scores, "citation_recall": recall}


def _citations(reading: Reading, found: Sequence[Verdict]) -> list[tuple[Cited, str | None]]:
    """Every citation with what became of it: correct, irrelevant, unsupported; None where it is not counted.

    A sentence with a dangling citation takes all of its own out of the count. A citation of the whole
    answer is one citation, and as good as in the sentence that it fits best.
    """
    every = [(cited, _state(cited, one)) for one in found for cited in one.sentence.cited]
    if not reading.whole:
        return every
    best = ("correct", "irrelevant", "unsupported", None)
    states = {cited: [state for other, state in every if other == cited] for cited, _ in every}
    return [(cited, next(state for state in best if state in known)) for cited, known in states.items()]


def _state(cited: Cited, verdict: Verdict) -> str | None:
    if not verdict.asked:
        return None
    if not verdict.supported:
        return "unsupported"
    return "correct" if cited in verdict.correct else "irrelevant"


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _score(value: float | None, missing: str) -> Score:
    if value is None:
        return Score(status=Status.NOT_APPLICABLE, reason=missing)
    return Score(status=Status.SCORED, value=value)


def _abstained(reason: str) -> Scores:
    return {output.name: Score(status=Status.ABSTAINED, reason=reason) for output in OUTPUTS}


def _evidence(verdict: Verdict) -> JsonValue:
    cited = verdict.sentence.cited
    return {
        "sentence": verdict.sentence.text,
        "cites": [one.label for one in cited],
        "dangling": [one.label for one in cited if not one.places],
        "supported": verdict.supported if verdict.asked else None,
        "irrelevant": [one.label for one in cited if _state(one, verdict) == "irrelevant"],
    }
