"""The gate decides nothing by a comparison that something else voids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from toys.gates import NEW, OLD, bits, decide, evidence, scores
from toys.kin import info

from bakeoff.evals.findings import Finding
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import State
from bakeoff.evals.gate_config import CheckConfig

WARM = {"temperature": 0.7, "max_tokens": 64}
BETTER = CheckConfig(metric="accuracy", better_than="parent")
BOUND = CheckConfig(metric="accuracy", at_least=0.5)


def tuned(found: Evidence, **traits: Any) -> Evidence:
    """The run with `new` tuned from `old`, and these traits changed on the way."""
    systems = [info(NEW, "fine_tuned", OLD, weights="v", **traits), info(OLD)]
    return replace(found, table=replace(found.table, systems=systems))


WORLD = evidence(scores(bits(90, 10), bits(50, 50)))


def test_a_fair_comparison_decides_and_is_told() -> None:
    result = decide(tuned(WORLD), BETTER)
    assert result.checks[0].state is State.PASS
    told = "new against old: nothing else differs that the adapters can see; by design: weights."
    assert result.notes[-1] == told


def test_a_void_comparison_decides_nothing() -> None:
    result = decide(tuned(WORLD, decoding=WARM), BETTER, BOUND)
    void, bound = result.checks
    assert (void.state, bound.state) == (State.INCONCLUSIVE, State.PASS)
    assert void.reason.startswith("void: another decoding than old has; mend that, or set allow_unfair.")
    assert (void.needed_n, result.exit_code) == (None, 3)
    assert "VOID by decoding: temperature 0.7 against temperature 0" in result.notes[-1]


def test_nor_does_it_fail() -> None:
    worse = evidence(scores(bits(10, 90), bits(90, 10)))
    assert decide(tuned(worse), BETTER).exit_code == 1
    assert decide(tuned(worse, decoding=WARM), BETTER).exit_code == 3


def test_unless_that_is_allowed_and_then_it_is_still_told() -> None:
    result = decide(tuned(WORLD, decoding=WARM), BETTER, allow_unfair=True)
    assert (result.checks[0].state, result.exit_code) == (State.PASS, 0)
    assert "VOID" in result.notes[-1]


@pytest.mark.parametrize("against", [OLD, None, "gone"])
def test_a_finding_is_void_where_it_compares(against: str | None) -> None:
    finding = Finding(
        name="toy.loss",
        system=NEW,
        against=against,
        family="f",
        effect=0.0,
        low=-0.01,
        high=0.01,
        n=9,
        sentence="-",
    )
    found = tuned(replace(WORLD, findings=[finding]), decoding=WARM)
    (check,) = decide(found, CheckConfig(finding="toy.loss", at_least=-0.02)).checks
    assert check.state is (State.INCONCLUSIVE if against == OLD else State.PASS)


def test_a_gate_without_comparisons_has_nothing_to_tell() -> None:
    assert decide(tuned(WORLD, decoding=WARM), BOUND).notes == ()
