"""Matching of two sides' samples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.pairing import Mark, Pairing, content_fingerprint, pair
from bakeoff.evals.records import Sample, Turn

MARKS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("1234")), max_size=7)
RUNS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("1234")), max_size=6, unique_by=lambda mark: mark[0]
)


def marks(text: str) -> list[Mark]:
    """`a1 b2`: id a with content 1, id b with content 2."""
    return [(word[0], word[1:]) for word in text.split()]


def paired(ours: str, theirs: str) -> Pairing:
    return pair(marks(ours), marks(theirs))


def test_equal_id_and_content_pair_wherever_they_stand() -> None:
    found = paired("a1 b2 c3", "c3 a1 d4")
    assert found == Pairing(((0, 1), (2, 0)), (), (1,), (2,), (), ())


def test_ids_made_anew_pair_by_content_that_stands_once_on_either_side() -> None:
    found = paired("a1 b2", "x2 y1")
    assert found.paired == found.by_content == ((0, 1), (1, 0))


def test_an_id_with_another_content_is_ambiguous_on_both_sides() -> None:
    found = paired("a1 b2", "a9 b2")
    assert found.paired == ((1, 1),)
    assert (found.ambiguous_ours, found.ambiguous_theirs) == ((0,), (0,))
    assert found.only_ours == found.only_theirs == ()


def test_an_id_that_contradicts_the_content_is_ambiguous_not_paired_by_content() -> None:
    found = paired("a1 b2", "a2 b1")
    assert found.paired == ()
    assert (found.ambiguous_ours, found.ambiguous_theirs) == ((0, 1), (0, 1))


def test_an_id_that_stands_for_another_content_there_takes_no_other_partner() -> None:
    found = paired("x1 y2", "y1")
    assert found.paired == ()
    assert (found.ambiguous_ours, found.ambiguous_theirs) == ((0, 1), (0,))


def test_one_content_under_two_ids_against_one_is_ambiguous() -> None:
    found = paired("a1", "x1 y1")
    assert found.paired == ()
    assert (found.ambiguous_ours, found.ambiguous_theirs) == ((0,), (0, 1))


def test_what_is_paired_by_id_is_no_other_samples_match() -> None:
    found = paired("a1", "a1 y1")
    assert found.paired == ((0, 0),)
    assert found.only_theirs == (1,)
    assert found.ambiguous_theirs == ()


def test_a_content_that_an_id_has_paired_already_does_not_pair_further_ids() -> None:
    found = paired("a1 b1", "a1 z1")
    assert found.paired == ((0, 0),)
    assert (found.ambiguous_ours, found.ambiguous_theirs) == ((1,), (1,))


def test_an_id_that_stands_twice_pairs_nothing() -> None:
    assert paired("a1 a2", "a1") == Pairing((), (), (), (), (0, 1), (0,))
    assert paired("a1 a2", "x1").ambiguous_ours == (0, 1)


def test_nothing_against_nothing() -> None:
    assert pair([], []) == Pairing((), (), (), (), (), ())


@given(MARKS, MARKS)
def test_every_sample_has_one_place(ours: list[Mark], theirs: list[Mark]) -> None:
    found = pair(ours, theirs)
    mine = [*(i for i, _ in found.paired), *found.only_ours, *found.ambiguous_ours]
    other = [*(j for _, j in found.paired), *found.only_theirs, *found.ambiguous_theirs]
    assert sorted(mine) == list(range(len(ours)))
    assert sorted(other) == list(range(len(theirs)))
    assert all(ours[i][1] == theirs[j][1] for i, j in found.paired)
    assert set(found.by_content) == {(i, j) for i, j in found.paired if ours[i][0] != theirs[j][0]}


@given(MARKS, MARKS)
def test_sides_change_places(ours: list[Mark], theirs: list[Mark]) -> None:
    one, other = pair(ours, theirs), pair(theirs, ours)
    assert sorted((j, i) for i, j in one.paired) == sorted(other.paired)
    assert one.only_ours == other.only_theirs
    assert one.ambiguous_theirs == other.ambiguous_ours


@given(RUNS)
def test_a_run_pairs_whole_with_itself(run: list[Mark]) -> None:
    assert pair(run, run).paired == tuple((i, i) for i in range(len(run)))


@given(RUNS, RUNS)
def test_order_changes_no_pair(ours: list[Mark], theirs: list[Mark]) -> None:
    there = list(reversed(theirs))
    straight = {(ours[i], theirs[j]) for i, j in pair(ours, theirs).paired}
    assert {(ours[i], there[j]) for i, j in pair(ours, there).paired} == straight


def test_a_new_id_leaves_the_content_and_anything_else_changes_it() -> None:
    sample = Sample(id="a", question="q", reference="r", origin="o", variant="v")
    mark = content_fingerprint(sample)
    assert content_fingerprint(sample.model_copy(update={"id": "b", "origin": "p"})) == mark
    changes: list[dict[str, object]] = [
        {"question": "Q"},
        {"reference": "R"},
        {"reference_contexts": ("c",)},
        {"conversation": (Turn(role="user", content="hello"),)},
        {"variant": "w"},
        {"domain": "d"},
    ]
    assert all(content_fingerprint(sample.model_copy(update=change)) != mark for change in changes)
