"""The gate in a test suite: one test for all of it, or one for each check.

    @pytest.mark.parametrize("check", gate_checks("bakeoff.yaml"), ids=str)
    def test_one_check(check):
        check.verify()

A test fails where the gate does not pass, and its message is the checklist. pytest is needed only to skip.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn, get_args

import bakeoff
from bakeoff.evals.errors import InputError, RunIncomplete
from bakeoff.evals.gate.result import CheckResult, GateResult, NotAsked, State, Verdict
from bakeoff.reports.gate_terminal import render
from bakeoff.reports.gate_wording import evidence, missing, needed

__all__ = ["GateCheck", "check_gate", "gate_checks"]

Inconclusive = Literal["fail", "skip"]
"""What becomes of a test that cannot be told: a failure, or pytest's skip."""


def check_gate(
    config: Path | str,
    *,
    run: bool = False,
    fresh: bool = False,
    inconclusive: Inconclusive = "fail",
    run_id: str | None = None,
    candidate: str | None = None,
    baseline: str | None = None,
) -> GateResult:
    """The gate's result where it passes; AssertionError with the checklist where it does not.

    `run` first asks and scores what is missing (with `fresh`, everything anew); else the newest stored run is
    judged, or `run_id`. An incomplete run always fails. Raises InputError as `bakeoff.gate` does.
    """
    _check_policy(inconclusive)
    if run:
        _run(config, fresh=fresh)
    result = bakeoff.gate(config, run_id=run_id, candidate=candidate, baseline=baseline)
    if result.verdict is Verdict.PASS or result.exit_code == 0:
        return result
    if result.verdict is Verdict.INCONCLUSIVE and result.exit_code != 1 and inconclusive == "skip":
        _skip(render(result))
    raise AssertionError("\n" + render(result))


@dataclass(frozen=True)
class GateCheck:
    """One check of a gate, as a test's parameter; as text it is what the check asks."""

    result: GateResult = field(repr=False)
    check: CheckResult | NotAsked

    def __str__(self) -> str:
        return self.check.asks

    def verify(self, *, inconclusive: Inconclusive = "fail") -> None:
        """Nothing where the check passes; AssertionError with its evidence where it does not.

        What a pre-merge run left out is skipped. A check of an incomplete run does not pass: what is still
        missing may change it.
        """
        _check_policy(inconclusive)
        if isinstance(self.check, NotAsked):
            _skip(f"{self.check.asks}: not asked, {self.check.reason}")
        if self.check.state is State.PASS and not self.result.complete:
            raise AssertionError(f"{self.check.asks}: the run is incomplete, {missing(self.result)}")
        if self.check.state is State.PASS:
            return
        lines = (f"{self.check.asks}: {self.check.reason}", evidence(self.check), needed(self.check))
        told = "\n".join(line for line in lines if line)
        if self.check.state is State.FAIL or self.result.policy == "fail":
            raise AssertionError(told)
        if inconclusive == "skip" or self.result.policy == "pass":
            _skip(told)
        raise AssertionError(told)


def gate_checks(
    config: Path | str,
    *,
    run: bool = False,
    fresh: bool = False,
    run_id: str | None = None,
    candidate: str | None = None,
    baseline: str | None = None,
) -> list[GateCheck]:
    """Every check of the gate on a stored run, for `pytest.mark.parametrize`; those not asked come last.

    Called while tests are collected: an InputError there is shown as a collection error. See `check_gate`.
    """
    if run:
        _run(config, fresh=fresh)
    result = bakeoff.gate(config, run_id=run_id, candidate=candidate, baseline=baseline)
    checks: list[CheckResult | NotAsked] = [*result.checks, *result.not_asked]
    return [GateCheck(result, check) for check in checks]


def _run(config: Path | str, *, fresh: bool) -> None:
    """Ask and score; cells that stay open are the gate's to tell."""
    with suppress(RunIncomplete):
        bakeoff.run(config, fresh=fresh)


def _check_policy(inconclusive: str) -> None:
    if inconclusive not in get_args(Inconclusive):
        raise InputError(f"{inconclusive!r} is no policy", where="inconclusive", todo="one of fail, skip")


def _skip(reason: str) -> NoReturn:
    import pytest

    pytest.skip(reason)
