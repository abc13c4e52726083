"""Runs that stop when their gate is certain: who is asked, what is kept, what a later command finds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from toys.plan import Matches, ToyJudge, ToySuite, ToySystem, plan, questions, store_in, text

from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.errors import InputError, TransportFailure
from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.evidence import read_evidence
from bakeoff.evals.gate.result import GateResult, State
from bakeoff.evals.gate_config import GateConfig
from bakeoff.evals.protocols import Materials
from bakeoff.evals.records import Answered, Capability, Document, DocumentState, Overrides, Request, Sample
from bakeoff.evals.runner import Outcome, run
from bakeoff.evals.runs import SequentialInfo
from bakeoff.evals.sequential_run import Sequential
from bakeoff.evals.store import Store

AT_LEAST = {"metric": "match", "at_least": 0.8}
LONG = {"metric": "length", "at_most": 50}
SAMPLES = questions(200)


def gate(*checks: dict[str, Any], **config: Any) -> Sequential:
    keys = {"candidate": "bot", "sequential": {"first": 10, "step": 10}, "checks": checks, **config}
    made = GateConfig.model_validate(keys)
    return Sequential(made, lambda evidence: evaluate(made, evidence))


def bot(right: float, name: str = "bot", **more: Any) -> ToySystem:
    """Right on that share of the questions, always on the same."""

    def answer(question: str) -> str:
        return question if random.Random(f"{name} {question}").random() < right else "no"

    return ToySystem(name, text(answer), **more)


def decided(store: Store, outcome: Outcome, sequential: Sequential) -> GateResult:
    """What `bakeoff gate` says of the stored run."""
    return evaluate(sequential.gate, read_evidence(store, store.find_run(outcome.run.id), tags=False))


def info(outcome: Outcome) -> SequentialInfo:
    found = outcome.run.header.sequential
    assert found is not None
    return found


@pytest.mark.parametrize(("right", "verdict"), [(1.0, "pass"), (0.3, "fail")])
def test_it_stops_when_the_verdict_is_certain_and_asks_nobody_the_rest(
    tmp_path: Path, right: float, verdict: str
) -> None:
    store, system, judge, stop = store_in(tmp_path), bot(right), ToyJudge(), gate(AT_LEAST)
    outcome = run(plan([system], SAMPLES, judge=judge), store, sequential=stop)
    seen = info(outcome)
    assert (seen.stopped, seen.verdict, seen.total) == (True, verdict, 200)
    assert seen.reasons == ("match of bot at least 0.8",)
    assert seen.taken == 10 * seen.looks < 100
    assert len(system.asked) == outcome.asked == seen.asked == seen.taken
    assert (seen.saved_answers, seen.saved_scores) == (200 - seen.taken, 200 - seen.taken)
    assert seen.judged == len(judge.prompts)
    assert outcome.complete
    comparison = compare_run(store, store.find_run(outcome.run.id))
    assert comparison.run.samples == seen.taken
    assert {row.cells["bot"].n for row in comparison.metrics if row.suite == "toy"} == {seen.taken}
    assert f"decided after {seen.taken} of 200 samples: {verdict}" in " ".join(comparison.footer.notes)
    result = decided(store, outcome, stop)
    assert (result.verdict.value, result.complete) == (verdict, True)
    assert store.find_run(outcome.run.id).header.sequential == seen


def test_the_items_are_not_those_at_the_head_of_the_file(tmp_path: Path) -> None:
    system = bot(1.0)
    run(plan([system], SAMPLES), store_in(tmp_path), sequential=gate(AT_LEAST))
    asked = [int(request.question[1:]) for request in system.asked]
    assert max(asked) > len(asked) * 1.5


def test_the_file_may_be_in_any_order(tmp_path: Path) -> None:
    turned = list(reversed(SAMPLES))
    found = []
    for i, samples in enumerate((SAMPLES, turned)):
        system = bot(0.5)
        (tmp_path / str(i)).mkdir()
        outcome = run(plan([system], samples), store_in(tmp_path / str(i)), sequential=gate(AT_LEAST))
        found.append((info(outcome), {request.question for request in system.asked}))
    assert found[0] == found[1]


def test_the_same_command_again_asks_nobody_and_stops_at_the_same_place(tmp_path: Path) -> None:
    store, system, stop = store_in(tmp_path), bot(0.5), gate(AT_LEAST)
    first = run(plan([system], SAMPLES), store, sequential=stop)
    again = run(plan([system], SAMPLES), store, sequential=stop)
    assert again.asked == 0
    assert info(again).model_copy(update={"asked": 0, "judged": 0}) == info(first).model_copy(
        update={"asked": 0, "judged": 0}
    )
    assert len(system.asked) == info(first).taken


def test_broken_off_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    store, stop, asked = store_in(tmp_path), gate(AT_LEAST), [0]

    def breaks(request: Request) -> Any:
        asked[0] += 1
        if asked[0] == 25:
            raise InputError("the key is wrong")
        return text(lambda question: question if question < "q3" else "no")(request)

    system = ToySystem("bot", breaks)
    with pytest.raises(InputError):
        run(plan([system], SAMPLES), store, sequential=stop)
    half = store.list_runs()[0]
    assert half.open_cells is None
    assert half.header.sequential is not None
    assert half.header.sequential.taken == 20
    halfway = evaluate(stop.gate, read_evidence(store, half, tags=False))
    assert not halfway.complete
    system._answer = text(lambda question: question if question < "q3" else "no")
    outcome = run(plan([system], SAMPLES), store, sequential=stop)
    other = ToySystem("bot", system._answer)
    (tmp_path / "whole").mkdir()
    whole = run(plan([other], SAMPLES), store_in(tmp_path / "whole"), sequential=stop)
    assert info(outcome).taken == info(whole).taken
    assert len({request.question for request in system.asked}) == len(other.asked)
    assert outcome.asked < whole.asked


def test_undecided_it_is_the_run_that_takes_all(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    stores = [store_in(tmp_path / name) for name in ("one", "two")]
    stop = gate({"metric": "match", "at_least": 0.8, "domain": None}, LONG)
    sequential = run(plan([bot(0.95)], SAMPLES), stores[0], sequential=stop)
    full = run(plan([bot(0.95)], SAMPLES), stores[1])
    seen = info(sequential)
    assert (seen.stopped, seen.taken, seen.saved_answers, seen.verdict) == (False, 200, 0, None)
    tables = [compare_run(store, one.run) for store, one in zip(stores, (sequential, full), strict=True)]
    kept = [[row for row in table.metrics if row.suite == "toy"] for table in tables]
    assert kept[0] == kept[1]
    assert tables[0].footer == tables[1].footer
    assert tables[0].findings == tables[1].findings
    states = [check.state for check in decided(stores[0], sequential, stop).checks]
    assert states == [State.PASS, State.PASS]


def test_a_run_that_was_looked_at_keeps_its_bounds_when_it_is_completed(tmp_path: Path) -> None:
    store, system, stop = store_in(tmp_path), bot(0.95), gate(AT_LEAST)
    run(plan([system], SAMPLES), store, sequential=stop)
    outcome = run(plan([system], SAMPLES), store)
    assert (info(outcome).taken, info(outcome).stopped) == (200, False)
    assert decided(store, outcome, stop).checks[0].method == "betting, valid at any time"
    assert len(system.asked) == 200
    fresh = run(plan([system], SAMPLES), store, fresh=True)
    assert fresh.run.header.sequential is None
    assert decided(store, fresh, stop).checks[0].method == "Wilson"


class Learns(Matches):
    """A metric that must have read all answers first; notes how many it read."""

    name = "learns"

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    def prepare(self, systems: Sequence[Any], answered: Iterable[Answered]) -> None:
        self.read.append(len(list(answered)))


def test_a_metric_that_learns_is_scored_at_the_end_and_its_check_waits(tmp_path: Path) -> None:
    suite, learns = ToySuite("learning"), Learns()
    suite.metrics = (learns,)
    suites: list[Any] = [(ToySuite(), {}), (suite, {})]
    waits = {"metric": "learning.match", "at_least": 0.5}
    plain = {"metric": "toy.match", "at_least": 0.8}
    store = store_in(tmp_path)
    failed = run(plan([bot(0.3)], SAMPLES, suites=suites), store, sequential=gate(plain, waits))
    assert info(failed).waiting == ("learning.length", "learning.match")
    assert learns.read == [info(failed).taken]
    assert failed.complete
    learns.read.clear()
    passed = run(plan([bot(1.0)], SAMPLES, suites=suites), store, fresh=True, sequential=gate(plain, waits))
    assert (info(passed).taken, learns.read) == (200, [200])


class Shelf(ToySuite):
    """Asks each question again with other documents."""

    def samples(self, materials: Materials) -> Iterable[Sample]:
        state = DocumentState(documents=(Document(id="d", text="t"),))
        for sample in materials.samples:
            changes = {
                "id": f"{sample.id}/new",
                "origin": sample.id,
                "variant": "new",
                "requires": frozenset({Capability.ACCEPTS_DOCUMENTS}),
                "overrides": Overrides(documents=state),
            }
            yield sample.model_copy(update=changes)


def test_other_documents_are_set_only_once_at_the_end(tmp_path: Path) -> None:
    system = bot(0.3, capabilities=(Capability.LIVE, Capability.ACCEPTS_DOCUMENTS))
    suites: list[Any] = [(ToySuite(), {}), (Shelf("shelf"), {})]
    store, stop = store_in(tmp_path), gate({"metric": "toy.match", "at_least": 0.8})
    outcome = run(plan([system], SAMPLES, suites=suites), store, sequential=stop)
    seen = info(outcome)
    assert seen.stopped
    assert outcome.complete
    assert len(system.states) == 1
    half = seen.taken // 2
    assert [request.documents is None for request in system.asked] == [True] * half + [False] * half
    assert "operations.failure_rate" in seen.waiting
    assert "shelf.match" in seen.waiting
    assert "toy.match" not in seen.waiting
    assert decided(store, outcome, stop).verdict == "fail"


def test_clusters_are_taken_whole(tmp_path: Path) -> None:
    samples = [sample.model_copy(update={"cluster": f"c{i // 8}"}) for i, sample in enumerate(questions(160))]
    system = bot(0.1)
    outcome = run(plan([system], samples), store_in(tmp_path), sequential=gate(AT_LEAST))
    assert info(outcome).stopped
    clusters = [int(request.question[1:]) // 8 for request in system.asked]
    assert {clusters.count(name) for name in set(clusters)} == {8}


def unreachable(_request: Request) -> Any:
    raise TransportFailure("the way is broken")


def test_open_answers_make_nothing_certain(tmp_path: Path) -> None:
    away = ToySystem("bot", unreachable)
    outcome = run(plan([away], SAMPLES), store_in(tmp_path), sequential=gate(AT_LEAST))
    assert (info(outcome).stopped, info(outcome).taken) == (False, 200)
    assert outcome.open_answers == {"bot": 200}
    assert len(away.asked) <= 20  # left alone once it is known to be out of reach


def test_answers_that_the_store_holds_are_not_counted_as_saved(tmp_path: Path) -> None:
    store, system = store_in(tmp_path), bot(0.3)
    run(plan([system], SAMPLES), store)
    outcome = run(plan([system], SAMPLES), store, sequential=gate(AT_LEAST))
    assert info(outcome).stopped
    assert (info(outcome).saved_answers, info(outcome).saved_scores, outcome.asked) == (0, 0, 0)


def test_a_name_that_the_run_does_not_have_is_told_at_the_first_look(tmp_path: Path) -> None:
    system = bot(1.0)
    stop = gate({"metric": "mtach", "at_least": 0.5})
    with pytest.raises(InputError, match="did you mean 'match'"):
        run(plan([system], SAMPLES), store_in(tmp_path), sequential=stop)
    assert len(system.asked) == 10
