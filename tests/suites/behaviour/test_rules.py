"""Length, sections, terminology and patterns: what keeps the rule is 1, what is corrupted is 0."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Answered, Failure, Response, Sample, Status
from bakeoff.suites.behaviour.formats import all_of, format_rules, in_band, in_order, matches
from bakeoff.suites.behaviour.options import Length, Options, Pattern, Selector, Terminology
from bakeoff.suites.behaviour.patterns import Wanted, check_disjoint, pattern_rule, wanted_of
from bakeoff.suites.behaviour.rules import Ruling, rule_metric
from bakeoff.suites.behaviour.terminology import holds, terminology_rule, terms_of

WORD = st.text("abcdefghijäöéß", min_size=1, max_size=8)
SAMPLE = Sample(id="s", question="q")

# ── length ──────────────────────────────────────────────────────────────────────────────────────────


@settings(deadline=None)
@given(st.lists(WORD, max_size=30), st.integers(0, 30), st.integers(0, 10))
def test_a_band_of_words_holds_exactly_its_counts(words: list[str], low: int, width: int) -> None:
    band = Length(at_least=low, at_most=low + width)
    assert in_band("  ".join(words) + "\n", band).kept == (low <= len(words) <= low + width)


@settings(deadline=None)
@given(st.text("ab \n", max_size=40), st.integers(1, 30))
def test_characters_count_without_the_space_around(text: str, most: int) -> None:
    ruling = in_band(f"\n {text} ", Length(unit="characters", at_most=most))
    assert ruling.evidence == {"characters": len(text.strip())}
    assert ruling.kept == (len(text.strip()) <= most)


def test_an_open_band() -> None:
    assert in_band("a b c", Length(at_least=3)).kept
    assert not in_band("a b", Length(at_least=3)).kept


# ── sections ────────────────────────────────────────────────────────────────────────────────────────

HEADINGS = st.lists(WORD.map(str.capitalize), min_size=2, max_size=5, unique_by=str.casefold)
STYLES = st.sampled_from(
    ["## {}", "{}", "**{}**", "{}:", "1. {}", "* _{}_", "{}: and more", "**{}:** more", "# {} #"]
)


@settings(deadline=None)
@given(HEADINGS, STYLES)
def test_headings_in_order_are_found_in_every_style(headings: list[str], style: str) -> None:
    text = "\n".join(f"{style.format(heading)}\nSome text, 12 lines long.\n" for heading in headings)
    assert in_order(text, headings) == Ruling(True, {"missing": [], "misplaced": []})
    assert in_order(text.upper(), headings).kept


@settings(deadline=None)
@given(HEADINGS, STYLES, st.data())
def test_a_heading_that_lacks_or_is_swapped_is_named(
    headings: list[str], style: str, data: st.DataObject
) -> None:
    lost = data.draw(st.sampled_from(headings))
    kept = [heading for heading in headings if heading != lost]
    text = "\n".join(style.format(heading) for heading in kept)
    assert in_order(text, headings) == Ruling(False, {"missing": [lost], "misplaced": []})
    swapped = [headings[1], headings[0], *headings[2:]]
    text = "\n".join(style.format(heading) for heading in swapped)
    ruling = in_order(text, headings)
    assert not ruling.kept
    assert ruling.evidence["missing"] == []


def test_a_heading_inside_a_sentence_is_none() -> None:
    assert not in_order("The cause is a fuse.\nCauses:", ["Cause"]).kept


# ── regular expressions, and all rules together ─────────────────────────────────────────────────────


def test_a_pattern_is_searched_for_unless_anchored() -> None:
    assert matches("see AB-12.", r"[A-Z]{2}-\d+").kept
    assert not matches("see AB-12.", r"\A[A-Z]{2}-\d+\Z").kept
    assert matches("none", r"\d").evidence == {"found": None}


def test_all_stated_rules_must_be_kept_and_each_is_told() -> None:
    options = Options(regex=r"\d", length=Length(at_most=3), sections=("Cause",))
    rule = all_of(format_rules(options, None))
    assert rule(SAMPLE, "Cause: fuse 7").kept
    broken = rule(SAMPLE, "Cause: fuse")
    assert not broken.kept
    assert {name: one["kept"] for name, one in broken.evidence.items() if isinstance(one, dict)} == {
        "regex": False,
        "sections": True,
        "length": True,
    }


# ── terminology ─────────────────────────────────────────────────────────────────────────────────────

TERMS = st.lists(WORD, min_size=1, max_size=4, unique_by=str.casefold)


@settings(deadline=None)
@given(TERMS, TERMS)
def test_required_terms_in_any_case_and_no_forbidden_one(terms: list[str], others: list[str]) -> None:
    folded = {term.casefold() for term in terms}
    forbidden = tuple(term for term in others if term.casefold() not in folded)
    rule = terminology_rule(Terminology(required=tuple(terms), forbidden=forbidden))
    text = f"({', '.join(term.upper() for term in terms)})"
    assert rule(SAMPLE, text).kept
    without = rule(SAMPLE, ", ".join(terms[1:]))
    assert without.evidence["missing"] == [terms[0]]
    assert not without.kept
    if forbidden:
        spoilt = rule(SAMPLE, f"{text} {forbidden[0]}!")
        assert (spoilt.kept, spoilt.evidence["forbidden"]) == (False, [forbidden[0]])


@settings(deadline=None)
@given(WORD, WORD)
def test_part_of_a_word_is_not_the_word(term: str, more: str) -> None:
    assert holds(f"x {term}.", term)
    assert not holds(f"{term}{more}", term) or term.casefold() == f"{term}{more}".casefold()
    assert not holds(f"{more}_{term}", term)


def test_marks_phrases_and_case() -> None:
    assert holds("We use C++, not C.", "C++")
    assert not holds("C+++", "x")
    assert holds("power\n  Bank", "Power bank")
    assert not holds("power bank", "Power bank", case_sensitive=True)
    assert holds("ﬁne", "fine")  # a ligature, NFKC


def test_a_samples_own_terms_add_to_the_stated_ones() -> None:
    stated = Terminology(required=("order",), forbidden=("sorry",))
    own = Sample(id="7", question="q", extras={"terminology": {"required": ["fuse"], "forbidden": ["sorry"]}})
    assert terms_of(own, stated).required == ("order", "fuse")
    assert terms_of(own, stated).forbidden == ("sorry",)
    rule = terminology_rule(stated)
    assert rule(SAMPLE, "your order").kept
    assert not rule(own, "your order").kept


@pytest.mark.parametrize(
    "extra",
    [
        "fuse",
        ["fuse"],
        {"required": "fuse"},
        {"needed": ["fuse"]},
        {"required": ["sorry"]},
        {"forbidden": [""]},
    ],
)
def test_malformed_terms_of_a_sample_are_refused(extra: Any) -> None:
    sample = Sample(id="s7", question="q", extras={"terminology": extra})
    with pytest.raises(InputError, match=r"sample 's7': extras\.terminology"):
        terms_of(sample, Terminology(forbidden=("sorry",)))


# ── escalation and refusal ──────────────────────────────────────────────────────────────────────────

ANGRY = Sample(id="a", question="q", tags=("angry", "short"), domain="billing")
CALM = Sample(id="c", question="q", tags=("calm",), domain="shipping")
HAND_OVER = Pattern(
    patterns=("support team", r"speak (to|with) a person"),
    must=Selector(tags=("angry",)),
    must_not=Selector(domains=("shipping",)),
)


def test_a_pattern_must_show_here_and_must_not_there() -> None:
    rule = pattern_rule(HAND_OVER)
    assert wanted_of(ANGRY, HAND_OVER) is Wanted.SHOWN
    assert wanted_of(CALM, HAND_OVER) is Wanted.ABSENT
    assert wanted_of(SAMPLE, HAND_OVER) is None
    assert rule(ANGRY, "Please Speak With a Person.").evidence == {
        "wanted": "must show",
        "found": "Speak With a Person",
    }
    assert [rule(ANGRY, "It ships."), rule(CALM, "Our support team …"), rule(CALM, "It ships.")] == [
        Ruling(False, {"wanted": "must show", "found": None}),
        Ruling(False, {"wanted": "must not show", "found": "support team"}),
        Ruling(True, {"wanted": "must not show", "found": None}),
    ]


def test_others_are_all_samples_outside_must() -> None:
    pattern = HAND_OVER.model_copy(update={"must_not": "others"})
    assert [wanted_of(sample, pattern) for sample in (ANGRY, CALM, SAMPLE)] == [
        Wanted.SHOWN,
        Wanted.ABSENT,
        Wanted.ABSENT,
    ]


def test_a_sample_on_both_sides_is_refused() -> None:
    both = Sample(id="b", question="q", tags=("angry",), domain="shipping")
    check_disjoint("refusal", HAND_OVER, ANGRY)
    with pytest.raises(InputError, match=r"sample 'b': is in both .* suites\.behaviour\.refusal"):
        check_disjoint("refusal", HAND_OVER, both)


# ── the metric around a rule ────────────────────────────────────────────────────────────────────────


def test_statuses_of_a_rules_scores() -> None:
    metric = rule_metric(
        "short",
        "",
        lambda _, text: in_band(text, Length(at_most=2)),
        {},
        outside=lambda sample: "not asked" if sample.id == "c" else None,
    )

    def item(sample: Sample, response: Response, **fields: bool) -> Answered:
        return Answered(system="x", retrieves=False, sample=sample, response=response, **fields)

    batch = [
        item(ANGRY, Response(text="two words")),
        item(ANGRY, Response(text="three words here")),
        item(ANGRY, Response(text="no idea"), abstained=True),
        item(CALM, Response(text="two words")),
        item(ANGRY, Response(error=Failure(kind="error", message="it broke"))),
    ]
    scores = [row["short"] for row in asyncio.run(metric.score(batch, None)) if row]  # type: ignore[arg-type]
    assert [(score.status, score.value) for score in scores] == [
        (Status.SCORED, 1.0),
        (Status.SCORED, 0.0),
        (Status.ABSTAINED, 1.0),
        (Status.NOT_APPLICABLE, None),
        (Status.SYSTEM_FAILED, 0.0),
    ]
    assert scores[1].detail == {"words": 3}


# ── the options ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "name something to measure"),
        ({"few_shot_parent": "x"}, "name something to measure"),
        ({"regex": "("}, "no regular expression"),
        ({"sections": []}, "at least 1"),
        ({"sections": ["##"]}, "no letter"),
        ({"length": {}}, "needs at_least or at_most"),
        ({"length": {"at_least": 5, "at_most": 4}}, "below"),
        ({"terminology": {"required": ["A"], "forbidden": ["a"]}}, "both required and forbidden"),
        ({"terminology": {"required": [" "]}}, "a term is empty"),
        ({"escalation": {"patterns": ["x"]}}, "on which samples"),
        ({"escalation": {"patterns": ["x"], "must_not": "others"}}, "on which samples"),
        ({"refusal": {"patterns": ["["], "must": {"tags": ["t"]}}}, "no regular expression"),
        ({"refusal": {"patterns": ["x"], "must": {}}}, "name tags or domains"),
        ({"style": True, "stile": True}, "Extra inputs"),
        ({"style": True, "margin": 0}, "greater than 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Options.model_validate(options)
