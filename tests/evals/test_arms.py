"""Which systems make a 2×2."""

from __future__ import annotations

from dataclasses import replace

from toys.arms import FAMILY, square, systems
from toys.table import column

from bakeoff.evals.arms import find_arms
from bakeoff.evals.comparison import Arms
from bakeoff.evals.records import Kind, Output

Wanted = tuple[str, Kind, str | None]


def found(*wanted: Wanted) -> list[tuple[str, str, str, str]]:
    made = replace(square(column(Output(name="x"), [[1.0]] * 4)), systems=systems(*wanted))
    return [(arms.base, arms.rag, arms.tuned, arms.hybrid) for arms in find_arms(made)]


def test_a_family_of_four_makes_one_whatever_their_order() -> None:
    assert found(*FAMILY) == found(*reversed(FAMILY)) == [("base", "rag", "tuned", "both")]


def test_what_the_ancestry_does_not_say_is_said_to_be_assumed() -> None:
    made = square(column(Output(name="x"), [[1.0]] * 4))
    assert find_arms(made) == [Arms(base="base", rag="rag", tuned="tuned", hybrid="both", assumed="rag")]
    of_rag = replace(made, systems=systems(*FAMILY[:3], ("both", Kind.HYBRID, "rag")))
    assert [arms.assumed for arms in find_arms(of_rag)] == ["tuned"]


def test_a_hybrid_stands_with_the_arm_that_it_was_made_from() -> None:
    second: tuple[Wanted, ...] = (("tuned2", Kind.FINE_TUNED, "base"), ("both2", Kind.HYBRID, "tuned2"))
    assert found(*FAMILY, *second) == [("base", "rag", "tuned", "both"), ("base", "rag", "tuned2", "both2")]


def test_every_complete_one_is_found_where_the_ancestry_leaves_it_open() -> None:
    second: Wanted = ("rag2", Kind.RAG, "base")
    assert found(*FAMILY, second) == [("base", "rag", "tuned", "both"), ("base", "rag2", "tuned", "both")]


def test_a_hybrid_may_descend_through_others() -> None:
    heir: Wanted = ("heir", Kind.HYBRID, "both")
    assert ("base", "rag", "tuned", "heir") in found(*FAMILY, heir)


def test_an_arm_that_is_missing_or_of_another_family_makes_none() -> None:
    for left_out in range(4):
        assert found(*(one for i, one in enumerate(FAMILY) if i != left_out)) == []
    foreign: Wanted = ("rag", Kind.RAG, "other base")
    assert found(FAMILY[0], foreign, *FAMILY[2:]) == []
    assert found(*FAMILY[:3], ("both", Kind.HYBRID, "base")) == []
    assert found(*FAMILY[:3], ("both", Kind.HYBRID, None)) == []


def test_parents_in_a_circle_end() -> None:
    loop: tuple[Wanted, ...] = (("x", Kind.HYBRID, "y"), ("y", Kind.HYBRID, "x"))
    assert found(*FAMILY, *loop) == [("base", "rag", "tuned", "both")]
