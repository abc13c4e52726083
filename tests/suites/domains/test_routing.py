"""Routing: what counts as named, what as right, and what is said of a system."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from toys.plan import ToyEncoder, ToyJudge
from toys.table import Value, column, table

from bakeoff.evals.findings import Finding
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Failure, Response, Sample, Score, Status
from bakeoff.evals.statistics import wilson
from bakeoff.evals.table import SampleKey
from bakeoff.suites.domains.options import Options
from bakeoff.suites.domains.routing import routing_findings, routing_metric

TOOLS = Tools(ToyJudge(), ToyEncoder())
NAMES: dict[str, Any] = {"names": {"billing": "billing-docs"}}


def score(
    extras: Mapping[str, Any], domain: str | None = "billing", *, abstained: bool = False, **options: Any
) -> Score:
    answered = Answered(
        system="rag",
        retrieves=True,
        sample=Sample(id="s", question="?", domain=domain),
        response=Response(text="a", extras=extras),
        abstained=abstained,
    )
    (scores,) = asyncio.run(routing_metric(Options(**options)).score([answered], TOOLS))
    assert scores is not None
    return scores["routing_accuracy"]


@pytest.mark.parametrize(
    ("extras", "options", "value"),
    [
        ({"collection": "billing"}, {}, 1.0),
        ({"collection": " billing "}, {}, 1.0),
        ({"collection": "Billing"}, {}, 0.0),
        ({"collection": "shipping"}, {}, 0.0),
        ({"collection": "billing-docs"}, NAMES, 1.0),
        ({"collection": "billing"}, NAMES, 0.0),
        ({"index": "billing", "collection": "shipping"}, {"collection": "index"}, 1.0),
        ({"collection": 7}, {"names": {"billing": "7"}}, 1.0),
    ],
)
def test_the_named_collection_must_be_that_of_the_domain(
    extras: dict[str, Any], options: dict[str, Any], value: float
) -> None:
    found = score(extras, **options)
    assert (found.status, found.value) == (Status.SCORED, value)
    assert set(found.detail) == {"collection", "wanted"}


def test_names_speak_of_their_own_domain_only() -> None:
    assert score({"collection": "shipping"}, "shipping", **NAMES).value == 1.0


@pytest.mark.parametrize("named", [None, "", "  ", ["billing"], {"name": "billing"}, True])
def test_no_single_collection_is_not_applicable(named: object) -> None:
    found = score({"collection": named})
    assert found.status is Status.NOT_APPLICABLE
    assert "names no single collection" in (found.reason or "")
    assert score({}).status is Status.NOT_APPLICABLE


def test_a_sample_without_a_domain_is_not_applicable_and_an_abstention_was_routed_all_the_same() -> None:
    assert score({"collection": "billing"}, None).reason == "the sample has no domain"
    found = score({"collection": "billing"}, abstained=True)
    assert (found.status, found.value) == (Status.ABSTAINED, 1.0)


def test_a_failed_answer_was_routed_nowhere() -> None:
    failed = Answered(
        system="rag",
        retrieves=True,
        sample=Sample(id="s", question="?", domain="billing"),
        response=Response(error=Failure(kind="error", message="down")),
    )
    (scores,) = asyncio.run(routing_metric(Options()).score([failed], TOOLS))
    assert scores is not None
    assert (scores["routing_accuracy"].status, scores["routing_accuracy"].value) == (
        Status.SYSTEM_FAILED,
        None,
    )


def test_it_reads_the_extras_and_its_settings_are_in_its_fingerprint() -> None:
    metric = routing_metric(Options())
    assert metric.also_reads == {"extras"}
    assert metric.fingerprint == routing_metric(Options(tolerance=0.2)).fingerprint
    assert metric.fingerprint != routing_metric(Options(collection="index")).fingerprint
    assert metric.fingerprint != routing_metric(Options(names={"a": "b"})).fingerprint


def found_of(values: Sequence[Value], **options: Any) -> Finding:
    output = routing_metric(Options()).outputs[0]
    keys = [SampleKey(f"s{i}", domain="ab"[i % 2]) for i in range(len(values))]
    (finding,) = routing_findings(
        table(["rag"], [column(output, [values], suite="domains")], keys), Options(**options)
    )
    return finding


def test_the_finding_tells_accuracy_and_each_domain() -> None:
    finding = found_of([1.0, 1.0, 1.0, 0.0] * 25)
    expected = wilson(75, 100)
    assert (finding.effect, finding.n) == (0.75, 100)
    assert (finding.low, finding.high) == pytest.approx((expected.low, expected.high))
    assert finding.detail["domains"] == {"a": {"accuracy": 1.0, "n": 50}, "b": {"accuracy": 0.5, "n": 50}}
    assert finding.sentence == (
        "rag searches the collection of the question's domain in 75.0 % "
        "(95% interval 65.7 % to 82.5 %, 100 samples)."
    )


@pytest.mark.parametrize(
    ("wrong", "options", "status"),
    [(25, {}, "alarm"), (0, {}, "clear"), (10, {}, "cannot_tell"), (25, {"tolerance": 0.4}, "clear")],
)
def test_errors_are_held_against_the_tolerance(wrong: int, options: dict[str, Any], status: str) -> None:
    finding = found_of([0.0] * wrong + [1.0] * (100 - wrong), **options)
    assert finding.status == status
    assert finding.correction == "holm"


def test_a_system_that_names_none_is_told_what_its_adapter_would_have_to_offer() -> None:
    finding = found_of([Status.NOT_APPLICABLE] * 4, collection="index")
    assert (finding.status, finding.effect, finding.p) == ("not_applicable", None, None)
    assert "extras['index']" in finding.sentence
    failed = found_of([Status.NOT_APPLICABLE, Status.SYSTEM_FAILED])
    assert (failed.status, failed.effect) == ("cannot_tell", None)
