"""Which samples take part, and where their gold passages are found."""

from __future__ import annotations

import pytest

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.items import NO_GOLD, Item, Shelf, drawn, item_of, shelve, takes_part

PAGE = Document(
    id="page",
    title="Page",
    text="The lamp is green when it is ready for use at home.\n\n"
    "The battery holds for 9 hours, and charging takes 4 of them, so start before noon.",
)
OTHER = Document(id="other", text="The case is made of oak and weighs 740 grams in all, lid included.")


@pytest.fixture
def pages() -> Shelf:
    return shelve([PAGE, OTHER], 120)


def sample(**fields: object) -> Sample:
    base = {"id": "q", "question": "How long?", "reference": "9 hours", "reference_context_ids": ("page",)}
    return Sample.model_validate({**base, **fields})


def item(given: Sample, shelf: Shelf) -> Item:
    found = item_of(given, shelf)
    assert isinstance(found, Item)
    return found


@pytest.mark.parametrize(
    "fields",
    [
        {"answerable": False},
        {"reference": None},
        {"origin": "p", "variant": "typos"},
        {"reference_context_ids": ()},
        {"reference_context_ids": (), "reference_contexts": (" ",)},
        {"domain": "billing"},
    ],
)
def test_these_take_no_part(fields: dict[str, object]) -> None:
    assert takes_part(sample(domain="setup"), ("setup",))
    assert not takes_part(sample(**{"domain": "setup", **fields}), ("setup",))


def test_the_order_hangs_on_seed_and_ids_only() -> None:
    many = [sample(id=f"q{i}") for i in range(20)]
    assert drawn(many, 1) == drawn(reversed(many), 1)
    assert drawn(many, 1) != drawn(many, 2)


@pytest.mark.parametrize("name", ["page", "page#7"])
def test_an_id_leads_to_the_passage_with_the_key_values(name: str, pages: Shelf) -> None:
    found = item(sample(reference_context_ids=(name,)), pages)
    assert [(one.source, one.number) for one in found.gold] == [("page", 2)]
    assert found.documents == {"page"}


def test_several_ids_hold_the_answer_together(pages: Shelf) -> None:
    asked = sample(reference="9 hours and 740 grams", reference_context_ids=("page", "other"))
    assert [one.source for one in item(asked, pages).gold] == ["page", "other"]


@pytest.mark.parametrize("fields", [{"reference": "7 hours"}, {"reference_context_ids": ("gone",)}])
def test_without_the_key_values_there_is_no_gold(fields: dict[str, object], pages: Shelf) -> None:
    assert item_of(sample(**fields), pages) == NO_GOLD


def test_a_given_text_is_gold_whatever_it_holds(pages: Shelf) -> None:
    text = "The battery  holds for 9 hours, and charging takes 4 of them,"
    (gold,) = item(sample(reference_contexts=(text,)), pages).gold
    assert (gold.text, gold.source, gold.number, gold.title) == (text, "page", 2, "Page")


def test_a_given_text_finds_its_document_without_an_id(pages: Shelf) -> None:
    asked = sample(reference_context_ids=(), reference_contexts=("the CASE is made of oak",))
    assert item(asked, pages).documents == {"other"}


def test_a_text_of_no_document_is_gold_of_its_own(pages: Shelf) -> None:
    found = item(sample(reference_context_ids=(), reference_contexts=("It lasts 9 hours.",)), pages)
    assert (found.gold[0].source, found.documents) == ("q-gold", frozenset())


def test_a_text_given_twice_is_one_passage(pages: Shelf) -> None:
    asked = sample(reference_context_ids=("page", "page"), reference_contexts=("It is so.", "It is so."))
    assert len({one.text for one in item(asked, pages).gold}) == len(item(asked, pages).gold) == 1


def test_any_acceptable_answer_answers(pages: Shelf) -> None:
    found = item(sample(extras={"references": ["740 grams"]}), pages)
    assert found.answered_by("for 9 hours")
    assert found.answered_by("740 of them")
    assert not found.answered_by("for 90 hours")
