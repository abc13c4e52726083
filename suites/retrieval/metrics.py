"""Two metrics read off one answer: was the gold passage missed, and how long did retrieval take?"""

from __future__ import annotations

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.retrieval import gold
from bakeoff.suites.retrieval.ranking import MARGIN, evidence
from bakeoff.suites.rule_metric import RuleMetric, Scores

MISSED = "missed"
LATENCY_SHARE = "latency_share"

_UNTIMED = "the system does not say how long the answer and its retrieval took"


def missed_metric(*, by_text: bool) -> RuleMetric:
    """1 where none of the gold passages is among the contexts, at whatever rank, else 0."""
    output = Output(
        name=MISSED,
        direction="lower",
        margin=MARGIN,
        on_failure="leave_out",
        note="1 where none of the gold passages is among the contexts",
    )

    def judge(item: Answered) -> Scores:
        found = gold.find(item, by_text=by_text)
        if found is None:
            return {MISSED: Score(status=Status.NOT_APPLICABLE, reason=gold.UNIDENTIFIED)}
        value = float(found.missed)
        return {MISSED: Score(status=Status.SCORED, value=value, detail=evidence(found))}

    return RuleMetric(
        MISSED, (output,), digest(["retrieval.missed", gold.RULE, by_text]), gold.outside, judge
    )


def latency_share_metric() -> RuleMetric:
    """Seconds of retrieval over seconds of the whole answer, at most 1; not applicable where not measured."""
    output = Output(
        name=LATENCY_SHARE,
        direction="lower",
        on_failure="leave_out",
        note="share of the answer's time that its retrieval took",
    )
    return RuleMetric(
        LATENCY_SHARE,
        (output,),
        digest(["retrieval.latency_share", 1]),
        _nothing_retrieved,
        _share,
        also_reads=frozenset({"timing"}),
    )


def _nothing_retrieved(item: Answered) -> str | None:
    if not item.retrieves:
        return "does not retrieve"
    given = item.sample.overrides.contexts is not None
    return "the contexts were given, not retrieved" if given else None


def _share(item: Answered) -> Scores:
    timing = item.response.timing
    if timing.retrieval_s is None or not timing.total_s:
        return {LATENCY_SHARE: Score(status=Status.NOT_APPLICABLE, reason=_UNTIMED)}
    value = min(max(timing.retrieval_s / timing.total_s, 0.0), 1.0)
    return {LATENCY_SHARE: Score(status=Status.SCORED, value=value)}
