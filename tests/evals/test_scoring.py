"""What a metric may read beside answer and sample, and what it may learn before it scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from toys.plan import ToySystem, plan, questions, store_in, text

from bakeoff.evals.findings import Finding
from bakeoff.evals.protocols import Materials, Preparing, Tools
from bakeoff.evals.records import (
    Answered,
    Failure,
    Kind,
    Output,
    Request,
    Response,
    Sample,
    Score,
    Status,
    Timing,
)
from bakeoff.evals.runner import run
from bakeoff.evals.table import ScoreTable, SystemInfo


class Notes:
    """Notes what it is given; its score is the number of the answer's siblings."""

    name, needs_judge, needs_encoder = "notes", False, False
    outputs = (Output(name="siblings", high=None, low=0.0),)

    def __init__(self, also_reads: Iterable[str] = ()) -> None:
        self.fingerprint = "notes 1"
        self.also_reads = frozenset(also_reads)
        self.scored: list[Answered] = []

    def inapplicable(self, answered: Answered) -> Score | None:
        return None

    async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
        self.scored += batch
        return [{"siblings": Score(status=Status.SCORED, value=float(len(item.siblings)))} for item in batch]


class Learner(Notes):
    """Its fingerprint is what it learnt: the answers of the first system."""

    def __init__(self) -> None:
        super().__init__()
        self.learnt: list[str] = []
        self.systems: list[SystemInfo] = []

    def prepare(self, systems: Sequence[SystemInfo], answered: Iterable[Answered]) -> None:
        assert not self.scored
        self.systems = list(systems)
        self.learnt = [f"{item.system} {item.sample.id} {item.response.text}" for item in answered]
        self.fingerprint = " ".join(text for text in self.learnt if text.startswith(systems[0].name))


class Suite:
    name = "noted"

    def __init__(self, metric: Notes, only: str = "s") -> None:
        self.metrics: Sequence[Any] = (metric,)
        self._only = only

    def samples(self, materials: Materials) -> Iterable[Sample]:
        return (sample for sample in materials.samples if sample.id.startswith(self._only))

    def findings(self, table: ScoreTable) -> list[Finding]:
        return []


def scored(
    folder: Path, metric: Notes, systems: Sequence[ToySystem], samples: Sequence[Sample], **changes: Any
) -> Notes:
    assert run(plan(systems, samples, suites=[(Suite(metric), {})], **changes), store_in(folder)).complete
    return metric


def counting(name: str = "counting") -> ToySystem:
    """Gives another answer at every call, and fails where the question says so."""
    calls: list[str] = []

    def answer(request: Request) -> Response:
        calls.append(request.question)
        if request.question == "q1" and calls.count("q1") == 2:
            return Response(error=Failure(kind="error", message="it broke"))
        return Response(text=f"{request.question} {calls.count(request.question)}")

    return ToySystem(name, answer)


def test_siblings_are_the_answers_at_the_other_repeats_without_failures(tmp_path: Path) -> None:
    metric = scored(tmp_path, Notes({"siblings"}), [counting()], questions(2), repeats=3)
    texts = {item.response.text: sorted(item.siblings) for item in metric.scored}
    assert texts == {
        "q0 1": ["q0 2", "q0 3"],
        "q0 2": ["q0 1", "q0 3"],
        "q0 3": ["q0 1", "q0 2"],
        "q1 1": ["q1 3"],
        "q1 3": ["q1 1"],
    }


def test_nobody_else_is_given_siblings_and_equal_answers_stay_one(tmp_path: Path) -> None:
    metric = scored(tmp_path, Notes(), [ToySystem("echo", text(str))], questions(2), repeats=3)
    assert [item.siblings for item in metric.scored] == [(), ()]


def test_systems_with_equal_answers_but_other_siblings_are_scored_apart(tmp_path: Path) -> None:
    steady = ToySystem("steady", lambda request: Response(text=f"{request.question} 1"))
    metric = scored(tmp_path, Notes({"siblings"}), [steady, counting()], questions(1), repeats=2)
    assert sorted((item.response.text, item.siblings) for item in metric.scored) == [
        ("q0 1", ("q0 1",)),
        ("q0 1", ("q0 2",)),
        ("q0 2", ("q0 1",)),
    ]


@pytest.mark.parametrize(("also_reads", "scored_again"), [((), 0), (("tags",), 1)])
def test_a_changed_tag_is_scored_anew_only_by_who_reads_it(
    tmp_path: Path, also_reads: tuple[str, ...], scored_again: int
) -> None:
    echo = ToySystem("echo", text(str))
    scored(tmp_path, Notes(also_reads), [echo], questions(1, tags=("a", "b")))
    assert scored(tmp_path, Notes(also_reads), [echo], questions(1, tags=("b", "a"))).scored == []
    again = scored(tmp_path, Notes(also_reads), [echo], questions(1, tags=("c",)))
    assert len(again.scored) == scored_again
    assert len(echo.asked) == 1


@pytest.mark.parametrize(("also_reads", "scored_again"), [((), 0), (("extras",), 1)])
def test_changed_extras_are_scored_anew_only_by_who_reads_them(
    tmp_path: Path, also_reads: tuple[str, ...], scored_again: int
) -> None:
    def routed(to: str) -> ToySystem:
        return ToySystem("one", lambda _: Response(text="a", extras={"collection": to}), fingerprint=to)

    scored(tmp_path, Notes(also_reads), [routed("here")], questions(1))
    assert scored(tmp_path, Notes(also_reads), [routed("here")], questions(1)).scored == []
    again = scored(tmp_path, Notes(also_reads), [routed("there")], questions(1))
    assert len(again.scored) == scored_again


@pytest.mark.parametrize(("also_reads", "cells"), [((), 1), (("timing",), 2), (("system",), 2)])
def test_equal_answers_of_two_systems_share_a_score_unless_more_is_read(
    tmp_path: Path, also_reads: tuple[str, ...], cells: int
) -> None:
    def taking(seconds: float) -> ToySystem:
        timing = Timing(total_s=seconds)
        return ToySystem(f"in {seconds:g} s", lambda _: Response(text="a", timing=timing))

    made = scored(tmp_path, Notes(also_reads), [taking(1.0), taking(2.0)], questions(1))
    assert len(made.scored) == cells


def test_a_learner_reads_the_suites_answers_before_it_scores(tmp_path: Path) -> None:
    learner = Learner()
    assert isinstance(learner, Preparing)
    assert not isinstance(Notes(), Preparing)
    systems = [ToySystem("one", text(str.upper)), ToySystem("two", text(str), kind=Kind.FINE_TUNED)]
    systems[1].parent = "one"
    other = [Sample(id="elsewhere", question="?")]
    others = Suite(Notes(), only="elsewhere")
    others.name = "others"
    suites: list[tuple[Suite, dict[str, Any]]] = [(Suite(learner), {}), (others, {})]
    assert run(plan(systems, [*questions(2), *other], suites=suites), store_in(tmp_path)).complete
    assert learner.learnt == ["one s0 Q0", "two s0 q0", "one s1 Q1", "two s1 q1"]
    assert [(info.name, info.kind, info.parent) for info in learner.systems] == [
        ("one", Kind.PROMPT, None),
        ("two", Kind.FINE_TUNED, "one"),
    ]


def test_what_was_learnt_is_part_of_the_scores_key(tmp_path: Path) -> None:
    other = ToySystem("two", text(str))
    scored(tmp_path, Learner(), [ToySystem("one", text(str.upper)), other], questions(2))
    same = scored(tmp_path, Learner(), [ToySystem("one", text(str.upper)), other], questions(2))
    assert len(same.scored) == 0
    changed = ToySystem("one", text(lambda asked: asked * 2), fingerprint="another")
    assert len(scored(tmp_path, Learner(), [changed, other], questions(2)).scored) == 4
