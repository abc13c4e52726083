"""The suite as a plug-in: its samples, its options, and the conformance kit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from pydantic import ValidationError

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, Materials, Metric, Suite, Tools
from bakeoff.evals.records import (
    Answered,
    Capability,
    Context,
    Kind,
    Output,
    Overrides,
    Response,
    Sample,
    Status,
    Timing,
)
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.retrieval.options import Options
from bakeoff.suites.retrieval.suite import PLUGIN, build


def no_encoder() -> Encoder:
    raise AssertionError("this suite is built without an encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder)
NO_TOOLS = Tools(cast(Any, None), cast(Any, None))
SAMPLES = [
    Sample(
        id=f"q{i}",
        question=f"How long is the warranty of the Arvend{i}?",
        reference=f"It is {100 + i} months.",
        reference_context_ids=(f"p{i}",),
        cluster=f"c{i % 3}",
        domain="warranty",
    )
    for i in range(9)
]


def made(**options: object) -> Suite:
    return build(Options.model_validate(options), WIRING)


def answers(samples: list[Sample]) -> list[Answered]:
    texts = ["100 months", "5 months", "I do not know.", ""]
    timing = Timing(total_s=2, retrieval_s=1)
    return [
        Answered(
            system="conformance-child" if retrieves else "conformance-base",
            retrieves=retrieves,
            sample=sample,
            response=Response(
                text=texts[i % 4],
                contexts=(Context(text=texts[i % 3], id=f"p{i}#1", source=f"p{i}"),) if retrieves else None,
                timing=timing,
            ),
            abstained=i % 4 == 2,
        )
        for i, sample in enumerate(samples)
        for retrieves in (True, False)
    ]


def test_it_conforms() -> None:
    suite, materials = made(), Materials(samples=SAMPLES)
    asked = list(suite.samples(materials))
    check_suite(suite, materials, make=made, answers=answers(asked), tools=NO_TOOLS)


def test_it_registers_and_builds_its_metrics() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("retrieval").build(Options(), WIRING)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    names = [output.name for metric in suite.metrics for output in metric.outputs]
    assert names[:5] == ["precision_at_3", "recall_at_3", "mrr", "ndcg_at_3", "missed"]
    assert names[5:] == ["wrong", *BUDGET, "unanswered", "latency_share"]


def test_each_question_is_followed_by_its_closed_book_variant() -> None:
    asked = list(made().samples(Materials(samples=SAMPLES[:2])))
    assert [one.id for one in asked] == ["q0", "q0~retrieval:closed_book", "q1", "q1~retrieval:closed_book"]
    assert asked[::2] == SAMPLES[:2]
    variant = asked[1]
    assert (variant.origin, variant.variant, variant.domain) == ("q0", "closed_book", "warranty")
    assert variant.overrides.contexts == ()
    assert variant.requires == frozenset({Capability.ACCEPTS_CONTEXTS})
    assert variant.reference == SAMPLES[0].reference
    assert list(made(closed_book=False).samples(Materials(samples=SAMPLES))) == SAMPLES


@pytest.mark.parametrize(
    "change",
    [
        {"answerable": False},
        {"reference": None},
        {"reference_context_ids": ()},
        {"overrides": Overrides(contexts=(Context(text="given"),))},
        {"origin": "q9", "variant": "typos"},
    ],
)
def test_what_has_no_error_budget_is_asked_only_as_it_is(change: dict[str, Any]) -> None:
    sample = SAMPLES[0].model_copy(update=change)
    assert list(made().samples(Materials(samples=[sample]))) == [sample]


def test_a_malformed_list_of_references_is_refused() -> None:
    bad = SAMPLES[0].model_copy(update={"extras": {"references": "two"}})
    with pytest.raises(InputError, match="q0"):
        list(made().samples(Materials(samples=[bad])))


@pytest.mark.parametrize("options", [{"kk": 3}, {"k": 0}, {"tolerance": 0}, {"tolerance": 1}])
def test_unknown_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)


def table(values: dict[str, list[float]], *, repeats: int = 1, retrieves: bool = True) -> ScoreTable:
    """One system; `values` by output, sample by sample; NaN is not applicable."""
    capabilities = frozenset({Capability.RETRIEVES} if retrieves else ())
    system = SystemInfo(name="rag", kind=Kind.RAG, fingerprint="r", capabilities=capabilities)

    def column(name: str, row: list[float]) -> Column:
        cells = np.array(row).reshape(1, -1, repeats)
        statuses = np.where(np.isnan(cells), STATUS_CODES[Status.NOT_APPLICABLE], STATUS_CODES[Status.SCORED])
        return Column("retrieval", Output(name=name), cells, statuses.astype(np.int8))

    columns = [column(name, row) for name, row in values.items()]
    return ScoreTable([system], [SampleKey(id=f"q{i}") for i in range(columns[0].values.shape[1])], columns)


def found(values: dict[str, list[float]], **more: Any) -> dict[str, Finding]:
    return {one.name: one for one in made().findings(table(values, **more))}


BUDGET = ("wrong_missing", "wrong_ignored", "wrong_from_context", "wrong_from_memory", "wrong_invented")


def test_the_budget_counts_and_shares_with_intervals() -> None:
    n, wrong = 50, 20
    parts = {"wrong_missing": 15, "wrong_ignored": 5, "wrong_from_context": 10, "wrong_from_memory": 6}
    parts |= {"wrong": wrong, "wrong_invented": 4}
    values = {name: [1.0] * count + [0.0] * (n - count) for name, count in parts.items()}
    budget = found({**values, "unanswered": [0.0] * 47 + [1.0] * 3})["retrieval.error_budget"]
    assert (budget.effect, budget.n, budget.status, budget.headline, budget.p) == (
        0.4,
        50,
        "found",
        True,
        None,
    )
    assert budget.detail["counts"] == {**parts, "unanswered": 3}
    shares = cast("dict[str, dict[str, Any]]", budget.detail["shares_of_wrong"])
    assert {name: one["mean"] for name, one in shares.items()} == pytest.approx(
        {"wrong_missing": 0.75, "wrong_ignored": 0.25, "wrong_from_context": 0.5}
        | {"wrong_from_memory": 0.3, "wrong_invented": 0.2}
    )
    assert (shares["wrong_missing"]["method"], shares["wrong_missing"]["n"]) == ("Wilson", 20)
    assert "of 20 wrong answers among 50, 15 lacked the passage and 5 had it" in budget.sentence
    assert "10 say what the passages say, 6 what memory says, and 4 are invented; 3 answers decline" in (
        budget.sentence
    )


def test_without_a_wrong_answer_the_budget_says_so() -> None:
    values = {name: [0.0] * 10 for name in ("wrong", *BUDGET, "unanswered")}
    budget = found(values)["retrieval.error_budget"]
    assert "none of 10 answers is wrong, 0 decline" in budget.sentence
    assert budget.detail["shares_of_wrong"] == {}


def test_repeats_count_as_answers_and_share_as_questions() -> None:
    values = {name: [0.0] * 20 for name in BUDGET}
    values |= {"wrong": [1.0, 1.0, 1.0, 0.0] + [0.0] * 16, "unanswered": [0.0] * 20}
    values |= {"wrong_missing": [1.0, 0.0, 1.0, 0.0] + [0.0] * 16}
    values |= {"wrong_ignored": [0.0, 1.0, 0.0, 0.0] + [0.0] * 16}
    budget = found(values, repeats=2)["retrieval.error_budget"]
    assert "of 3 wrong answers among 20, 2 lacked" in budget.sentence
    shares = cast("dict[str, dict[str, Any]]", budget.detail["shares_of_wrong"])
    assert (shares["wrong_missing"]["mean"], shares["wrong_missing"]["n"]) == (0.75, 2)


@pytest.mark.parametrize(("missed", "status"), [(30, "alarm"), (10, "cannot_tell"), (0, "clear")])
def test_missed_passages_are_held_against_the_tolerance(missed: int, status: str) -> None:
    finding = found({"missed": [1.0] * missed + [0.0] * (100 - missed)})["retrieval.missed"]
    assert (finding.status, finding.effect, finding.headline) == (status, missed / 100, True)
    assert finding.p is not None
    assert "10.0 % is tolerated" in finding.sentence


def test_the_ranking_is_one_finding_with_all_four() -> None:
    values = {"precision_at_3": [1 / 3] * 12, "recall_at_3": [1.0, 0.0] * 6, "mrr": [0.5] * 12}
    finding = found({**values, "ndcg_at_3": [0.25] * 12})["retrieval.ranking"]
    assert (finding.effect, finding.status, finding.p) == (0.5, "found", None)
    assert "precision@3 0.333, MRR 0.500, nDCG@3 0.250" in finding.sentence
    assert set(finding.detail) == {"precision_at_3", "recall_at_3", "mrr", "ndcg_at_3"}


def test_latency_is_said_where_it_was_measured_only() -> None:
    assert found({"missed": [0.0], "latency_share": [0.25]})["retrieval.latency"].effect == 0.25
    assert "retrieval.latency" not in found({"missed": [0.0], "latency_share": [np.nan]})


@pytest.mark.parametrize(
    ("retrieves", "hint"), [(True, "give its contexts an id"), (False, "does not retrieve")]
)
def test_a_system_of_which_nothing_can_be_said_gets_one_line(retrieves: bool, hint: str) -> None:
    every = made().findings(table({"missed": [np.nan]}, retrieves=retrieves))
    assert [(one.status, hint in one.sentence) for one in every] == [("not_applicable", True)]
