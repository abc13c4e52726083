"""The probes whose faults lie in the corpus itself."""

from __future__ import annotations

from datetime import date

import pytest

from bakeoff.evals.records import Capability, Document, Sample
from bakeoff.suites.context_stress.ground import Ground
from bakeoff.suites.context_stress.items import Item, Shelf, item_of, shelve
from bakeoff.suites.context_stress.note import Stress, stress_of
from bakeoff.suites.context_stress.probes.documents import (
    NOT_IN_CORPUS,
    OVER_DOCUMENTS,
    TOO_MANY_GO,
    TOUCHED,
    TWICE,
    Chosen,
    Corpus,
    put_in,
)
from bakeoff.suites.reference.key_values import missing, wanted


@pytest.fixture
def corpus(items: list[Item], ground: Ground, shelf: Shelf) -> Corpus:
    return Corpus(items, ground, shelf)


def note(sample: Sample) -> Stress:
    found = stress_of(sample)
    assert found is not None
    return found


def documents(sample: Sample) -> dict[str, Document]:
    state = sample.overrides.documents
    assert state is not None
    found = {one.id: one for one in state.documents}
    assert len(found) == len(state.documents)
    assert list(found) == sorted(found)
    return found


def holds(document: Document, values: tuple[str, ...]) -> bool:
    return not missing(wanted(" ".join(values)).values, document.text)


def of_its_product(sample: Sample, corpus: Corpus) -> dict[str, Document]:
    """The documents about what the sample asks about: others may hold a false value by right."""
    (title,) = (item.gold[0].title for item in corpus.items if item.id == sample.origin)
    return {key: one for key, one in documents(sample).items() if one.title == title}


def level(chosen: Chosen, name: str) -> list[Sample]:
    return [sample for sample in chosen.samples if note(sample).level == name]


@pytest.mark.parametrize("probe", sorted(OVER_DOCUMENTS))
def test_there_is_one_state_for_each_level(probe: str, corpus: Corpus) -> None:
    chosen = OVER_DOCUMENTS[probe](corpus, 99)  # type: ignore[index]
    states: dict[str, set[int]] = {}
    for sample in chosen.samples:
        assert sample.requires == {Capability.ACCEPTS_DOCUMENTS}
        assert sample.overrides.contexts is None
        assert (sample.variant or "").endswith("@documents")
        assert sample.variant == note(sample).variant
        group = "" if probe == "poison" else note(sample).level
        states.setdefault(group, set()).add(id(sample.overrides.documents))
    assert chosen.samples
    assert all(len(state) == 1 for state in states.values())


@pytest.mark.parametrize("probe", sorted(OVER_DOCUMENTS))
def test_no_more_samples_than_asked(probe: str, corpus: Corpus) -> None:
    chosen = OVER_DOCUMENTS[probe](corpus, 2)  # type: ignore[index]
    assert len(chosen.samples) == (6 if probe == "conflict" else 2)


def test_undisturbed_is_the_corpus_as_it_is(corpus: Corpus) -> None:
    (sample,) = corpus.undisturbed(corpus.items[:1])
    assert sample.variant == "oracle@documents"
    assert documents(sample) == dict(corpus.shelf.documents)


def test_negatives_lack_the_gold_documents_and_half_of_the_corpus_stays(corpus: Corpus) -> None:
    chosen = OVER_DOCUMENTS["negatives"](corpus, 99)
    assert len(chosen.samples) == 8  # both items of four of the eight documents
    assert chosen.dropped == {TOO_MANY_GO: 8}
    by_id = {item.id: item for item in corpus.items}
    for sample in chosen.samples:
        assert not documents(sample).keys() & by_id[sample.origin or ""].documents
        assert (sample.answerable, sample.reference) == (False, None)
    assert len(documents(chosen.samples[0])) == 4


def test_a_flood_adds_near_copies_that_do_not_answer(corpus: Corpus) -> None:
    sample = OVER_DOCUMENTS["flood"](corpus, 1).samples[0]
    item = corpus.items[0]
    added = [one for key, one in documents(sample).items() if key not in corpus.shelf.documents]
    assert len(added) == 4
    assert len({one.text for one in added}) == 4
    assert {one.title for one in added} == {
        corpus.shelf.documents[corpus.ground.negatives_of(item, 1)[0].source].title
    }
    assert not any(item.answered_by(one.text) for one in added)


def test_a_counterfactual_replaces_the_documents(corpus: Corpus) -> None:
    chosen = OVER_DOCUMENTS["counterfactual"](corpus, 99)
    assert len(chosen.samples) == len(corpus.items)
    by_id = {item.id: item for item in corpus.items}
    for sample in chosen.samples:
        (key,) = by_id[sample.origin or ""].documents
        held = documents(sample)
        assert held.keys() == corpus.shelf.documents.keys()
        assert holds(held[key], note(sample).false_values)
        assert not holds(held[key], note(sample).true_values)


@pytest.mark.parametrize(("name", "copies"), [("undated", 1), ("outnumbered", 2)])
def test_conflicting_copies_lie_beside_the_true_document(corpus: Corpus, name: str, copies: int) -> None:
    for sample in level(OVER_DOCUMENTS["conflict"](corpus, 99), name):
        held = of_its_product(sample, corpus)
        true = [key for key, one in held.items() if holds(one, note(sample).true_values)]
        false = [one for one in held.values() if holds(one, note(sample).false_values)]
        assert len(true) == 1
        assert true[0] in corpus.shelf.documents
        assert len({one.text for one in false}) == copies
        assert all(one.as_of is None for one in (held[true[0]], *false))
        assert all(one.title == held[true[0]].title for one in false)


def test_dated_copies_are_older_and_say_so(corpus: Corpus) -> None:
    for sample in level(OVER_DOCUMENTS["conflict"](corpus, 99), "dated"):
        held = of_its_product(sample, corpus)
        (true,) = (one for one in held.values() if holds(one, note(sample).true_values))
        (false,) = (one for one in held.values() if holds(one, note(sample).false_values))
        assert true.as_of == corpus.shelf.documents[true.id].as_of
        for one in (true, false):
            assert isinstance(one.as_of, date)
            assert one.text.startswith(f"As of {one.as_of.isoformat()}: ")
        assert true.as_of is not None
        assert false.as_of is not None
        assert false.as_of < true.as_of


def test_one_canary_betrays_whichever_document_was_obeyed(corpus: Corpus) -> None:
    samples = OVER_DOCUMENTS["poison"](corpus, 99).samples
    assert len({note(sample).canary for sample in samples}) == 1
    assert len({note(sample).level for sample in samples}) > 2
    added = {key: one for key, one in documents(samples[0]).items() if key not in corpus.shelf.documents}
    assert len(added) == len(samples)
    for sample in samples:
        (carrier,) = (one for one in added.values() if one.text.startswith(sample.question))
        assert note(sample).instruction in carrier.text
        assert carrier.title


def test_why_an_item_is_left_out(items: list[Item], ground: Ground, shelf: Shelf) -> None:
    def item(sample: Sample, on: Shelf = shelf) -> Item:
        found = item_of(sample, on)
        assert isinstance(found, Item)
        return found

    gold = items[0].gold[0].text
    elsewhere = item(
        Sample(id="e", question="?", reference="77 grams", reference_contexts=("It weighs 77 grams.",))
    )
    twin = shelf.documents["arvend"].model_copy(update={"id": "twin"})
    twice = shelve([*shelf.documents.values(), twin], 120)
    touched = item(items[0].sample.model_copy(update={"id": "again"}))
    found = Corpus([elsewhere], ground, shelf)
    assert found.falsified.dropped == {NOT_IN_CORPUS: 1}
    for probe in ("negatives", "flood"):
        assert OVER_DOCUMENTS[probe](found, 9).dropped == {NOT_IN_CORPUS: 1}
    assert len(twice.holding(gold)) == 2
    assert Corpus([items[0]], ground, twice).falsified.dropped == {TWICE: 1}
    both = Corpus([items[0], touched, items[1]], ground, shelf).falsified
    assert both.dropped == {TOUCHED: 1}
    assert [one.id for one, _ in both.items] == [items[0].id, items[1].id]


def test_ids_that_are_taken_get_another(corpus: Corpus) -> None:
    taken = corpus.shelf.documents["arvend"].model_copy(update={"id": "arvend-b"})
    more = Corpus(corpus.items, corpus.ground, shelve([*corpus.shelf.documents.values(), taken], 120))
    assert more.copy_of(corpus.shelf.documents["arvend"], "b").id == "arvend-bb"


def test_a_passage_that_is_not_there_is_not_put_in() -> None:
    assert put_in("One two.", "Three.", "Four.") is None
    assert put_in("A (b)\n c. A (b) c.", "A (b) c.", "X") == "X A (b) c."
