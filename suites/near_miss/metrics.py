"""The metrics: declined or made up, the neighbour's value, and what the system knows of the neighbour."""

from __future__ import annotations

import re
import unicodedata

from bakeoff.evals.identity import digest
from bakeoff.evals.protocols import Judge
from bakeoff.evals.records import Answered, Output
from bakeoff.suites.claims import declining
from bakeoff.suites.claims.declining import declines
from bakeoff.suites.claims.judged_metric import JudgedMetric
from bakeoff.suites.near_miss.note import NearMiss, near_miss
from bakeoff.suites.reference import key_values
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import missing, wanted
from bakeoff.suites.reference.lacking import lacking
from bakeoff.suites.rule_metric import RuleMetric, Scores, scored

RULE = 1
"""Version of the denials below and of what counts as borrowed; it belongs in the fingerprints."""

MARGIN = 0.05
"""Five points, the margin of a family of METHODS §10."""

_DENIALS = (
    r"\bno such \w+",
    r"\bno (?:\w+ ){0,2}(?:called|named|of (?:that|this) name|by (?:that|this) name)\b",
    r"\bthere(?: is|'s| are) (?:no|not an?|not any)(?: [\w-]+){0,3}? <name>",
    r"<name>(?: [\w-]+){0,2}? (?:does|do)(?: not|n't) (?:actually )?exist\b",
    r"<name>(?: [\w-]+){0,2}? (?:is|are)(?: not|n't) (?:one of|an? (?:\w+ ){0,2}(?:product|model))\b",
    r"\b(?:we|i)(?: do not| don't| have never|'ve never)(?: \w+)? (?:sell|make|offer|know|have|heard)<any>",
)
"""How one says that there is no such thing as was asked for; `<name>` stands for its name, `<any>` for what
leads to it."""


def declined_metric() -> JudgedMetric:
    """`declined` and `made_up`, which sum to 1: a near-miss question has no answer but that.

    Declining is what the rules or the judge take for it, and a sentence that says that there is no such thing
    as was asked for.
    """
    outputs = (
        Output(name="declined", margin=MARGIN, note="1 where a question that has no answer gets none"),
        Output(
            name="made_up",
            direction="lower",
            margin=MARGIN,
            on_failure="leave_out",
            note="1 where a question that has no answer gets one",
        ),
    )

    async def judge(item: Answered, judge: Judge) -> Scores:
        note = near_miss(item.sample)
        assert note is not None
        denies = denied(item.response.text or "", note.asked)
        declined = denies or await declines(item, judge)
        values = {"declined": declined, "made_up": not declined}
        return {name: scored(item, float(value), {"denies": denies}) for name, value in values.items()}

    return JudgedMetric("declined", outputs, _fingerprint("declined"), _no_near_miss, judge)


def borrowed_metric() -> RuleMetric:
    """`borrowed`: 1 where the answer gives the value of the question that it stands beside, else 0."""
    output = Output(
        name="borrowed",
        direction="lower",
        on_failure="leave_out",
        note="1 where a near-miss question gets its neighbour's value",
    )

    def judge(item: Answered) -> Scores:
        note = near_miss(item.sample)
        assert note is not None
        text = item.response.text or ""
        gives = not item.abstained and not denied(text, note.asked) and _holds(note, text)
        return {output.name: scored(item, float(gives), {"asked": note.asked, "replaced": note.replaced})}

    return RuleMetric(output.name, (output,), _fingerprint(output.name), _no_near_miss, judge)


def right_metric() -> RuleMetric:
    """`right`: 1 where the known question's answer holds all key values of an acceptable one, else 0."""
    output = Output(
        name="right", margin=MARGIN, note="1 where all of the reference's names, numbers and dates are there"
    )

    def outside(item: Answered) -> str | None:
        if near_miss(item.sample) is not None:
            return "a near-miss question has no right value"
        return None if item.sample.answerable and acceptable_answers(item.sample) else "no reference"

    def judge(item: Answered) -> Scores:
        lacks = lacking(item.sample, item.response.text or "")
        return {output.name: scored(item, float(not lacks and not item.abstained), {"missing": [*lacks]})}

    return RuleMetric(output.name, (output,), _fingerprint(output.name), outside, judge)


def denied(text: str, name: str) -> bool:
    """Whether a text says that there is no such thing as the name.

    >>> denied("There is no Ostrel 7; did you mean the Ostrel?", "Ostrel 7")
    True
    """
    plain = " ".join(text.replace("’", "'").split())
    leading = r"(?: of)?(?: an?| any| the)?(?: [\w-]+){0,2}? <name>"
    rules = (rule.replace("<any>", leading).replace("<name>", re.escape(name)) for rule in _DENIALS)
    return any(re.search(rule, plain, re.IGNORECASE) for rule in rules)


def _holds(note: NearMiss, text: str) -> bool:
    """All key values of an answer to the neighbour; digits of the name that was asked for are none."""
    rest = re.sub(re.escape(note.asked), " ", text, flags=re.IGNORECASE)
    values = (wanted(one, note.question).values for one in note.neighbours)
    return any(found and not missing(found, rest) for found in values)


def _no_near_miss(item: Answered) -> str | None:
    return None if near_miss(item.sample) is not None else "not a near-miss question"


def _fingerprint(name: str) -> str:
    versions = [RULE, declining.RULE, key_values.RULE, key_values.SHORT]
    return digest(["near_miss", name, *versions, unicodedata.unidata_version])
