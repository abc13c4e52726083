"""All pairs, a family of fewer metrics, and the probability of being best, from table to comparison."""

from __future__ import annotations

import numpy as np
import pytest
from toys.table import Value, column, run_record, table

from bakeoff.evals.comparison import Comparison, Verdict
from bakeoff.evals.comparison_builder import compare_table
from bakeoff.evals.errors import InputError
from bakeoff.evals.pairs import against_one, every_pair
from bakeoff.evals.records import Output
from bakeoff.evals.table import ScoreTable
from bakeoff.evals.table_family import check_family

NAMES = ["a", "b", "c"]
KNOWN = [("reference", "exact_match"), ("reference", "token_f1"), ("citations", "token_f1")]


def made(n: int = 40) -> ScoreTable:
    """Three systems on two metrics, each a step above the last; c lacks a value on the first sample."""
    rng = np.random.default_rng(3)
    hard = rng.normal(0, 0.2, n)
    columns = []
    for name, direction in (("score", "higher"), ("wait", "lower")):
        rows: list[list[Value]] = [[float(v) for v in hard + rng.normal(i / 4, 0.2, n)] for i in range(3)]
        rows[2][0] = None
        columns.append(column(Output(name=name, direction=direction, low=None, high=None), rows))
    return table(NAMES, columns)


def compared(
    made_of: ScoreTable, *, all_pairs: bool = False, family: tuple[str, ...] | None = None
) -> Comparison:
    record = run_record(made_of)
    header = record.header.model_copy(update={"family": family})
    record = record.model_copy(update={"header": header})
    return compare_table(record, made_of, baseline="a", all_pairs=all_pairs)


def test_every_pair_stands_once_and_the_baseline_is_never_the_system() -> None:
    assert every_pair(["b", "a", "c"], "a") == [("b", "a"), ("c", "a"), ("c", "b")]
    assert against_one(["b", "a", "c"], "a") == [("b", "a"), ("c", "a")]
    assert every_pair(["a"], "a") == []


def test_all_pairs_are_one_family_and_wider_than_those_with_one_baseline() -> None:
    one, every = compared(made()), compared(made(), all_pairs=True)
    assert (one.footer.family, every.footer.family) == (4, 6)
    assert (one.all_pairs, every.all_pairs) == (False, True)
    pairs = [(d.system, d.baseline) for d in every.metrics[0].differences]
    assert pairs == [("b", "a"), ("c", "a"), ("c", "b")]
    narrow, wide = one.metrics[0].differences[0], every.metrics[0].differences[0]
    assert narrow.effect == wide.effect
    assert narrow.p == wide.p
    assert wide.high > narrow.high  # type: ignore[operator]


def test_outside_the_family_a_difference_is_exploratory() -> None:
    whole, part = compared(made()), compared(made(), family=("toy.score",))
    assert (part.footer.family, part.footer.exploratory, part.footer.family_metrics) == (2, 2, ("toy.score",))
    inside, outside = part.metrics[0].differences[1], part.metrics[1].differences[1]
    assert inside.correction == "max_t"
    assert inside.verdict is Verdict.BETTER
    assert inside.high < whole.metrics[0].differences[1].high  # type: ignore[operator]
    assert (outside.verdict, outside.correction, outside.p_adjusted) == (Verdict.NOT_TESTED, "none", None)
    assert (outside.low, outside.high) == (outside.pointwise_low, outside.pointwise_high)
    assert outside.p == whole.metrics[1].differences[1].p
    assert whole.metrics[1].differences[1].verdict is Verdict.WORSE


def test_the_sign_flips_follow_the_size_of_the_family() -> None:
    columns = [
        column(Output(name=f"m{i}", low=None, high=None), np.random.default_rng(i).random((2, 20)).tolist())
        for i in range(40)
    ]
    many = table(["a", "b"], columns)
    assert compared(many).footer.permutations == 16_001
    assert compared(many, family=("m0", "m1")).footer.permutations == 10_001


def test_too_few_pairs_outside_the_family_are_not_tested_either() -> None:
    few = table(["a", "b"], [column(Output(name="x"), [[1.0, None, 0.0], [0.0, 1.0, None]])] * 1)
    assert compared(few, family=("y",)).metrics[0].differences[0].verdict is Verdict.NOT_TESTED
    assert compared(few).metrics[0].differences[0].verdict is Verdict.CANNOT_TELL


def test_the_best_is_told_on_the_samples_that_all_have_and_in_the_metrics_direction() -> None:
    score, wait = compared(made()).metrics
    assert score.best_n == 39
    assert sum(score.best.values()) == pytest.approx(1.0)
    assert score.best["c"] > 0.95
    assert wait.best["a"] > 0.95


def test_a_system_without_values_is_left_out_and_one_alone_is_not_the_best() -> None:
    none: list[Value] = [None] * 4
    two = table(NAMES, [column(Output(name="x"), [[1.0, 1.0, 0.0, 1.0], none, [0.0, 0.0, 1.0, 0.0]])])
    one = table(NAMES, [column(Output(name="x"), [[1.0, 1.0, 0.0, 1.0], none, none])])
    assert set(compared(two).metrics[0].best) == {"a", "c"}
    assert compared(one).metrics[0].best == {}


def test_a_family_of_unknown_or_ambiguous_names_is_refused() -> None:
    check_family(None, KNOWN)
    check_family(("exact_match", "citations.token_f1"), KNOWN)
    with pytest.raises(InputError, match="did you mean 'exact_match'") as unknown:
        check_family(("citations.token_f1", "exact_mach"), KNOWN)
    assert unknown.value.where == "family[1]"
    with pytest.raises(InputError, match=r"write one of reference\.token_f1, citations\.token_f1"):
        check_family(("token_f1",), KNOWN)
