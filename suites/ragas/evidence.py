"""What an answer is judged against, and which cells need no judge (DESIGN §5 and §6).

`faithfulness`, `context_precision` and `context_recall` use the system's own contexts, `groundedness`
the sample's gold contexts, `factual_correctness` the reference. The sets are never mixed.
"""

from __future__ import annotations

from bakeoff.evals.records import Answered, Sample, Score, Status

DOES_NOT_RETRIEVE = Score(status=Status.NOT_APPLICABLE, reason="does not retrieve")
UNANSWERABLE = Score(status=Status.NOT_APPLICABLE, reason="the sample is unanswerable")
NO_REFERENCE = Score(status=Status.NOT_APPLICABLE, reason="the sample has no reference")
NO_GOLD_CONTEXTS = Score(status=Status.NOT_APPLICABLE, reason="the sample has no reference contexts")
MADE_NO_CLAIMS = Score(status=Status.ABSTAINED, reason="made no claims")
GAVE_NO_CLAIM = Score(status=Status.ABSTAINED, value=0.0, reason="gave none of the reference's claims")
EMPTY_ANSWER = Score(status=Status.ABSTAINED, value=0.0, reason="empty answer")
RETRIEVED_NOTHING = Score(status=Status.SCORED, value=0.0, reason="retrieved nothing")


def readable(text: str) -> str:
    """The text with what cannot be encoded (lone surrogates in scraped text) as U+FFFD, as models get it."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def answer_text(answered: Answered) -> str:
    """The answer; a response that is an error never reaches a metric (ValueError)."""
    if answered.response.text is None:
        raise ValueError(f"{answered.system} failed on {answered.sample.id}: there is no answer to score")
    return readable(answered.response.text)


def declined(answered: Answered) -> bool:
    """Whether the answer makes no claims: an abstention, or nothing at all."""
    return answered.abstained or not answer_text(answered).strip()


def own_contexts(answered: Answered) -> list[str]:
    """What the system retrieved, in its order."""
    return [readable(context.text) for context in answered.response.contexts or ()]


def gold_contexts(sample: Sample) -> list[str]:
    return [readable(text) for text in sample.reference_contexts if text.strip()]


def reference_text(sample: Sample) -> str:
    return readable(sample.reference or "")


def without_reference(sample: Sample) -> Score | None:
    """The score of a metric that needs a reference, where there is none to be had."""
    if not sample.answerable:
        return UNANSWERABLE
    return None if reference_text(sample).strip() else NO_REFERENCE


def without_retrieval_or_reference(answered: Answered) -> Score | None:
    """The rule of both context metrics, which hold what was retrieved against the reference."""
    return without_reference(answered.sample) if answered.retrieves else DOES_NOT_RETRIEVE
