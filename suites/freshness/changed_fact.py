"""A fact that changed: its old and its new value, and which of them an answer holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.suites.freshness.options import Options
from bakeoff.suites.reference.key_values import STOP_WORDS, KeyValue, missing, wanted
from bakeoff.suites.reference.tokens import tokens

RULE = 1
"""Version of `standing`; it belongs in the fingerprint of the metrics."""

Standing = Literal["new", "old", "both", "neither"]
Values = Sequence[KeyValue]


@dataclass(frozen=True)
class ChangedFact:
    """Both values as the sample writes them. `changed` is the day of change, where it is known."""

    old: str
    new: str
    changed: date | None


def changed_fact(sample: Sample, fields: Options) -> ChangedFact | None:
    """The changed fact that a sample tells of, None where it tells of none.

    Raises InputError, with the sample named, where only one value is there, where one is no text, where
    both say the same, and for a date that is none.
    """
    old, new = sample.extras.get(fields.old), sample.extras.get(fields.new)
    if old is None and new is None:
        return None
    for name, value in ((fields.old, old), (fields.new, new)):
        if not isinstance(value, str) or not tokens(value):
            raise _bad(sample, f"{name} must be a text that says the value, not {value!r}")
    fact = ChangedFact(str(old), str(new), _day(sample, fields.changed))
    if told_apart(fact, sample.question) is None:
        raise _bad(sample, f"{fields.old} and {fields.new} say the same: {old!r} and {new!r}")
    return fact


def holds_since(sample: Sample, fields: Options) -> date | None:
    """From when what the sample asks for holds: the day of change, else the sample's own date."""
    fact = changed_fact(sample, fields)
    return fact.changed if fact is not None and fact.changed is not None else sample.as_of


def standing(fact: ChangedFact, question: str, answer: str) -> Standing:
    """Which value an answer holds, by the key values of both (whole tokens).

    Where one value's words are part of the other's ("36 months", "36 months with Care+"), the longer
    one, if it is held, is what the answer says.
    """
    apart = told_apart(fact, question)
    assert apart is not None  # such a fact is refused where it is read
    new, old = apart
    holds_new, holds_old = not missing(new, answer), not missing(old, answer)
    if holds_new and holds_old:
        if _forms(old) < _forms(new):
            return "new"
        return "old" if _forms(new) < _forms(old) else "both"
    return "new" if holds_new else "old" if holds_old else "neither"


def told_apart(fact: ChangedFact, question: str) -> tuple[Values, Values] | None:
    """What tells the new value and the old one: their key values, else, where these are the same (24 months,
    24 weeks), all their words; None where these are the same as well."""
    by_key = wanted(fact.new, question).values, wanted(fact.old, question).values
    by_word = _words(fact.new), _words(fact.old)
    if _forms(by_word[0]) == _forms(by_word[1]):
        return None
    return by_key if _forms(by_key[0]) != _forms(by_key[1]) else by_word


def _words(text: str) -> Values:
    found = tokens(text)
    content = [token for token in found if not token.forms <= STOP_WORDS] or found
    return [KeyValue(token.text, token.forms) for token in content]


def _forms(values: Values) -> frozenset[frozenset[str]]:
    return frozenset(value.forms for value in values)


def _day(sample: Sample, field: str) -> date | None:
    stated = sample.extras.get(field)
    if stated is None:
        return None
    try:
        return datetime.fromisoformat(stated).date()  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise _bad(sample, f"{field} is no date: {stated!r}", "write it as 2025-03-01") from error


def _bad(sample: Sample, what: str, todo: str = "mend the sample, or name other fields") -> InputError:
    return InputError(what, where=f"sample {sample.id!r}", todo=todo)
