"""RAGChecker's formulas by hand, and as properties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.suites.knowledge_origin.formulas import IN_CHUNKS, Verdicts, numbers

Y, N = True, False


def test_every_formula_on_one_answer_by_hand() -> None:
    """Five claims: right in A; right in none; wrong in A, which is relevant; wrong in B alone; wrong in none.

    Four claims of the reference: in A and said; in A and not said; in none and said; neither.
    """
    verdicts = Verdicts(
        right=(Y, Y, N, N, N),
        recalled=(Y, N, Y, N),
        answer_in=((Y, N, Y, N, N), (N, N, N, Y, N), (N, N, N, N, N)),
        reference_in=((Y, Y, N, N), (N, N, N, N), (N, N, N, N)),
    )
    assert numbers(verdicts) == pytest.approx(
        {
            "answer_precision": 2 / 5,
            "answer_recall": 2 / 4,
            "answer_f1": 4 / 9,
            "chunk_claim_recall": 2 / 4,
            "chunk_context_precision": 1 / 3,
            "context_utilisation": 1 / 2,
            "noise_sensitivity_relevant": 1 / 5,
            "noise_sensitivity_irrelevant": 1 / 5,
            "hallucination": 1 / 5,
            "self_knowledge": 1 / 5,
            "chunk_faithfulness": 3 / 5,
            "claims_from_context": 1 / 5,
            "claims_from_weights": 1 / 5,
            "claims_wrong": 3 / 5,
        }
    )
    assert verdicts.labels() == ["from_context", "from_weights", "wrong", "wrong", "wrong"]
    assert verdicts.relevant == (Y, N, N)


def test_what_a_relevant_and_an_irrelevant_chunk_say_counts_as_relevant_noise() -> None:
    found = numbers(Verdicts((N,), (N,), ((Y,), (Y,)), ((Y,), (N,))))
    assert (found["noise_sensitivity_relevant"], found["noise_sensitivity_irrelevant"]) == (1, 0)
    found = numbers(Verdicts((N,), (N,), ((N,), (Y,)), ((Y,), (N,))))
    assert (found["noise_sensitivity_relevant"], found["noise_sensitivity_irrelevant"]) == (0, 1)


def test_without_retrieval_nothing_of_chunks_is_defined_and_all_that_is_right_is_from_the_weights() -> None:
    found = numbers(Verdicts((Y, N, Y, Y), (Y,)))
    assert {name for name, value in found.items() if value is None} == set(IN_CHUNKS)
    assert found["claims_from_weights"] == found["answer_precision"] == 3 / 4
    assert (found["claims_from_context"], found["claims_wrong"]) == (0, 1 / 4)


def test_a_retriever_that_found_nothing_does_not_look_better_for_it() -> None:
    found = numbers(Verdicts((Y, N, N), (Y, N), (), ()))
    assert found["chunk_claim_recall"] == found["chunk_context_precision"] == found["chunk_faithfulness"] == 0
    assert found["hallucination"] == pytest.approx(2 / 3)
    assert found["self_knowledge"] == pytest.approx(1 / 3)
    assert found["context_utilisation"] is None


def test_without_claims_the_answers_means_are_undefined_and_the_chunks_are_not() -> None:
    found = numbers(Verdicts((), (N, N), ((), ()), ((Y, N), (N, N))))
    defined = {name: value for name, value in found.items() if value is not None}
    assert defined == {
        "answer_recall": 0,
        "chunk_claim_recall": 1 / 2,
        "chunk_context_precision": 1 / 2,
        "context_utilisation": 0,
    }


def test_f1_of_nothing_right_is_0() -> None:
    assert numbers(Verdicts((N,), (N,)))["answer_f1"] == 0


@st.composite
def verdicts_of(draw: st.DrawFn, chunks: int = 0) -> Verdicts:
    claims, gold = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    count = draw(st.integers(chunks, 4))

    def bits(n: int) -> st.SearchStrategy[tuple[bool, ...]]:
        return st.tuples(*[st.booleans()] * n)

    def many(n: int) -> tuple[tuple[bool, ...], ...]:
        return draw(st.tuples(*[bits(n)] * count))

    return Verdicts(draw(bits(claims)), draw(bits(gold)), many(claims), many(gold))


@settings(deadline=None)
@given(verdicts_of())
def test_what_is_imprecise_is_noise_or_hallucination(verdicts: Verdicts) -> None:
    found = {name: value or 0.0 for name, value in numbers(verdicts).items()}
    parts = ("noise_sensitivity_relevant", "noise_sensitivity_irrelevant", "hallucination")
    assert 1 - found["answer_precision"] == pytest.approx(sum(found[name] for name in parts))


@settings(deadline=None)
@given(verdicts_of(), st.booleans())
def test_the_labels_share_out_every_claim(verdicts: Verdicts, closed: bool) -> None:
    if closed:
        verdicts = Verdicts(verdicts.right, verdicts.recalled)
    found = numbers(verdicts)
    labels = ("claims_from_context", "claims_from_weights", "claims_wrong")
    assert sum(found[name] or 0.0 for name in labels) == pytest.approx(1)
    assert all(value is None or 0 <= value <= 1 for value in found.values())


@settings(deadline=None)
@given(verdicts_of(chunks=1))
def test_from_the_weights_is_self_knowledge_and_context_is_faithful(verdicts: Verdicts) -> None:
    found = {name: value or 0.0 for name, value in numbers(verdicts).items()}
    assert found["claims_from_weights"] == found["self_knowledge"]
    noise = found["noise_sensitivity_relevant"] + found["noise_sensitivity_irrelevant"]
    assert found["chunk_faithfulness"] == pytest.approx(found["claims_from_context"] + noise)


@settings(deadline=None)
@given(verdicts_of(chunks=1))
def test_the_order_of_chunks_is_of_no_matter(verdicts: Verdicts) -> None:
    assert verdicts.answer_in is not None
    assert verdicts.reference_in is not None
    turned = Verdicts(
        verdicts.right, verdicts.recalled, verdicts.answer_in[::-1], verdicts.reference_in[::-1]
    )
    assert numbers(turned) == numbers(verdicts)
