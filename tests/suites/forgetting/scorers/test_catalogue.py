"""What a user's file tells the scorers is checked before anything is asked."""

import pytest
from pydantic import JsonValue, ValidationError

from bakeoff.suites.forgetting.scorers import SCORERS, check_spec

GOOD: dict[str, tuple[dict[str, JsonValue], str]] = {
    "exact": ({}, "Paris"),
    "contains": ({"rejected": ["Rome"]}, "Paris"),
    "number": ({}, "42"),
    "letter": ({"options": ["Rome", "Paris"], "answer": 1}, "B"),
    "regex": ({"pattern": "[a-z]+"}, "paris"),
    "list": ({}, "fig, pear"),
    "json_schema": ({"schema": {"type": "object"}}, "{}"),
    "instructions": ({"instructions": [{"check": "lowercase"}]}, "small"),
    "code": ({"function": "f", "cases": [{"arguments": [], "returns": 1}]}, "def f(): return 1"),
    "refusal": ({"refuse": True}, "I can't help with that."),
}


def test_every_scorer_has_a_good_spec_here() -> None:
    assert GOOD.keys() == SCORERS.keys()


@pytest.mark.parametrize("scorer", GOOD)
def test_a_good_spec_passes_and_its_reference_scores(scorer: str) -> None:
    spec, reference = GOOD[scorer]
    assert check_spec(scorer, spec, reference) is None
    assert SCORERS[scorer](spec, reference, reference, False).value == 1
    assert SCORERS[scorer](spec, reference, "?!", False).value == 0


@pytest.mark.parametrize("scorer", GOOD)
def test_an_unknown_key_is_refused(scorer: str) -> None:
    spec, reference = GOOD[scorer]
    assert check_spec(scorer, {**spec, "tolerence": 1}, reference) == (
        "spec.tolerence: Extra inputs are not permitted"
    )
    with pytest.raises(ValidationError):
        SCORERS[scorer]({**spec, "tolerence": 1}, reference, reference, False)


@pytest.mark.parametrize(
    ("scorer", "spec", "reference", "told"),
    [
        ("nubmer", {}, "4", "no scorer 'nubmer'; there are exact, contains, number"),
        ("number", {}, "four", "the reference 'four' holds no number"),
        ("number", {"tolerance": "much"}, "4", "spec.tolerance: Input should be a valid number"),
        ("exact", {}, "", "the reference scores 0, not 1, by 'exact'"),
        ("contains", {"rejected": ["Paris"]}, "Paris", "the reference scores 0, not 1, by 'contains'"),
        ("letter", {"options": ["Rome", "Paris"], "answer": 0}, "B", "the reference scores 0"),
        (
            "letter",
            {"options": ["Rome", "Paris"], "answer": 2},
            "C",
            "spec: answer 2 is no place of 2 options",
        ),
        ("regex", {}, "a", "spec.pattern: Field required"),
        ("list", {"items": ["fig"]}, "pear", "the reference scores 0"),
        ("refusal", {"refuse": False}, "I can't help with that.", "the reference scores 0"),
    ],
)
def test_what_is_wrong_is_told(scorer: str, spec: dict[str, JsonValue], reference: str, told: str) -> None:
    found = check_spec(scorer, spec, reference)
    assert found is not None
    assert found.startswith(told)
