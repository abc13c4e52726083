"""Findings: who is compared with whom, what the figures are, and when nothing is claimed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from toys.table import Value, column

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Kind, Output, Status
from bakeoff.evals.statistics import auc, difference_interval, mcnemar, tango
from bakeoff.evals.table import Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.behaviour.findings import Pairing, comparisons, pairings, style_findings

FORMAT = Output(name="format_compliance", margin=0.02)
NA = Status.NOT_APPLICABLE


def info(name: str, kind: Kind = Kind.PROMPT, parent: str | None = None) -> SystemInfo:
    return SystemInfo(name=name, kind=kind, parent=parent, fingerprint=name)


FAMILY = [
    info("base"),
    info("few_shot", parent="base"),
    info("tuned", Kind.FINE_TUNED, "base"),
    info("hybrid", Kind.HYBRID, "tuned"),
]


def made(values: Sequence[Sequence[Value]], output: Output = FORMAT, **fields: object) -> ScoreTable:
    columns: list[Column] = [column(output, values, suite="behaviour")]
    samples = [SampleKey(f"s{i}", **fields) for i in range(len(values[0]))]  # type: ignore[arg-type]
    return ScoreTable(FAMILY[: len(values)], samples, columns)


def one(found: Sequence[Finding], system: str, against: str) -> Finding:
    (finding,) = [f for f in found if (f.system, f.against) == (system, against)]
    return finding


def test_everybody_with_an_ancestor_against_it_and_against_the_prompted_parent() -> None:
    table = made([[1.0]] * 4)
    assert pairings(table, "few_shot") == [
        Pairing("few_shot", "base"),
        Pairing("tuned", "base"),
        Pairing("tuned", "few_shot", prompted=True),
        Pairing("hybrid", "tuned"),
        Pairing("hybrid", "few_shot", prompted=True),
    ]
    assert pairings(table, "base")[1] == Pairing("tuned", "base", prompted=True)
    assert [p.against for p in pairings(table, None)] == ["base", "base", "tuned"]
    assert pairings(table, "gone") == pairings(table, None)


def test_binary_pairs_by_tango_and_mcnemar() -> None:
    base = [0.0] * 30 + [1.0] * 10
    tuned = [1.0] * 25 + [0.0] * 5 + [1.0] * 8 + [0.0] * 2
    finding = one(comparisons(made([base, base, tuned]), None, None), "tuned", "base")
    expected = tango(25, 2, 40)
    assert (finding.effect, finding.low, finding.high) == (expected.estimate, expected.low, expected.high)
    exact, mid = mcnemar(25, 2)
    assert (finding.p, finding.detail["p_mid"], finding.n) == (exact, mid, 40)
    assert (finding.name, finding.family, finding.headline) == (
        "behaviour.format_compliance",
        "behaviour",
        True,
    )
    assert (finding.detail["mean"], finding.detail["against_mean"]) == (33 / 40, 10 / 40)
    assert finding.sentence == (
        "tuned keeps the stated format — 82.5 % against 25.0 %: +57.5 points (95% interval "
        f"{100 * (expected.low or 0):+.1f} to {100 * (expected.high or 0):+.1f}, 40 samples) beside base; "
        "a gain over its parent."
    )


def test_shared_sources_are_clustered() -> None:
    base, tuned = [0.0] * 40, [1.0, 0.0] * 20
    finding = one(comparisons(made([base, base, tuned], cluster="page"), None, None), "tuned", "base")
    assert finding.detail["interval"] == "bound (one cluster)"


@pytest.mark.parametrize(
    ("margin", "lost", "status"),
    [(None, 0, "found"), (0.1, 0, "clear"), (0.1, 12, "found"), (0.01, 0, "found")],
)
def test_clear_only_with_a_margin_that_the_loss_stays_within(
    margin: float | None, lost: int, status: str
) -> None:
    base, tuned = [1.0] * 100, [0.0] * lost + [1.0] * (100 - lost)
    assert one(comparisons(made([base, base, tuned]), None, margin), "tuned", "base").status == status


def test_clear_is_one_sided_at_the_runs_alpha() -> None:
    base, tuned = [1.0] * 100, [0.0] * 5 + [1.0] * 95
    loose, tight = tango(0, 5, 100, alpha=0.1).low, tango(0, 5, 100, alpha=0.05).low
    assert loose is not None
    assert tight is not None
    margin = -(loose + tight) / 2
    assert one(comparisons(made([base, base, tuned]), None, margin), "tuned", "base").status == "clear"


@pytest.mark.parametrize(
    ("few_shot", "tuned", "said"),
    [
        (0.0, 1.0, "here prompting alone falls short of it"),
        (1.0, 0.0, "here prompting alone does better"),
        (1.0, 1.0, "that prompting alone falls short is not shown"),
    ],
)
def test_the_claim_against_the_best_prompt(few_shot: float, tuned: float, said: str) -> None:
    table = made([[0.0] * 40, [few_shot] * 40, [tuned] * 40])
    sentence = one(comparisons(table, "few_shot", None), "tuned", "few_shot").sentence
    assert sentence.endswith(f"beside few_shot (the parent with its best prompt); {said}.")


def test_what_only_one_side_has_is_not_compared() -> None:
    base: list[Value] = [NA, NA, 1.0, 0.0]
    tuned: list[Value] = [1.0, 1.0, NA, Status.JUDGE_FAILED]
    none = one(comparisons(made([base, base, tuned]), None, None), "tuned", "base")
    assert (none.status, none.effect, none.p, none.n) == ("not_applicable", None, None, 0)
    single = one(comparisons(made([base, base, [1.0, NA, 1.0, NA]]), None, None), "tuned", "base")
    assert (single.status, single.effect, single.n) == ("cannot_tell", None, 1)


def test_judge_failures_are_counted_beside_the_figures() -> None:
    base: list[Value] = [1.0, 0.0, 1.0, 0.0]
    tuned: list[Value] = [1.0, 1.0, 1.0, Status.JUDGE_FAILED]
    finding = one(comparisons(made([base, base, tuned]), None, None), "tuned", "base")
    assert (finding.n, finding.detail["judge_failed"], finding.detail["against_judge_failed"]) == (3, 1, 0)


def test_numbers_that_are_no_shares_are_not_told_in_per_cent() -> None:
    cosine = Output(name="consistency_cosine", low=-1.0)
    base, tuned = [0.5] * 3 + [0.7] * 3, [0.6] * 3 + [0.9] * 3
    finding = one(comparisons(made([base, base, tuned], cosine), None, None), "tuned", "base")
    expected = difference_interval(tuned, base, bounds=(-1.0, 1.0))
    assert (finding.low, finding.headline) == (expected.low, False)
    assert "0.750 against 0.600: +0.150 (" in finding.sentence


def test_how_well_the_style_classifier_tells() -> None:
    table = made([[1.0]] * 3)
    interval = auc([([1.0, 0.9], [0.1, 0.2])])
    (told,) = style_findings(table, None, interval, ["base"])
    assert (told.system, told.effect, told.low, told.status, told.headline) == (
        "base",
        1.0,
        interval.low,
        "found",
        True,
    )
    assert told.sentence.startswith(
        "A classifier tells the training answers from base's own with AUC 1.000 (95%"
    )
    (not_told,) = style_findings(table, "cannot tell", interval, ["base"])
    assert (not_told.status, not_told.effect) == ("cannot_tell", 1.0)
    (unfit,) = style_findings(table, "cannot tell: 3 questions", None, ["base"])
    assert (unfit.status, unfit.effect, unfit.sentence) == (
        "cannot_tell",
        None,
        "Style: cannot tell: 3 questions.",
    )
    assert list(style_findings(table, None, interval, ["gone"])) == []
