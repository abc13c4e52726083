"""The gate on a sequential run: which checks may be decided at a look, by what, and which wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from toys.gates import LATENCY, NEW, bits, decide, evidence, only, scores
from toys.table import Value

from bakeoff.evals.comparison import JudgeInfo
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate.sequential import CLUSTERED, certain, deciding
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.looks import item_ranks, keep_taken
from bakeoff.evals.records import Status
from bakeoff.evals.runs import SequentialInfo
from bakeoff.evals.statistics.betting import METHOD, betting_interval
from bakeoff.evals.table import SampleKey

AT_LEAST = CheckConfig(metric="accuracy", at_least=0.8)
NOT_WORSE = CheckConfig(metric="accuracy", not_worse_than="baseline", margin=0.05)
SLOW = CheckConfig(metric="latency_s", at_most=2)
SECONDS: list[Value] = [1.0, 1.1, 0.9, 1.2] * 25


def seen(found: Evidence, taken: int, **changes: Any) -> Evidence:
    """The evidence as a look at so many of its samples has it."""
    info = SequentialInfo.model_validate(
        {"seed": 0, "total": len(found.table.samples), "taken": taken, "looks": 1, **changes}
    )
    header = found.run.header.model_copy(update={"sequential": info})
    run = found.run.model_copy(update={"header": header})
    return replace(found, run=run, table=keep_taken(found.table, info, whole=True))


def early(*columns: Any, taken: int = 100, **more: Any) -> Evidence:
    return seen(evidence(*columns, **more), taken)


def of_size(k: int, n: int) -> list[SampleKey]:
    return [SampleKey(f"s{i}", cluster=f"c{i // k}") for i in range(n)]


def test_a_mean_is_decided_early_by_betting_in_the_order_of_the_run() -> None:
    values = np.random.default_rng(0).random(300) < 0.98
    found = early(scores(values.astype(float).tolist()))
    check = only(found, AT_LEAST)
    order = np.argsort(item_ranks(found.table.samples, 0))[:100]
    expected = betting_interval(values[order].astype(float), alpha=0.10)
    assert (check.low, check.high, check.n) == (expected.low, expected.high, 100)
    assert (check.state, check.method, check.level) == (State.PASS, METHOD, 0.05)
    assert check.coverage == 1.0


@pytest.mark.parametrize(
    ("right", "state"), [(0.99, State.PASS), (0.5, State.FAIL), (0.8, State.INCONCLUSIVE)]
)
def test_all_three_states_at_a_look(right: float, state: State) -> None:
    values = (np.random.default_rng(1).random(300) < right).astype(float).tolist()
    assert only(early(scores(values)), AT_LEAST).state is state


def test_pairs_lie_between_minus_the_span_and_the_span() -> None:
    rng = np.random.default_rng(2)
    old = (rng.random(300) < 0.9).astype(float)
    new = np.where(rng.random(300) < 0.3, 0.0, old)
    found = early(scores(new.tolist(), old.tolist()))
    order = np.argsort(item_ranks(found.table.samples, 0))[:100]
    expected = betting_interval((new - old)[order], low=-1, high=1, alpha=0.10)
    check = only(found, NOT_WORSE)
    assert (check.low, check.high, check.state) == (expected.low, expected.high, State.FAIL)
    better = CheckConfig(metric="accuracy", better_than="baseline")
    assert only(early(scores(old.tolist(), new.tolist())), better).state is State.PASS


def test_the_same_bounds_with_all_samples_but_nothing_waits_any_more() -> None:
    found = seen(evidence(scores(bits(95, 5)), scores(SECONDS, output=LATENCY)), 100)
    result = decide(found, AT_LEAST, SLOW)
    assert [check.method for check in result.checks] == [METHOD, "t"]
    assert [check.state for check in result.checks] == [State.PASS, State.PASS]
    assert "100 of 100 samples were taken" in result.notes[0]


def waits(check: CheckResult) -> bool:
    words = f"{check.reason} {check.note}"
    return check.state is State.INCONCLUSIVE and "waits for all" in words and "100 were taken" in words


def test_what_has_no_anytime_form_waits() -> None:
    slow = scores([*SECONDS, *SECONDS], output=LATENCY)
    found = early(scores(bits(200, 0)), slow)
    assert waits(only(found, SLOW))
    assert waits(only(found, CheckConfig(metric="latency_p95_s", at_most=2)))
    assert only(found, AT_LEAST).state is State.PASS


def test_a_finding_waits_though_no_suite_has_spoken_yet() -> None:
    finding = CheckConfig(finding="toy.change", at_least=0)
    assert waits(only(early(scores(bits(200, 0))), finding))
    spoken = Finding(name="toy.change", system=NEW, family="f", sentence="s", effect=1, low=1, high=1, n=9)
    assert waits(only(early(scores(bits(200, 0)), findings=[spoken]), finding))
    assert only(evidence(scores(bits(200, 0)), findings=[spoken]), finding).state is State.PASS


def test_clusters_of_one_size_count_by_their_means_others_wait() -> None:
    rng = np.random.default_rng(3)
    values = (rng.random(400) < 0.97).astype(float)
    equal = only(early(scores(values.tolist()), samples=of_size(4, 400)), AT_LEAST)
    assert (equal.state, equal.method, equal.n) == (State.PASS, CLUSTERED, 100)
    found = early(scores(values.tolist()), samples=of_size(4, 400))
    ranks = np.array(item_ranks(found.table.samples, 0))
    means = np.array([values[ranks == rank].mean() for rank in range(25)])
    assert equal.low == pytest.approx(betting_interval(means, alpha=0.10).low)
    uneven = [*of_size(4, 396), *(SampleKey(f"x{i}") for i in range(4))]
    found = early(scores([1.0] * 400), samples=uneven)
    taken = int(np.cumsum(np.bincount(item_ranks(uneven, 0)))[-2])
    assert only(seen(evidence(scores([1.0] * 400), samples=uneven), taken), AT_LEAST).method != METHOD


def test_a_column_that_is_complete_only_at_the_end_waits() -> None:
    made = evidence(scores(bits(200, 0)))
    assert waits(only(seen(made, 100, waiting=("toy.accuracy",)), AT_LEAST))
    assert not waits(only(seen(made, 100, waiting=("toy.other",)), AT_LEAST))


def test_one_bad_answer_fails_at_once_and_none_passes_only_at_the_end() -> None:
    rule = CheckConfig(metric="accuracy", none_below=1)
    good = only(early(scores(bits(200, 0))), rule)
    assert good.state is State.INCONCLUSIVE
    assert "passes only with all 200 samples" in good.reason
    assert only(seen(evidence(scores(bits(100, 0))), 100), rule).state is State.PASS
    found = early(scores(bits(200, 0)))
    taken = int(np.argmin(item_ranks(found.table.samples, 0)))
    late = int(np.argmax(item_ranks(found.table.samples, 0)))
    for place, state in ((taken, State.FAIL), (late, State.INCONCLUSIVE)):
        values = bits(200, 0)
        values[place] = 0.0
        assert only(early(scores(values)), rule).state is state


def test_names_that_only_samples_to_come_have_are_no_mistake() -> None:
    samples = [SampleKey(f"s{i}", domain="rare" if i == 0 else "plain") for i in range(200)]
    taken = item_ranks(samples, 0)[0]  # all before the rare one
    found = seen(evidence(scores(bits(200, 0)), samples=samples), taken)
    check = only(found, CheckConfig(metric="accuracy", at_least=0.8, domain="rare"))
    assert (check.state, check.n) == (State.INCONCLUSIVE, 0)


def test_scores_that_nobody_knows_keep_a_verdict_from_being_certain() -> None:
    values: list[Value] = [1.0] * 200
    assert only(early(scores(values)), AT_LEAST).state is State.PASS
    order = np.argsort(item_ranks([SampleKey(f"s{i}") for i in range(200)], 0))
    for place in order[:15].tolist():
        values[place] = Status.JUDGE_FAILED
    check = only(early(scores(values)), AT_LEAST, coverage=0.5)
    assert check.state is State.INCONCLUSIVE
    assert "15 answers that the judge could not score" in check.reason
    assert "only 85.0% of the samples" in only(early(scores(values)), AT_LEAST).reason


def test_samples_to_which_the_metric_does_not_apply_are_skipped() -> None:
    values: list[Value] = [1.0, Status.NOT_APPLICABLE] * 100
    check = only(early(scores(values)), AT_LEAST)
    assert (check.state, check.coverage, check.method) == (State.PASS, 1.0, METHOD)
    assert 35 < check.n < 65


def test_an_undecided_check_by_betting_names_no_number_of_samples() -> None:
    check = only(early(scores([1.0, 1.0, 1.0, 1.0, 0.0] * 40)), AT_LEAST)
    assert (check.state, check.needed_n) == (State.INCONCLUSIVE, None)


@pytest.mark.parametrize(
    ("checks", "verdict", "who"),
    [
        ([AT_LEAST], "pass", [0]),
        ([AT_LEAST, CheckConfig(manual="review")], "pass", [0]),
        ([AT_LEAST, SLOW], None, []),
        ([CheckConfig(metric="accuracy", at_most=0.5), SLOW], "fail", [0]),
        ([CheckConfig(manual="review")], None, []),
    ],
    ids=str,
)
def test_when_a_verdict_is_certain(
    checks: Sequence[CheckConfig], verdict: str | None, who: Sequence[int]
) -> None:
    found = early(scores(bits(200, 0)), scores([*SECONDS, *SECONDS], output=LATENCY))
    result = decide(found, *checks)
    assert certain(result) == verdict
    if verdict is not None:
        assert deciding(result) == tuple(result.checks[i].asks for i in who)


def test_the_offline_judge_still_decides_nothing() -> None:
    judge = JudgeInfo(name="offline", fingerprint="o", offline=True)
    result = decide(early(scores(bits(200, 0)), judge=judge, judged=True), AT_LEAST)
    assert certain(result) is None
    assert "offline judge" in result.checks[0].reason


def test_the_report_says_that_the_run_stopped() -> None:
    stop = {"stopped": True, "verdict": "pass", "reasons": ("it",), "saved_answers": 200}
    result = decide(seen(evidence(scores(bits(200, 0))), 100, **stop), AT_LEAST)
    assert "decided after 100 of 200 samples: pass (it); 200 answers were not asked for" in result.notes[0]
    assert not any("Sequential" in note for note in decide(evidence(scores(bits(9, 0))), AT_LEAST).notes)
