"""The suite as a plug-in, its findings, and both through the runner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError
from toys.plan import Answer, ToySystem, plan, store_in

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, M, Materials, Metric, Suite, Task, Tools
from bakeoff.evals.records import (
    Answered,
    Capability,
    Context,
    Kind,
    Output,
    Request,
    Response,
    Sample,
    Status,
    Usage,
)
from bakeoff.evals.runner import run
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.knowledge_origin.options import Options
from bakeoff.suites.knowledge_origin.suite import PLUGIN, build


def no_encoder() -> Encoder:
    raise AssertionError("this suite is built without an encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder)
ITEMS = 60


class SentenceJudge:
    """A claim is a sentence; a text supports those that stand in it word for word."""

    name, fingerprint, deterministic, offline, note = "sentences", "sentences 1", True, True, "a toy"
    usage = Usage()

    async def decide(
        self, task: Task, inputs: BaseModel, prompt: str, schema: type[M], *, draw: int = 0
    ) -> M:
        given: dict[str, Any] = inputs.model_dump()
        if task is Task.CLAIMS:
            return schema.model_validate({"claims": sentences(given["response"])})
        if task is Task.DECLINING:
            return schema.model_validate({"reason": "a toy", "verdict": 0})
        held = sentences(given["context"])
        verdicts = [
            {"statement": s, "reason": "a toy", "verdict": int(s in held)} for s in given["statements"]
        ]
        return schema.model_validate({"statements": verdicts})

    async def aclose(self) -> None: ...


def sentences(text: str) -> list[str]:
    return [part.strip().rstrip(".") for part in text.split(". ")]


def fact(i: int) -> str:
    return f"The warranty of the Arvend{i} lasts {100 + i} months"


def colour(i: int) -> str:
    return f"The Arvend{i} is sold in {i} shades of grey"


SAMPLES = [
    Sample(
        id=f"q{i}",
        question=f"What of the warranty and the colours of the Arvend{i}?",
        reference=f"{fact(i)}. {colour(i)}.",
    )
    for i in range(ITEMS)
]


def made(**options: object) -> Suite:
    return build(Options.model_validate(options), WIRING)


def answer(texts: Callable[[int], str], pages: Callable[[int], list[str]] | None) -> Answer:
    def reply(request: Request) -> Response:
        i = int(request.question.rpartition("Arvend")[2].rstrip("?"))
        contexts = None if pages is None else tuple(Context(text=page) for page in pages(i))
        return Response(text=texts(i), contexts=contexts)

    return reply


def pages(i: int) -> list[str]:
    return [f"{fact(i)}. It was built in the east.", f"{fact(i + 1)}. It was built in the west."]


def toy(name: str, texts: Callable[[int], str], *, retrieves: bool = True) -> ToySystem:
    capabilities = {Capability.LIVE, Capability.RETRIEVES} if retrieves else {Capability.LIVE}
    reply = answer(texts, pages if retrieves else None)
    return ToySystem(name, reply, kind=Kind.RAG if retrieves else Kind.FINE_TUNED, capabilities=capabilities)


def good(i: int) -> str:
    """One claim from its passage, one from its weights."""
    return f"{fact(i)}. {colour(i)}."


def inventing(i: int) -> str:
    """As good, with something made up in every second answer."""
    return good(i) if i % 2 else f"{good(i)} It is made of {i} sorts of glass."


def misled(i: int) -> str:
    """It repeats what its passages say of others: wrong, and not made up."""
    return f"{fact(i)}. {fact(i + 1)}."


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    systems = [toy("good", good), toy("inventing", inventing), toy("misled", misled)]
    systems += [toy("tuned", good, retrieves=False), toy("mute", lambda _: "I do not know.", retrieves=False)]
    store = store_in(tmp_path_factory.mktemp("origin"))
    outcome = run(plan(systems, SAMPLES, suites=[(made(), {})], judge=SentenceJudge()), store)
    return compare_run(store, outcome.run)


def finding(comparison: Comparison, name: str, system: str) -> Finding:
    (found,) = (
        one for one in comparison.findings if (one.name, one.system) == (f"knowledge_origin.{name}", system)
    )
    return found


def shares(comparison: Comparison, system: str) -> dict[str, Any]:
    detail = cast("dict[str, dict[str, Any]]", finding(comparison, "shares", system).detail)
    return {name: one["mean"] for name, one in detail.items()}


@pytest.mark.parametrize(
    ("system", "context", "weights", "wrong"),
    [
        ("good", 1 / 2, 1 / 2, 0),
        ("inventing", 5 / 12, 5 / 12, 1 / 6),
        ("misled", 1 / 2, 0, 1 / 2),
        ("tuned", 0, 1, 0),
    ],
)
def test_each_systems_claims_come_from_where_they_come(
    comparison: Comparison, system: str, context: float, weights: float, wrong: float
) -> None:
    assert shares(comparison, system) == pytest.approx(
        {"claims_from_context": context, "claims_from_weights": weights, "claims_wrong": wrong}
    )


def test_only_what_is_made_up_is_alarming(comparison: Comparison) -> None:
    alarms = {(one.name, one.system) for one in comparison.findings if one.status == "alarm"}
    assert alarms == {("knowledge_origin.hallucination", "inventing")}
    found = finding(comparison, "hallucination", "inventing")
    assert found.effect == pytest.approx(1 / 6)
    assert found.p_adjusted is not None
    for system in ("good", "misled"):
        assert finding(comparison, "hallucination", system).status == "clear", system


def test_hallucination_is_not_said_of_a_system_without_passages(comparison: Comparison) -> None:
    said = {one.system for one in comparison.findings if one.name == "knowledge_origin.hallucination"}
    assert said == {"good", "inventing", "misled"}


def test_a_system_that_claims_nothing_gets_one_line(comparison: Comparison) -> None:
    (only,) = (one for one in comparison.findings if one.system == "mute")
    assert only.status == "not_applicable"
    assert f"{ITEMS} answers made none" in only.sentence


def test_what_an_irrelevant_passage_says_is_irrelevant_noise(comparison: Comparison) -> None:
    row = next(row for row in comparison.metrics if row.metric == "noise_sensitivity_irrelevant")
    assert row.cells["misled"].mean == 0.5
    assert row.cells["misled"].statuses == {"scored": ITEMS}


def test_it_conforms() -> None:
    answers = [
        Answered(
            system="conformance-child",
            retrieves=bool(i % 2),
            sample=sample,
            response=Response(
                text=inventing(i), contexts=tuple(Context(text=t) for t in pages(i)) if i % 2 else None
            ),
            abstained=i == 3,
        )
        for i, sample in enumerate(SAMPLES[:8])
    ]
    tools = Tools(SentenceJudge(), cast(Any, None))
    check_suite(made(), Materials(samples=SAMPLES[:8]), make=made, answers=answers, tools=tools)


def test_it_registers_and_asks_the_samples_as_they_are() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("knowledge_origin").build(Options(), WIRING)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    assert list(suite.samples(Materials(samples=SAMPLES))) == SAMPLES
    bad = SAMPLES[0].model_copy(update={"extras": {"references": "two"}})
    with pytest.raises(InputError, match="q0"):
        list(suite.samples(Materials(samples=[bad])))


@pytest.mark.parametrize("options", [{"tolerances": 0.1}, {"tolerance": 0}, {"tolerance": 1}])
def test_unknown_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)


def table(values: list[float], status: Status = Status.SCORED) -> ScoreTable:
    names = ("claims_from_context", "claims_from_weights", "claims_wrong", "hallucination")
    cells = np.array(values).reshape(1, -1, 1)
    statuses = np.full(cells.shape, STATUS_CODES[status], np.int8)
    columns = [Column("knowledge_origin", Output(name=name), cells, statuses) for name in names]
    system = SystemInfo(name="rag", kind=Kind.RAG, fingerprint="r")
    return ScoreTable([system], [SampleKey(id=f"q{i}") for i in range(len(values))], columns)


@pytest.mark.parametrize(("tolerance", "status"), [(0.1, "alarm"), (0.9, "clear"), (0.5, "cannot_tell")])
def test_the_tolerance_is_the_users(tolerance: float, status: str) -> None:
    found = made(tolerance=tolerance).findings(table([0.0, 1.0] * 30))
    assert [(one.name, one.status) for one in found] == [
        ("knowledge_origin.shares", "found"),
        ("knowledge_origin.hallucination", status),
    ]
    assert found[0].p is None


def test_what_could_not_be_judged_is_counted() -> None:
    (found,) = made().findings(table([np.nan], Status.JUDGE_FAILED))
    assert "1 answer could not be judged" in found.sentence
