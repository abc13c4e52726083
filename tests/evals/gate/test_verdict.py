"""The verdict over all checks: precedence, policy, exit codes; what tightening a bound can do."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.gates import bits, decide, evidence, only, scores
from toys.table import Value

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.result import EXIT_CODES, Policy, State, Verdict, conclude
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.records import Status

PASS = CheckConfig(metric="accuracy", at_least=0.5)
FAIL = CheckConfig(metric="accuracy", at_least=0.99)
OPEN = CheckConfig(manual="privacy review")
POLICIES: tuple[Policy, ...] = ("inconclusive", "pass", "fail")


@pytest.mark.parametrize("incomplete", [False, True])
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("states", list(product(State, repeat=2)))
def test_fail_beats_incomplete_beats_inconclusive_beats_pass(
    states: tuple[State, State], policy: Policy, incomplete: bool
) -> None:
    verdict, code = conclude(states, incomplete=incomplete, policy=policy)
    if State.FAIL in states:
        assert (verdict, code) == (Verdict.FAIL, 1)
    elif incomplete:
        assert (verdict, code) == (Verdict.INCOMPLETE, 4)
    elif State.INCONCLUSIVE in states:
        assert (verdict, code) == (Verdict.INCONCLUSIVE, {"pass": 0, "fail": 1, "inconclusive": 3}[policy])
    else:
        assert (verdict, code) == (Verdict.PASS, 0)


@pytest.mark.parametrize(
    ("checks", "code"),
    [((PASS,), 0), ((PASS, PASS), 0), ((PASS, FAIL), 1), ((PASS, OPEN), 3), ((FAIL, OPEN), 1), ((OPEN,), 3)],
)
def test_the_exit_code_of_whole_gates(checks: tuple[CheckConfig, ...], code: int) -> None:
    found = decide(evidence(scores(bits(180, 20))), *checks)
    assert found.exit_code == code
    assert [check.asks for check in found.checks][:1] != [""]


def test_the_candidate_and_the_baseline_can_be_others_than_the_configs() -> None:
    run = evidence(scores(bits(100, 100), bits(200, 0)))
    gate = GateConfig(candidate="new", checks=(CheckConfig(metric="accuracy", better_than="baseline"),))
    assert evaluate(gate, run).verdict is Verdict.FAIL
    swapped = evaluate(gate, run, candidate="old", baseline="new")
    assert (swapped.verdict, swapped.candidate, swapped.baseline) == (Verdict.PASS, "old", "new")
    with pytest.raises(InputError, match=r"gate\.candidate: .* no system 'nw'; did you mean 'new'"):
        evaluate(gate, run, candidate="nw")
    with pytest.raises(InputError, match=r"baseline: .* no system 'base'"):
        evaluate(gate, run, baseline="base")


def test_an_alpha_of_one_half_decides_nothing_and_is_refused() -> None:
    from dataclasses import replace

    run = evidence(scores(bits(180, 20)))
    with pytest.raises(InputError, match=r"needs an alpha below 0\.5"):
        decide(replace(run, table=replace(run.table, alpha=0.5)), PASS)


RANK = {State.FAIL: 0, State.INCONCLUSIVE: 1, State.PASS: 2}
cells = st.one_of(
    st.sampled_from([0.0, 1.0]),
    st.floats(0, 1),
    st.sampled_from([Status.JUDGE_FAILED, Status.NOT_APPLICABLE, Status.ABSTAINED]),
    st.none(),
)
rows = st.lists(st.tuples(cells, cells), min_size=1, max_size=12)
limits = st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)).map(sorted)


@pytest.mark.parametrize("key", ["at_least", "none_below", "margin", "at_most"])
@given(rows, limits)
def test_tightening_a_bound_never_improves_a_state(
    key: str, pairs: list[tuple[Value, Value]], ends: list[float]
) -> None:
    """Whatever is missing: a stricter demand is never met by what missed, or left open, the laxer one."""
    run = evidence(scores([a for a, _ in pairs], [b for _, b in pairs]))
    low, high = ends
    laxer, stricter = (low, high) if key in ("at_least", "none_below") else (high, low)

    def state(limit: float) -> State:
        extra = {"not_worse_than": "old"} if key == "margin" else {}
        check = CheckConfig.model_validate({"metric": "accuracy", key: limit, **extra})
        return only(run, check, coverage=0.5).state

    found = [state(laxer), state(stricter)]
    assert not (found[0] is State.FAIL and found[1] is State.PASS)
    if not any(isinstance(value, Status) or value is None for pair in pairs for value in pair):
        assert RANK[found[1]] <= RANK[found[0]]


def test_the_documented_exit_codes_are_the_real_ones() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "gate.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (\d) \| (.+) \|$", text, re.MULTILINE))
    assert sorted(rows) == ["0", "1", "2", "3", "4"]
    words = {Verdict.PASS: "pass", Verdict.FAIL: "fails", Verdict.INCONCLUSIVE: "inconclusive"}
    for verdict, code in EXIT_CODES.items():
        assert words.get(verdict, "incomplete") in rows[str(code)]
