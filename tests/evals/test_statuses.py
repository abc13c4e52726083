"""Missing is not zero: each status of a cell, from the answer through the run to table and comparison."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from toys.plan import Matches, ToySuite, ToySystem, plan, questions, store_in, text

from bakeoff.evals.comparison import Comparison, MetricRow, Verdict
from bakeoff.evals.comparison_builder import compare_run
from bakeoff.evals.errors import NotHeld, TransportFailure
from bakeoff.evals.protocols import Tools
from bakeoff.evals.records import Answered, Failure, Request, Response, Sample, Score, Status
from bakeoff.evals.runner import run

N = 12


def compared(folder: Path, answer_to_q0: Response | Exception, **changes: object) -> tuple[Comparison, bool]:
    """`other` answers q0 as given and the rest right; `echo` answers everything right."""

    def answer(request: Request) -> Response:
        if request.question != "q0":
            return Response(text=request.question)
        if isinstance(answer_to_q0, Exception):
            raise answer_to_q0
        return answer_to_q0

    store = store_in(folder)
    systems = [ToySystem("echo", text(str)), ToySystem("other", answer)]
    outcome = run(plan(systems, questions(N), baseline="echo", **changes), store)
    return compare_run(store, outcome.run), outcome.complete


def row(comparison: Comparison, metric: str) -> MetricRow:
    return next(row for row in comparison.metrics if row.metric == metric)


def test_scored(tmp_path: Path) -> None:
    comparison, complete = compared(tmp_path, Response(text="wrong"))
    cell = row(comparison, "match").cells["other"]
    assert complete
    assert cell.mean == pytest.approx(11 / 12)
    assert (cell.n, cell.coverage, cell.statuses) == (N, 1.0, {"scored": N})


def test_not_applicable_is_absent_from_both_sides(tmp_path: Path) -> None:
    comparison, complete = compared(tmp_path, NotHeld("not in the recording"))
    match = row(comparison, "match")
    assert complete
    assert match.cells["other"].statuses == {"not_applicable": 1, "scored": N - 1}
    assert (match.cells["other"].n, match.cells["other"].coverage) == (N - 1, 1.0)
    assert (match.differences[0].n, match.differences[0].only_baseline) == (N - 1, 1)
    assert match.differences[0].effect == 0


def test_a_metric_that_applies_to_no_answer_shows_none(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    samples = [Sample(id=f"s{i}", question=f"q{i}") for i in range(3)]
    outcome = run(plan([ToySystem("a", text(str)), ToySystem("b", text(str))], samples), store)
    match = row(compare_run(store, outcome.run), "match")
    assert match.cells["a"].mean is None
    assert match.cells["a"].coverage is None
    assert match.differences[0].verdict is Verdict.NOT_APPLICABLE


def test_abstained_counts_as_the_metric_says_and_is_shown(tmp_path: Path) -> None:
    comparison, _ = compared(tmp_path, Response(text="I don't know."))
    cell = row(comparison, "match").cells["other"]
    assert cell.statuses == {"abstained": 1, "scored": N - 1}
    assert cell.mean == pytest.approx(11 / 12)
    assert row(comparison, "over_refusal").cells["other"].mean == pytest.approx(1 / 12)


def test_a_systems_own_word_on_abstaining_wins(tmp_path: Path) -> None:
    comparison, _ = compared(tmp_path, Response(text="q0", abstained=True))
    assert row(comparison, "match").cells["other"].statuses == {"abstained": 1, "scored": N - 1}
    comparison, _ = compared(tmp_path / "second", Response(text="I don't know.", abstained=False))
    assert row(comparison, "match").cells["other"].statuses == {"scored": N}


def test_remarks_on_scored_cells_are_counted_in_the_notes(tmp_path: Path) -> None:
    class Remarking(Matches):
        async def score(self, batch: Sequence[Answered], tools: Tools) -> list[dict[str, Score] | None]:
            cut = Score(status=Status.SCORED, value=0.5, reason="score is of the head only")
            return [{"match": cut, "length": cut} for _ in batch]

    suite = ToySuite()
    suite.metrics = (Remarking(),)
    store = store_in(tmp_path)
    outcome = run(plan([ToySystem("echo", text(str))], questions(3), suites=[(suite, {})]), store)
    assert "toy, 3 samples: score is of the head only." in compare_run(store, outcome.run).footer.notes


def test_system_failed_is_worst_where_bounded_and_left_out_elsewhere(tmp_path: Path) -> None:
    comparison, complete = compared(tmp_path, Response(error=Failure(kind="error", message="500")))
    assert complete
    match, length, failures = (row(comparison, name) for name in ("match", "length", "failure_rate"))
    assert match.cells["other"].mean == pytest.approx(11 / 12)
    assert match.cells["other"].statuses == {"system_failed": 1, "scored": N - 1}
    assert length.cells["other"].n == N - 1
    assert length.cells["other"].coverage == pytest.approx(11 / 12)
    assert failures.cells["other"].mean == pytest.approx(1 / 12)
    assert failures.differences[0].effect == pytest.approx(1 / 12)


def test_a_failure_is_no_score_where_the_metric_does_not_apply(tmp_path: Path) -> None:
    store = store_in(tmp_path)
    failing = ToySystem("failing", lambda _: Response(error=Failure(kind="error", message="500")))
    outcome = run(plan([failing], [Sample(id="s", question="q")]), store)
    match = next(item for item in store.items(outcome.run.id) if item.metric == "match")
    assert (match.status, match.value) == ("not_applicable", None)


def test_system_failures_can_be_excluded_and_that_is_printed(tmp_path: Path) -> None:
    failed = Response(error=Failure(kind="error", message="500"))
    comparison, _ = compared(tmp_path, failed, on_system_failure="exclude")
    cell = row(comparison, "match").cells["other"]
    assert (cell.mean, cell.n, cell.statuses["system_failed"]) == (1.0, N - 1, 1)
    assert any("on_system_failure: exclude" in note for note in comparison.footer.notes)


def test_judge_failed_is_left_out_bounded_and_in_the_coverage(tmp_path: Path) -> None:
    comparison, complete = compared(tmp_path, Response(text="UNJUDGEABLE"))
    loudness = row(comparison, "loudness")
    assert complete
    assert loudness.cells["other"].statuses == {"judge_failed": 1, "scored": N - 1}
    assert loudness.cells["other"].coverage == pytest.approx(11 / 12)
    difference = loudness.differences[0]
    assert difference.bounds is not None
    assert (difference.bounds.low_effect, difference.bounds.high_effect) == pytest.approx((0, 1 / 12))
    assert any("loudness of other (92%)" in note for note in comparison.footer.notes)


def test_a_judge_failure_is_asked_again_by_the_next_run(tmp_path: Path) -> None:
    store, systems = store_in(tmp_path), [ToySystem("loud", lambda _: Response(text="UNJUDGEABLE"))]
    assert run(plan(systems, questions(1)), store).judged == 1
    assert run(plan(systems, questions(1)), store).judged == 1


def test_a_judge_out_of_reach_leaves_the_score_open(tmp_path: Path) -> None:
    comparison, complete = compared(tmp_path, Response(text="UNREACHABLE"))
    assert not complete
    assert row(comparison, "loudness").cells["other"].statuses == {"open": 1, "scored": N - 1}
    assert row(comparison, "match").cells["other"].statuses == {"scored": N}
    assert comparison.run.open_cells == 1


def test_transport_failures_are_open_never_a_score(tmp_path: Path) -> None:
    comparison, complete = compared(tmp_path, TransportFailure("reset"))
    assert not complete
    cell = row(comparison, "match").cells["other"]
    assert cell.statuses == {"open": 1, "scored": N - 1}
    assert (cell.mean, cell.n) == (1.0, N - 1)
    assert cell.coverage == pytest.approx(11 / 12)
    assert row(comparison, "failure_rate").cells["other"].mean == 0
