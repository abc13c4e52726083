"""The metrics: new or old value, how soon after an update, and plainly right."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Answered, Output, Score, Status
from bakeoff.suites.freshness import changed_fact as facts
from bakeoff.suites.freshness.changed_fact import ChangedFact, changed_fact, holds_since, standing
from bakeoff.suites.freshness.options import Options
from bakeoff.suites.freshness.variants import AFTER, BEFORE, state_of
from bakeoff.suites.reference import key_values
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.lacking import lacking
from bakeoff.suites.rule_metric import RuleMetric, Scores, scored

MARGIN = 0.05
"""Five points, the margin of a family of METHODS §10."""

OUTCOMES = (
    Output(name="fresh", margin=MARGIN, note="1 where the answer holds a changed fact's new value only"),
    Output(name="stale", direction="lower", on_failure="leave_out", note="1 where it holds the old one"),
    Output(name="unanswered", direction="lower", note="1 where it declines to say a changed fact"),
    Output(
        name="wrong",
        direction="lower",
        on_failure="leave_out",
        note="1 where it holds neither value of a changed fact, or both",
    ),
)
LAGS = (
    Output(
        name="update_lag_s",
        direction="lower",
        high=None,
        on_failure="leave_out",
        note="seconds from the replacement of the documents to an answer with the new value",
    ),
    Output(
        name="stale_lag_s",
        direction="lower",
        high=None,
        on_failure="leave_out",
        note="seconds from the replacement of the documents to an answer with the old value",
    ),
)
Judge = Callable[[Answered, ChangedFact], Scores]


def outcome_metric(fields: Options) -> RuleMetric:
    """`fresh`, `stale`, `unanswered` and `wrong`: one is 1, the others 0, on changed facts."""

    def judge(item: Answered, fact: ChangedFact) -> Scores:
        held = standing(fact, item.sample.question, item.response.text or "")
        kinds = {"new": "fresh", "old": "stale", "both": "wrong", "neither": "wrong"}
        kind = "unanswered" if item.abstained else kinds[held]
        detail: dict[str, JsonValue] = {"old": fact.old, "new": fact.new, "holds": held}
        return {output.name: scored(item, float(output.name == kind), detail) for output in OUTCOMES}

    return _of_changed_facts("outcome", OUTCOMES, fields, judge, no_state=BEFORE)


def before_metric(fields: Options) -> RuleMetric:
    """`right_before`: 1 where an answer from the documents before the update holds the value of then."""
    output = Output(
        name="right_before",
        margin=MARGIN,
        note="1 where an answer from the documents before the update holds the old value only",
    )

    def judge(item: Answered, fact: ChangedFact) -> Scores:
        held = standing(fact, item.sample.question, item.response.text or "")
        return {output.name: scored(item, float(held == "old" and not item.abstained), {"holds": held})}

    return _of_changed_facts(output.name, (output,), fields, judge, only_state=BEFORE)


def lag_metric(fields: Options) -> RuleMetric:
    """`update_lag_s` of answers with the new value and `stale_lag_s` of those with the old one."""

    def judge(item: Answered, fact: ChangedFact) -> Scores:
        held = standing(fact, item.sample.question, item.response.text or "")
        wanted = {"update_lag_s": "new", "stale_lag_s": "old"}
        return {name: _lag(item, held == value and not item.abstained) for name, value in wanted.items()}

    return _of_changed_facts(
        "update_lag", LAGS, fields, judge, only_state=AFTER, also_reads=frozenset({"timing"})
    )


def right_metric(fields: Options) -> RuleMetric:
    """`right`: 1 where a dated sample's answer holds all key values of an acceptable one, else 0."""
    output = Output(
        name="right", margin=MARGIN, note="1 where all of the reference's names, numbers and dates are there"
    )

    def outside(item: Answered) -> str | None:
        if state_of(item.sample) is not None:
            return "asked for the update alone"
        if not item.sample.answerable or not acceptable_answers(item.sample):
            return "no reference"
        return None if holds_since(item.sample, fields) else "the fact has no date"

    def judge(item: Answered) -> Scores:
        lacks = lacking(item.sample, item.response.text or "")
        return {"right": scored(item, float(not lacks and not item.abstained), {"missing": [*lacks]})}

    return RuleMetric("right", (output,), _fingerprint("right", fields), outside, judge)


def _of_changed_facts(
    name: str,
    outputs: tuple[Output, ...],
    fields: Options,
    judge: Judge,
    *,
    only_state: str | None = None,
    no_state: str | None = None,
    also_reads: frozenset[str] = frozenset(),
) -> RuleMetric:
    """A rule for samples that tell of a changed fact, in one state of the documents or outside another."""

    def outside(item: Answered) -> str | None:
        state = state_of(item.sample)
        if changed_fact(item.sample, fields) is None:
            return "it tells of no fact that changed"
        if only_state is not None and state != only_state:
            return f"not asked {only_state} an update"
        return f"asked {no_state} an update" if no_state is not None and state == no_state else None

    def scores(item: Answered) -> Scores:
        fact = changed_fact(item.sample, fields)
        assert fact is not None
        return judge(item, fact)

    return RuleMetric(name, outputs, _fingerprint(name, fields), outside, scores, also_reads)


def _lag(item: Answered, counts: bool) -> Score:
    passed = item.response.timing.since_update_s
    if counts and passed is not None:
        return Score(status=Status.SCORED, value=passed)
    reason = "the time since the update was not measured" if counts else "not an answer with that value"
    return Score(status=Status.NOT_APPLICABLE, reason=reason)


def _fingerprint(name: str, fields: Options) -> str:
    named = [fields.old, fields.new, fields.changed]
    return digest(["freshness", name, named, facts.RULE, key_values.RULE, unicodedata.unidata_version])
