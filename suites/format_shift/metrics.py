"""The metrics: are the key values there, is the asked form kept, is it the trained form instead?"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import cast

from pydantic import JsonValue

from bakeoff.evals.identity import digest
from bakeoff.evals.records import Answered, Output, Score
from bakeoff.suites.format_shift import payload, training_format
from bakeoff.suites.format_shift.asked import asked
from bakeoff.suites.reference import key_values
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.rule_metric import RuleMetric, scored

MARGIN = 0.05
"""Five points: below that no family of variants counts as a drop (METHODS.md §3, gate)."""


SHOWN = 200
"""Characters of an answer's payload that a score keeps as evidence."""


def key_values_metric() -> RuleMetric:
    """1 where the answer's payload holds all key values of the reference, else 0 (METHODS.md §3).

    An abstention is 0: it gave nothing. The unshifted twin is scored by the same rule.
    """
    output = Output(
        name="key_values",
        margin=MARGIN,
        note="1 where all of the reference's names, numbers and dates are in the answer's content",
    )
    return _rule(output, [key_values.RULE, key_values.SHORT], _no_key_values, _hold_key_values)


def format_followed_metric() -> RuleMetric:
    """1 where the answer is in the form that was asked for (JSON, a list, one word), else 0."""
    output = Output(
        name="format_followed",
        margin=MARGIN,
        note="1 where the answer is the JSON, the list or the one word that was asked for",
    )
    return _rule(output, [], _no_form_to_check, _follows)


def training_format_metric() -> RuleMetric:
    """1 where another form was asked for and the answer is in the trained one all the same, else 0."""
    output = Output(
        name="training_format",
        direction="lower",
        on_failure="leave_out",
        note="1 where an answer asked for in another form is in that of the training answers",
    )
    return _rule(output, [training_format.RULE], _no_leak_possible, _leaks)


def _rule(
    output: Output,
    versions: Sequence[int],
    outside: Callable[[Answered], str | None],
    judge: Callable[[Answered], Score],
) -> RuleMetric:
    made_of = [output.name, payload.RULE, *versions, unicodedata.unidata_version]
    return RuleMetric(
        output.name, (output,), digest(made_of), outside, lambda item: {output.name: judge(item)}
    )


def _no_key_values(item: Answered) -> str | None:
    sample = item.sample
    if not sample.answerable:
        return "unanswerable: there is nothing that the answer must hold"
    references = acceptable_answers(sample)
    if not references:
        return "no reference"
    if not any(asked(sample).wanted(reference) for reference in references):
        return "the reference holds nothing that an answer in this form must say"
    return None


def _hold_key_values(item: Answered) -> Score:
    """By the acceptable answer of which least is missing."""
    note = asked(item.sample)
    content = payload.payload(item.response.text or "", note.wants, note.key)
    tried = [
        (key_values.missing(values, content), values, reference)
        for reference in acceptable_answers(item.sample)
        if (values := note.wanted(reference))
    ]
    lacking, values, reference = min(tried, key=lambda one: len(one[0]))
    return _scored(
        item,
        not (lacking or item.abstained),
        wanted=[value.text for value in values],
        rule=key_values.wanted(reference, note.question).rule,
        missing=lacking,
        payload=content[:SHOWN],
    )


def _no_form_to_check(item: Answered) -> str | None:
    note = asked(item.sample)
    if payload.followed("", note.wants, note.key) is None:
        return "no form was asked for that can be checked"
    return None


def _follows(item: Answered) -> Score:
    note = asked(item.sample)
    return _scored(item, bool(payload.followed(item.response.text or "", note.wants, note.key)))


def _no_leak_possible(item: Answered) -> str | None:
    note = asked(item.sample)
    if not note.elsewhere:
        return "no other form than the trained one was asked for"
    if note.trained is None:
        return "no training file was given, or its answers share no form"
    return None


def _leaks(item: Answered) -> Score:
    """In the trained form, unless that is the right answer in the form asked for (a label, in one word)."""
    note = asked(item.sample)
    assert note.trained is not None
    text = item.response.text or ""
    right = payload.followed(text, note.wants, note.key) and any(
        map(note.trained.matches, acceptable_answers(item.sample))
    )
    return _scored(item, note.trained.matches(text) and not right)


def _scored(item: Answered, holds: bool, **detail: str | Sequence[str]) -> Score:
    texts = {name: value if isinstance(value, str) else list(value) for name, value in detail.items()}
    return scored(item, float(holds), cast("dict[str, JsonValue]", texts))
