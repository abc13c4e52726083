"""Two systems that give the same answer have each a memory of their own."""

from __future__ import annotations

from pathlib import Path

from toys.plan import ToySystem, plan, store_in

from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import Capability, Context, Kind, Request, Response, Sample
from bakeoff.evals.runner import run
from bakeoff.suites.retrieval.options import Options
from bakeoff.suites.retrieval.suite import build


def no_encoder() -> None:
    raise AssertionError("this suite is built without an encoder")


def reading(name: str, memory: str) -> ToySystem:
    """Says 36 whatever it retrieves, and what it remembers where it is given nothing."""

    def answer(request: Request) -> Response:
        if request.contexts is not None:
            return Response(text=f"It is {memory} months.", contexts=())
        return Response(text="It is 36 months.", contexts=(Context(text="24 months", source="page"),))

    capabilities = {Capability.LIVE, Capability.RETRIEVES, Capability.ACCEPTS_CONTEXTS}
    return ToySystem(name, answer, kind=Kind.RAG, capabilities=capabilities)


def test_equal_answers_are_judged_by_each_systems_own_memory(tmp_path: Path) -> None:
    samples = [
        Sample(id=f"s{i}", question=f"How long, {i}?", reference="24 months", reference_context_ids=("page",))
        for i in range(3)
    ]
    suite = build(Options(), Wiring(folder=tmp_path, encoder=no_encoder))  # type: ignore[arg-type]
    systems = [reading("remembers", "36"), reading("does_not", "12")]
    store = store_in(tmp_path)
    comparison = compare_run(store, run(plan(systems, samples, suites=[(suite, {})]), store).run)
    rows = {row.metric: row for row in comparison.metrics}
    assert {name: cell.mean for name, cell in rows["wrong_from_memory"].cells.items()} == {
        "remembers": 1,
        "does_not": 0,
    }
    assert rows["wrong_invented"].cells["does_not"].mean == 1
    assert rows["over_refusal"].cells["remembers"].n == 3
