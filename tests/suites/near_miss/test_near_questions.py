"""Near-miss questions of each family, and that none of them has an answer in the corpus."""

from __future__ import annotations

import re
from random import Random

import pytest

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.near_miss.corpus import Corpus
from bakeoff.suites.near_miss.near_questions import Asking, Near, asking, near
from bakeoff.suites.near_miss.options import FAMILIES, Family

FACTS = {
    "Arvend": ("charging time", "Charging the Arvend takes 95 minutes."),
    "Kastrin": ("charging time", "The Kastrin is full after 30 minutes."),
    "Belmora": ("weight", "The Belmora weighs 40 grams."),
    "Vandrel": ("weight", "The Vandrel has 55 grams."),
    "Ombrick Pro": ("firmware version", "The Ombrick Pro runs firmware 3 and shows E1."),
}


def sample(name: str) -> Sample:
    attribute, passage = FACTS[name]
    return Sample(
        id=name,
        question=f"Kindly state the {attribute} of the {name}.",
        reference=f"The {attribute} of the {name} is {' '.join(passage.split()[-2:])}",
        reference_contexts=(passage,),
        reference_context_ids=(name,),
    )


DOCUMENTS = [Document(id=name, text=passage) for name, (_, passage) in FACTS.items()]
DOCUMENTS.append(Document(id="more", text="The Vandrel needs charging for hours."))
SAMPLES = [sample(name) for name in FACTS]


def known(samples: list[Sample] = SAMPLES, documents: list[Document] = DOCUMENTS) -> Asking:
    return asking(samples, Corpus(documents, samples))


def tries(family: Family, id_: str, made: Asking | None = None) -> set[Near | None]:
    found = made or known()
    return {near(family, id_, found, Random(seed)) for seed in range(40)}


def asked(family: Family, id_: str, made: Asking | None = None) -> set[str]:
    return {one.asked for one in tries(family, id_, made) if one is not None}


def test_a_version_is_a_neighbour_that_is_in_no_text() -> None:
    found = asked("version", "Arvend")
    assert all(re.fullmatch(r"Arvend ([A-Z][a-z]+|[2-9])", name) for name in found)
    assert {"Arvend Pro", "Arvend 7"} & found
    assert all(one.startswith("Ombrick ") and one != "Ombrick Pro" for one in asked("version", "Ombrick Pro"))
    there = known([*SAMPLES, sample("Arvend").model_copy(update={"id": "x", "question": "the Arvend Pro?"})])
    assert "Arvend Pro" not in asked("version", "Arvend", there)


@pytest.mark.parametrize(
    ("question", "name"), [("What does E1 mean?", "E"), ("Is firmware 3 new?", "firmware ")]
)
def test_numbers_change_to_numbers_nearby_that_are_in_no_text(question: str, name: str) -> None:
    one = SAMPLES[-1].model_copy(update={"question": question})
    other = Document(id="five", text="See firmware 5 and E5.")
    found = asked("version", one.id, known([one], [*DOCUMENTS, other]))
    numbers = {int(text.removeprefix(name)) for text in found}
    assert numbers
    assert not numbers & {0, 1 if name == "E" else 3, 5}
    assert max(numbers) <= 12


def test_a_number_in_front_of_the_last_one_stays() -> None:
    text = "Use the Ostrel with firmware 3.2 here."
    one = Sample(id="f", question="Is firmware 3.2 new?", reference="Yes", reference_contexts=(text,))
    assert all(name.startswith("firmware 3.") for name in asked("version", "f", known([one], [])))


def test_a_product_is_one_that_nobody_knows() -> None:
    made = known()
    for name in asked("product", "Ombrick Pro"):
        assert name.endswith(" Pro")
        assert not made.corpus.holds(name.split()[0])


def test_a_combination_asks_what_nothing_says_of_that_product() -> None:
    # Kastrin is charged, Vandrel has a document on charging, in other words; Arvend is the one asked about
    assert asked("combination", "Arvend") == {"Belmora", "Ombrick Pro"}
    assert asked("combination", "Belmora") == {"Arvend", "Kastrin", "Ombrick Pro"}


def test_all_wordings_of_an_attribute_keep_a_product_out() -> None:
    """ "minutes" and "full" are learned from another sample of the same wording."""
    documents = [*DOCUMENTS, Document(id="full", text="The Belmora is full at noon.")]
    assert asked("combination", "Arvend", known(SAMPLES, documents)) == {"Ombrick Pro"}


def test_a_combination_that_a_sample_asks_is_none() -> None:
    asks = Sample(
        id="y", question="Kindly state the charging time of the Belmora.", reference="The Belmora: 5."
    )
    assert asked("combination", "Arvend", known([*SAMPLES, asks])) == {"Ombrick Pro"}


def test_where_there_is_nothing_to_make_there_is_none() -> None:
    alone = known(SAMPLES[:1], DOCUMENTS[:1])
    assert tries("combination", "Arvend", alone) == {None}
    code = SAMPLES[-1].model_copy(update={"question": "What does E1 mean?"})
    assert tries("product", code.id, known([code])) == {None}
    assert tries("combination", code.id, known([code])) == {None}


def test_the_name_is_all_that_changes_and_the_draw_is_fixed() -> None:
    made = known()
    for family in FAMILIES:
        one = near(family, "Arvend", made, Random(3))
        assert one is not None
        assert one.question == f"Kindly state the charging time of the {one.asked}."
        assert one.replaced == "Arvend"
        assert one == near(family, "Arvend", known(), Random(3))


def test_samples_without_a_name_take_no_part() -> None:
    plain = Sample(id="p", question="Is a mountain high?", reference="Yes")
    assert list(known([*SAMPLES, plain]).names) == [*FACTS]
