"""The findings of a table: who is set against whom, by which cells, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Kind, Output, Status
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.forgetting.findings import forgetting_findings
from bakeoff.suites.forgetting.metric import Ability
from bakeoff.suites.forgetting.options import Learning, Options
from bakeoff.suites.forgetting.panel import Panelist

PANEL = {"sums": Panelist("sums", 0.0, 0.05), "choice": Panelist("choice", 0.25, 0.10)}
SYSTEMS = (("base", None), ("tuned", "base"), ("hybrid", "tuned"))
NAN = float("nan")


def key(name: str, family: str, variant: str | None = None) -> SampleKey:
    base = f"forgetting/{family}/{name}"
    return SampleKey(
        f"{base}~{variant}" if variant else base,
        domain=family,
        origin=base if variant else None,
        variant=variant,
    )


def table(
    rows: Mapping[SampleKey, tuple[float, ...]],
    cross_entropy: Mapping[str, tuple[float, ...]] | None = None,
    others: tuple[Column, ...] = (),
) -> ScoreTable:
    """`rows`: the accuracies of base, tuned and hybrid on a sample."""
    drift = {
        SampleKey(f"forgetting/drift/{name}", domain="drift"): cells
        for name, cells in (cross_entropy or {}).items()
    }
    keys = [*rows, *drift]
    accuracy = np.array([*rows.values(), *[(NAN,) * 3] * len(drift)], dtype=float).T[:, :, None]
    entropy = np.array([*[(NAN,) * 3] * len(rows), *drift.values()], dtype=float).T[:, :, None]
    outputs = {output.name: output for output in Ability.outputs}
    columns = [column(outputs["accuracy"], accuracy), column(outputs["cross_entropy"], entropy), *others]
    infos = [
        SystemInfo(name=name, kind=Kind.PROMPT, parent=parent, fingerprint=name) for name, parent in SYSTEMS
    ]
    return ScoreTable(infos, keys, columns)


def column(output: Output, values: np.ndarray, suite: str = "forgetting") -> Column:
    statuses = np.where(np.isnan(values), STATUS_CODES[Status.NOT_APPLICABLE], STATUS_CODES[Status.SCORED])
    return Column(suite, output, values, statuses.astype(np.int8))


def sums(cells: Sequence[tuple[float, ...]]) -> dict[SampleKey, tuple[float, ...]]:
    return {key(f"{i:03}", "sums"): row for i, row in enumerate(cells)}


def of(findings: list[Finding], name: str, system: str, against: str, family: str = "all") -> Finding:
    (found,) = [
        f
        for f in findings
        if (f.name, f.system, f.against, f.family) == (f"forgetting.{name}", system, against, family)
    ]
    return found


FORGETFUL = sums([(1, 0, 0)] * 40 + [(1, 1, 0)] * 30 + [(0, 1, 1)] * 5 + [(0, 0, 0)] * 25)


def test_every_ancestor_has_its_ledger() -> None:
    findings = forgetting_findings(table(FORGETFUL), PANEL, Options())
    changes = {(f.system, f.against): f for f in findings if f.name == "forgetting.change"}
    assert list(changes) == [("tuned", "base"), ("hybrid", "tuned"), ("hybrid", "base")]
    first = changes["tuned", "base"]
    assert (
        first.detail["forgotten"],
        first.detail["gained"],
        first.detail["kept"],
        first.detail["never"],
    ) == (40, 5, 30, 25)
    assert (first.status, first.headline, first.n) == ("alarm", True, 100)
    assert first.effect == pytest.approx(-0.35)
    assert "40 of 100 items forgotten, 5 gained, 30 kept, 25 never had" in first.sentence
    assert "worse by more than 5 points" in first.sentence


def test_families_are_told_apart_and_pooled_with_their_own_margins() -> None:
    rows = FORGETFUL | {key(f"{i:03}", "choice"): (1.0, 1.0, 1.0) for i in range(300)}
    findings = forgetting_findings(table(rows), PANEL, Options())
    pooled, one, other = (of(findings, "change", "tuned", "base", f) for f in ("all", "sums", "choice"))
    assert (pooled.n, one.n, other.n) == (400, 100, 300)
    assert [f.detail["margin"] for f in (pooled, one, other)] == [0.02, 0.05, 0.10]
    assert [f.headline for f in (pooled, one, other)] == [True, False, False]
    assert other.status == "clear"
    assert of(findings, "retention", "tuned", "base", "choice").effect == pytest.approx(1.0)
    assert of(findings, "retention", "tuned", "base", "sums").effect == pytest.approx(35 / 70)


def test_too_few_items_cannot_tell_and_say_how_many_would() -> None:
    findings = forgetting_findings(
        table(sums([(1, 1, 1)] * 18 + [(1, 0, 1)] + [(0, 1, 1)])), PANEL, Options()
    )
    found = of(findings, "change", "tuned", "base", "sums")
    assert found.status == "cannot_tell"
    assert found.detail["needed"] == 248
    assert "about 248 items would be needed" in found.sentence


def test_choice_is_compared_by_likelihood_where_both_have_it() -> None:
    rows = {}
    for i in range(60):
        rows[key(f"{i}", "choice")] = (1.0, 0.0, 0.0)
        rows[key(f"{i}", "choice", "likelihood")] = (1.0, 1.0, NAN)
    findings = forgetting_findings(table(rows), PANEL, Options())
    assert of(findings, "change", "tuned", "base", "choice").effect == 0
    assert of(findings, "change", "hybrid", "base", "choice").effect == -1


def test_without_retrieval_a_hybrid_is_set_against_its_parents_own_answers() -> None:
    rows = {}
    for i in range(50):
        rows[key(f"{i}", "sums")] = (1.0, 1.0, 1.0)
        rows[key(f"{i}", "sums", "closed_book")] = (NAN, NAN, 0.0)
    findings = forgetting_findings(table(rows), PANEL, Options(arms=("own", "closed_book")))
    changes = [
        f for f in findings if f.name == "forgetting.change" and f.system == "hybrid" and f.against == "base"
    ]
    assert [(f.slice, f.effect) for f in changes] == [(None, 0.0), ("closed_book", -1.0)]
    assert "without retrieval" in changes[1].sentence


def test_drift_is_a_figure_in_nats_per_byte() -> None:
    found = forgetting_findings(
        table(FORGETFUL, {f"t{i}": (1.0 + i / 100, 1.5 + i / 50, NAN) for i in range(20)}), PANEL, Options()
    )
    drift = of(found, "drift", "tuned", "base", "drift")
    assert drift.effect == pytest.approx(0.595)
    assert drift.n == 20
    assert drift.status == "found"
    assert drift.low is not None
    assert drift.low > 0.5
    assert not [f for f in found if f.name == "forgetting.drift" and f.system == "hybrid"]
    assert not [
        f
        for f in forgetting_findings(table(FORGETFUL, {"t": (1.0, 2.0, 3.0)}), PANEL, Options(drift=False))
        if f.name == "forgetting.drift"
    ]


def test_learning_is_read_from_any_metric_of_the_run() -> None:
    values = np.array([[0.0] * 100, [1.0] * 60 + [0.0] * 40, [NAN] * 100])[:, :, None]
    made = table(FORGETFUL, others=(column(Output(name="exact_match"), values, "reference"),))
    options = Options(learning=Learning(metric="reference.exact_match"))
    found = of(forgetting_findings(made, PANEL, options), "learning", "tuned", "base")
    assert found.effect == pytest.approx(0.6)
    assert found.n == 100
    elsewhere = Options(learning=Learning(metric="reference.exact_match", domain="billing"))
    assert not [f for f in forgetting_findings(made, PANEL, elsewhere) if f.name == "forgetting.learning"]
    with pytest.raises(InputError, match=r"no metric 'reference\.bleu'"):
        forgetting_findings(made, PANEL, Options(learning=Learning(metric="reference.bleu")))


def test_pairs_without_a_score_are_left_out() -> None:
    findings = forgetting_findings(table(sums([(1, 0, NAN)] * 30 + [(1, NAN, NAN)] * 10)), PANEL, Options())
    assert of(findings, "change", "tuned", "base", "sums").n == 30
    assert not [f for f in findings if f.system == "hybrid"]
