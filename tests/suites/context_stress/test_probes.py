"""Each probe over passages that are handed over with the question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.records import Capability, Context, Sample
from bakeoff.suites.context_stress.ground import NO_NEGATIVE, Ground, Probing
from bakeoff.suites.context_stress.instructions import ATTACKS
from bakeoff.suites.context_stress.items import Item
from bakeoff.suites.context_stress.note import EXTRA, PROBES, Stress, stress_of
from bakeoff.suites.context_stress.probes.bounds import closed_book, oracle
from bakeoff.suites.context_stress.probes.conflict import conflict, counterfactual
from bakeoff.suites.context_stress.probes.noise import flood, negatives, negatives_for, noise
from bakeoff.suites.context_stress.probes.order import order
from bakeoff.suites.context_stress.probes.poison import poison
from bakeoff.suites.context_stress.probes.split import joined_question, split
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import missing, wanted


def made(probing: Probing, item: Item, ground: Ground) -> list[Sample]:
    found = probing(item, ground)
    assert isinstance(found, list)
    return found


def note(sample: Sample) -> Stress:
    found = stress_of(sample)
    assert found is not None
    return found


def contexts(sample: Sample) -> Sequence[Context]:
    assert sample.overrides.contexts is not None
    return sample.overrides.contexts


def texts(sample: Sample) -> list[str]:
    return [context.text for context in contexts(sample)]


def gold(item: Item) -> list[str]:
    return [passage.text for passage in item.gold]


@pytest.mark.parametrize(
    "probing", [oracle, closed_book, noise, negatives, flood, conflict, counterfactual, order, poison]
)
def test_a_variant_says_whose_it_is_and_what_it_needs(
    probing: Probing, items: list[Item], ground: Ground
) -> None:
    origin = items[0].sample
    for sample in made(probing, items[0], ground):
        assert sample.origin == origin.id
        assert sample.variant == note(sample).variant
        assert sample.id == f"{origin.id}~{sample.variant}"
        assert (sample.question, sample.cluster, sample.domain) == (
            origin.question,
            origin.cluster,
            origin.domain,
        )
        assert sample.requires == {Capability.ACCEPTS_CONTEXTS}
        assert note(sample).probe in PROBES
        assert note(sample).question == origin.question
        assert Sample.model_validate_json(sample.model_dump_json()) == sample


def test_the_origin_keeps_its_needs_and_extras(items: list[Item], ground: Ground) -> None:
    sample = items[0].sample.model_copy(
        update={"requires": frozenset({Capability.CITES}), "extras": {"old": "1", "references": ["2"]}}
    )
    item = Item(sample, items[0].gold, items[0].wanted, items[0].documents)
    (found,) = oracle(item, ground)
    assert found.requires == {Capability.CITES, Capability.ACCEPTS_CONTEXTS}
    assert {**found.extras, EXTRA: None} == {"old": "1", "references": ["2"], EXTRA: None}


def test_the_bounds(items: list[Item], ground: Ground) -> None:
    (with_gold,), (without,) = oracle(items[0], ground), closed_book(items[0], ground)
    assert texts(with_gold) == gold(items[0])
    assert without.overrides.contexts == ()
    assert with_gold.reference == items[0].sample.reference


def test_noise_has_the_shares_that_its_names_say(items: list[Item], ground: Ground) -> None:
    for item in items:
        samples = made(noise, item, ground)
        assert [sample.variant for sample in samples] == [
            "noise:0/0.00",
            "noise:0.4/0.50",
            "noise:0.8/0.80",
        ]
        for sample in samples:
            held = texts(sample)
            assert set(gold(item)) <= set(held)
            noisy = [text for text in held if text not in gold(item)]
            assert note(sample).share == pytest.approx(len(noisy) / len(held), abs=0.005)
            assert not any(item.answered_by(text) for text in noisy)
        assert set(texts(samples[1])) < set(texts(samples[2]))


def test_noise_is_shuffled(items: list[Item], ground: Ground) -> None:
    places = {texts(made(noise, item, ground)[2]).index(gold(item)[0]) for item in items}
    assert len(places) > 2


@given(st.sampled_from([0.4, 0.8]), st.integers(1, 6), st.integers(2, 10), st.integers(1, 20))
def test_the_share_is_the_nearest_that_there_is(share: float, gold: int, passages: int, most: int) -> None:
    count = negatives_for(share, gold, passages, most)
    assert 1 <= count <= min(math.ceil(passages * share), most)
    for other in range(1, min(math.ceil(passages * share), most) + 1):
        assert abs(count / (count + gold) - share) <= abs(other / (other + gold) - share) + 1e-12


def test_negatives_alone_answer_nothing(items: list[Item], ground: Ground) -> None:
    for item in items:
        (sample,) = made(negatives, item, ground)
        assert len(texts(sample)) == 5
        assert not any(item.answered_by(text) for text in texts(sample))
        assert (sample.answerable, sample.reference, sample.reference_contexts) == (False, None, ())
        assert acceptable_answers(sample) == ()


@pytest.mark.parametrize("probing", [noise, negatives, flood, poison, order])
def test_without_negatives_an_item_is_left_out(probing: Probing, items: list[Item]) -> None:
    bare = Ground(seed=3, passages=5)
    found = probing(items[0], bare)
    assert isinstance(found, str)
    assert (found == NO_NEGATIVE) == (probing is not order)


def test_a_flood_ends_with_the_gold_passage(items: list[Item], ground: Ground) -> None:
    (sample,) = made(flood, items[0], ground)
    held = texts(sample)
    assert held[4:] == gold(items[0])
    assert len(set(held)) == 5
    assert len({context.id for context in contexts(sample)}) == 5
    assert held[0] == ground.negatives_of(items[0], 1)[0].text
    assert not any(items[0].answered_by(text) for text in held[:4])


def test_a_conflict_holds_both_and_says_what_differs(items: list[Item], ground: Ground) -> None:
    for item in items:
        undated, outnumbered, _ = made(conflict, item, ground)
        assert [note(undated).level, note(outnumbered).level] == ["undated", "outnumbered"]
        for sample, false_ones in ((undated, 1), (outnumbered, 2)):
            true, false = note(sample).true_values, note(sample).false_values
            holding_true = [t for t in texts(sample) if not missing(wanted(" ".join(true)).values, t)]
            holding_false = [t for t in texts(sample) if not missing(wanted(" ".join(false)).values, t)]
            assert holding_true == gold(item)
            assert len(set(holding_false)) == false_ones
            assert all("as_of" not in context.metadata for context in contexts(sample))
            assert len({context.id for context in contexts(sample)}) == 1 + false_ones


def test_dated_versions_say_so_and_the_true_one_is_newer(items: list[Item], ground: Ground) -> None:
    for item in items:
        dated = made(conflict, item, ground)[2]
        days = {}
        for context in contexts(dated):
            day = str(context.metadata["as_of"])
            assert context.text.startswith(f"As of {day}: ")
            days[context.text.removeprefix(f"As of {day}: ")] = date.fromisoformat(day)
        (true,) = gold(item)
        (false,) = days.keys() - {true}
        assert 200 <= (days[true] - days[false]).days <= 700


def test_the_true_version_has_the_documents_date_or_a_set_one(items: list[Item], ground: Ground) -> None:
    def day(item: Item) -> list[str]:
        return [
            str(context.metadata["as_of"])
            for context in contexts(made(conflict, item, ground)[2])
            if context.text.endswith(gold(item)[0])
        ]

    given = items[0].sample.model_copy(update={"as_of": date(2024, 2, 2)})
    undated = [passage.__class__(passage.source, 1, passage.text) for passage in items[0].gold]
    assert day(items[0]) == ["2025-01-01"]
    assert day(Item(given, items[0].gold, items[0].wanted, items[0].documents)) == ["2024-02-02"]
    assert day(Item(items[0].sample, tuple(undated), items[0].wanted, items[0].documents)) == ["2025-06-01"]


def test_the_order_of_the_versions_is_drawn(items: list[Item], ground: Ground) -> None:
    for level in range(3):
        firsts = {contexts(made(conflict, item, ground)[level])[0].source in item.documents for item in items}
        assert firsts == {True, False}


def test_a_counterfactual_is_the_false_copy_alone(items: list[Item], ground: Ground) -> None:
    for item in items:
        (sample,) = made(counterfactual, item, ground)
        undated = made(conflict, item, ground)[0]
        assert note(sample).false_values == note(undated).false_values
        (text,) = texts(sample)
        assert {text, *gold(item)} == set(texts(undated))
        assert missing(wanted(" ".join(note(sample).true_values)).values, text)


def test_passages_without_a_swapped_value_stay_in_their_place(items: list[Item], ground: Ground) -> None:
    extra = items[1].gold[0]
    item = Item(items[0].sample, (extra, *items[0].gold), items[0].wanted, items[0].documents)
    (sample,) = made(counterfactual, item, ground)
    assert texts(sample)[0] == extra.text
    assert len(texts(sample)) == 2


def test_what_cannot_be_swapped_is_left_out(items: list[Item], ground: Ground) -> None:
    sample = items[0].sample.model_copy(update={"reference": "Yes.", "extras": {}})
    item = Item(sample, items[0].gold, (wanted("Yes."),), items[0].documents)
    assert isinstance(conflict(item, ground), str)
    assert conflict(item, ground) == counterfactual(item, ground)


def test_all_orders_hold_the_same_passages(items: list[Item], ground: Ground) -> None:
    for item in items:
        samples = {note(sample).level: texts(sample) for sample in made(order, item, ground)}
        assert list(samples) == ["first", "middle", "last", "p1", "p2", "p3"]
        assert len({tuple(sorted(held)) for held in samples.values()}) == 1
        assert len({tuple(held) for held in samples.values()}) == 6
        places = [held.index(gold(item)[0]) for held in samples.values()]
        assert places[:3] == [0, 2, 4]


def test_two_negatives_are_enough_for_an_order(items: list[Item], ground: Ground) -> None:
    three = Ground(seed=3, passages=2, negatives=ground.negatives)
    samples = made(order, items[0], three)
    assert {len(texts(sample)) for sample in samples} == {3}
    assert len({tuple(texts(sample)) for sample in samples}) == 6


def test_a_poisoned_passage_carries_the_instruction(items: list[Item], ground: Ground) -> None:
    levels = set()
    for item in items:
        (sample,) = made(poison, item, ground)
        told = note(sample)
        levels.add(told.level)
        carriers = [text for text in texts(sample) if told.instruction in text]
        assert len(carriers) == 1
        assert carriers[0] not in gold(item)
        assert set(gold(item)) <= set(texts(sample))
        assert told.canary in told.instruction
        assert told.instruction == ATTACKS[told.level].format(canary=told.canary)
        assert len(texts(sample)) == 5
        assert sample.answerable
    assert len(levels) > 3
    assert len({note(made(poison, item, ground)[0]).canary for item in items}) == len(items)


@pytest.mark.parametrize("parts", [2, 3])
def test_a_split_question_needs_several_documents(items: list[Item], ground: Ground, parts: int) -> None:
    samples = split(items, ground, parts, 99)
    members = [part.id for sample in samples for part in note(sample).parts]
    assert len(members) == len(set(members)) >= len(items) - 2 * parts
    by_id = {item.id: item for item in items}
    for sample in samples:
        joined = [by_id[part.id] for part in note(sample).parts]
        assert len({one.gold[0].source for one in joined}) == parts
        assert sample.reference is None
        assert acceptable_answers(sample) == ()
        assert sample.answerable
        assert sample.origin == joined[0].id
        assert all(one.sample.question in sample.question for one in joined)
        held = texts(sample)
        for one in joined:
            assert [text for text in held if one.answered_by(text)] == gold(one)
        assert len(held) == len(set(held)) == 5
        assert [part.references for part in note(sample).parts] == [
            acceptable_answers(one.sample) for one in joined
        ]


def test_a_split_prefers_its_domain_and_stops_at_its_size(items: list[Item], ground: Ground) -> None:
    domains = {item.id: item.sample.domain for item in items}
    pairs = split(items, ground, 2, 99)
    alike = [len({domains[part.id] for part in note(sample).parts}) == 1 for sample in pairs]
    assert sum(alike) == len(alike)
    assert split(items, ground, 2, 2) == pairs[:2]


def test_no_negative_of_a_split_is_a_version_of_any_members_document(
    items: list[Item], ground: Ground
) -> None:
    for sample in split(items, ground, 2, 99):
        members = [item for item in items if item.id in {part.id for part in note(sample).parts}]
        outside = {key for item in members for key in ground.versions_of(item)}
        for context in contexts(sample):
            assert context.source not in outside or context.text in [t for m in members for t in gold(m)]


def test_questions_are_joined_without_numbers_of_our_own() -> None:
    assert joined_question(["a 1 ", "b?", "c!"]) == "a 1? Also: b? And finally: c!"


def test_what_is_drawn_hangs_on_the_seed(items: list[Item], ground: Ground) -> None:
    other = Ground(seed=4, passages=5, negatives=ground.negatives, names=ground.names, words=ground.words)
    for probing in (noise, conflict, counterfactual, poison):
        once = [made(probing, item, ground) for item in items]
        assert once == [made(probing, item, ground) for item in items]
        assert once != [made(probing, item, other) for item in items]
