"""The corpus before the update: old values where new ones stood, and nowhere else."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.records import Document, Sample
from bakeoff.suites.freshness.changed_fact import ChangedFact
from bakeoff.suites.freshness.states import PutBack, put_back

TEXT = "The Arvend costs 44 euros. It uses 44 watts, not 144 watts or 44.5."
DOCUMENTS = (
    Document(id="arvend", text=TEXT, as_of=date(2025, 1, 1)),
    Document(id="other", text="44 watts", as_of=date(2025, 1, 1)),
)


def fact(
    id_: str, old: str, new: str, *passages: str, gold: tuple[str, ...] = ("arvend",)
) -> dict[str, tuple[Sample, ChangedFact]]:
    sample = Sample(id=id_, question="?", reference_contexts=passages, reference_context_ids=gold)
    return {id_: (sample, ChangedFact(old, new, None))}


def text_of(made: PutBack) -> str:
    return made.documents[0].text


def test_whole_words_are_replaced_in_the_gold_document_only() -> None:
    made = put_back(DOCUMENTS, fact("a", "29", "44"))
    assert text_of(made) == "The Arvend costs 29 euros. It uses 29 watts, not 144 watts or 44.5."
    assert made.documents[1] == DOCUMENTS[1]
    assert made.documents[0].as_of is None
    assert made.samples == {"a"}


def test_the_gold_passage_bounds_the_replacement() -> None:
    made = put_back(DOCUMENTS, fact("a", "29 ", "44", "The Arvend costs 44 euros."))
    assert text_of(made).startswith("The Arvend costs 29  euros. It uses 44 watts")


def test_a_passage_that_the_document_words_otherwise_bounds_nothing() -> None:
    made = put_back(DOCUMENTS, fact("a", "29 watts", "44  WATTS", "Uses 44 watts."))
    assert text_of(made) == "The Arvend costs 44 euros. It uses 29 watts, not 144 watts or 44.5."


def test_two_facts_of_one_document_do_not_undo_each_other() -> None:
    swapped = {
        **fact("a", "44 watts", "44 euros", "The Arvend costs 44 euros."),
        **fact("b", "44 euros", "44 watts", "It uses 44 watts,"),
    }
    made = put_back(DOCUMENTS, swapped)
    assert text_of(made).startswith("The Arvend costs 44 watts. It uses 44 euros, not")


def test_two_questions_about_one_fact_share_its_replacement() -> None:
    made = put_back(DOCUMENTS, {**fact("a", "29 watts", "44 watts"), **fact("b", "29 watts", "44 watts")})
    assert made.samples == {"a", "b"}
    assert text_of(made).count("29 watts") == 1


def test_what_is_not_there_or_contradicts_is_left_out() -> None:
    facts = {
        **fact("a", "29 watts", "44 watts"),
        **fact("contradicts", "30 watts", "44 watts"),
        **fact("absent", "1 kg", "2 kg"),
        **fact("no gold", "29 watts", "44 watts", gold=()),
        **fact("unknown gold", "29 watts", "44 watts", gold=("gone",)),
    }
    made = put_back(DOCUMENTS, facts)
    assert made.samples == {"a"}


@given(numbers=st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True))
def test_putting_back_and_forth_gives_the_corpus_again(numbers: list[int]) -> None:
    text = " ".join(f"p{i} has {n} parts." for i, n in enumerate(numbers))
    there = {
        id_: one
        for i, n in enumerate(numbers)
        for id_, one in fact(f"s{i}", f"{n + 1000} parts", f"{n} parts", gold=("d",)).items()
    }
    back = {id_: (sample, ChangedFact(one.new, one.old, None)) for id_, (sample, one) in there.items()}
    was = put_back([Document(id="d", text=text)], there)
    assert all(f" {n + 1000} parts" in text_of(was) for n in numbers)
    assert text_of(put_back(was.documents, back)) == text
