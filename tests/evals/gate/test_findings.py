"""Bounds on suites' findings: each state, which finding is meant, open cells."""

from __future__ import annotations

from typing import Any

import pytest
from toys.gates import bits, decide, evidence, only, scores

from bakeoff.evals.comparison import JudgeInfo
from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate_config import CheckConfig

CHECK = CheckConfig(finding="toy.change", at_least=-0.02)


def finding(**changes: Any) -> Finding:
    own = {
        "name": "toy.change",
        "system": "new",
        "against": "old",
        "family": "all",
        "effect": 0.01,
        "low": -0.01,
        "high": 0.03,
        "n": 500,
        "sentence": "new keeps what old knew.",
    }
    return Finding.model_validate({**own, **changes})


def decided(*findings: Finding, check: CheckConfig = CHECK) -> CheckResult:
    return only(evidence(scores(bits(10, 0)), findings=findings), check)


@pytest.mark.parametrize(
    ("low", "high", "state", "bound"),
    [
        (-0.01, 0.03, State.PASS, -0.01),
        (-0.05, 0.03, State.INCONCLUSIVE, -0.05),
        (-0.09, -0.03, State.FAIL, -0.03),
        (-0.02, 0.03, State.PASS, -0.02),
    ],
)
def test_a_finding_in_each_state(low: float, high: float, state: State, bound: float) -> None:
    effect = (low + high) / 2
    found = decided(finding(low=low, high=high, effect=effect))
    assert (found.state, found.bound, found.estimate, found.n, found.against) == (
        state,
        bound,
        effect,
        500,
        "old",
    )
    assert found.kind == "finding"
    assert found.reason.endswith("new keeps what old knew.")
    assert (found.needed_n is not None) is (state is State.INCONCLUSIVE)


def test_the_suites_two_sided_interval_is_said_to_be_stricter() -> None:
    found = decided(finding())
    assert found.level == 0.025
    assert found.note == "the suite's interval is two-sided: each end is one-sided at 0.025, stricter"


def test_at_most() -> None:
    check = CheckConfig(finding="toy.change", at_most=0.02)
    assert decided(finding(), check=check).state is State.INCONCLUSIVE
    assert decided(finding(high=0.019), check=check).state is State.PASS
    assert decided(finding(low=0.021), check=check).state is State.FAIL


def test_a_finding_without_an_interval_cannot_tell() -> None:
    found = decided(finding(effect=None, low=None, high=None, status="not_applicable"))
    assert found.state is State.INCONCLUSIVE
    assert found.reason == "the suite states no interval (not_applicable). new keeps what old knew."


def test_of_several_the_worst_decides() -> None:
    good, bad = finding(against="old"), finding(against="base", low=-0.4, high=-0.3, effect=-0.35)
    found = decided(good, bad)
    assert (found.state, found.against) == (State.FAIL, "base")
    assert found.reason.startswith("1 of 2 findings fail, such as this one: ")
    narrowed = CheckConfig(finding="toy.change", at_least=-0.02, against="old")
    assert decided(good, bad, check=narrowed).state is State.PASS


def test_headlines_stand_for_the_rest_unless_a_family_is_named() -> None:
    whole = finding(headline=True)
    part = finding(family="arithmetic", low=-0.4, high=-0.3, effect=-0.35)
    assert decided(whole, part).state is State.PASS
    named = CheckConfig(finding="toy.change", at_least=-0.02, family="arithmetic")
    found = decided(whole, part, check=named)
    assert (found.state, found.asks) == (
        State.FAIL,
        "toy.change (family arithmetic) of new at least -0.02",
    )


def test_a_slice_is_told_apart() -> None:
    own, closed = finding(), finding(slice="closed_book", low=-0.4, high=-0.3, effect=-0.35)
    check = CheckConfig(finding="toy.change", at_least=-0.02, slice="closed_book")
    assert decided(own, closed, check=check).state is State.FAIL


def test_findings_of_others_are_not_the_candidates() -> None:
    found = decided(finding(system="old"))
    assert (found.state, found.reason) == (State.INCONCLUSIVE, "the suite says nothing of this about new")


def test_an_unknown_finding_is_told_with_the_nearest() -> None:
    run = evidence(scores(bits(10, 0)), findings=[finding()])
    with pytest.raises(InputError, match=r"no finding 'toy\.chnage'; did you mean 'toy\.change'"):
        decide(run, CheckConfig(finding="toy.chnage", at_least=0))
    with pytest.raises(InputError, match=r"no finding 'toy\.change'; it holds: none"):
        decide(evidence(scores(bits(10, 0))), CHECK)


def test_a_finding_of_a_suite_that_the_run_does_not_know_by_name_is_treated_with_care() -> None:
    odd = finding(name="odd.change")
    check = CheckConfig(finding="odd.change", at_least=-0.02)
    assert only(evidence(scores(bits(10, 0)), findings=[odd]), check).state is State.PASS
    left = only(evidence(scores([*bits(9, 0), None]), findings=[odd]), check)
    assert left.state is State.INCONCLUSIVE
    offline = JudgeInfo(name="offline", fingerprint="o", offline=True)
    judged = only(evidence(scores(bits(10, 0)), findings=[odd], judge=offline, judged=True), check)
    assert "offline judge" in judged.reason


@pytest.mark.parametrize("low", [-0.01, -0.5])
def test_a_finding_over_open_cells_decides_nothing(low: float) -> None:
    run = evidence(scores([*bits(9, 0), None]), findings=[finding(low=low, high=low + 0.1)])
    found = decide(run, CHECK)
    assert (found.checks[0].state, found.exit_code) == (State.INCONCLUSIVE, 4)
    assert found.checks[0].reason.startswith("2 scores of the suite are still open. ")
