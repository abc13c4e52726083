"""Terminology: the terms that an answer must hold, and those that it must not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.suites.behaviour.options import Terminology, Terms
from bakeoff.suites.behaviour.rules import Rule, Ruling

EXTRA = "terminology"
"""Key of `Sample.extras` under which a sample's own terms lie: `{required: […], forbidden: […]}`."""

NO_TERMS = "no terms are stated for this sample"


def terms_of(sample: Sample, stated: Terminology) -> Terms:
    """The terms that hold for a sample: the stated ones and its own. InputError where those are malformed."""
    extra = sample.extras.get(EXTRA)
    if extra is None:
        return stated
    if not isinstance(extra, Mapping):
        raise _refused(sample, f"must be a mapping, not {type(extra).__name__}")
    try:
        own = Terms.model_validate(dict(extra))
        return Terms(
            required=tuple(dict.fromkeys(stated.required + own.required)),
            forbidden=tuple(dict.fromkeys(stated.forbidden + own.forbidden)),
        )
    except ValidationError as error:
        raise _refused(sample, error.errors()[0]["msg"]) from error


def holds(text: str, term: str, *, case_sensitive: bool = False) -> bool:
    """Whether the term stands in the text as whole words; white space between its words may be any.

    >>> holds("Use the Power\\n bank.", "power bank"), holds("Powerbanks", "power")
    (True, False)
    """
    return _pattern(term, case_sensitive).search(_folded(text, case_sensitive)) is not None


def terminology_rule(stated: Terminology) -> Rule:
    """Kept where every required term is there and no forbidden one is."""

    def rule(sample: Sample, text: str) -> Ruling:
        terms = terms_of(sample, stated)
        there = {
            term: holds(text, term, case_sensitive=stated.case_sensitive)
            for term in (*terms.required, *terms.forbidden)
        }
        missing = [term for term in terms.required if not there[term]]
        found = [term for term in terms.forbidden if there[term]]
        return Ruling(not missing and not found, {"missing": [*missing], "forbidden": [*found]})

    return rule


@lru_cache(maxsize=4_096)
def _pattern(term: str, case_sensitive: bool) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in _folded(term, case_sensitive).split())
    # a mark at a term's end ("C++") needs no boundary of its own beside a space
    return re.compile(rf"(?<!\w){words}(?!\w)")


def _folded(text: str, case_sensitive: bool) -> str:
    normal = unicodedata.normalize("NFKC", text)
    return normal if case_sensitive else normal.casefold()


def _refused(sample: Sample, what: Any) -> InputError:
    return InputError(
        f"extras.{EXTRA}: {what}",
        where=f"sample {sample.id!r}",
        todo="write {required: [terms], forbidden: [terms]}",
    )
