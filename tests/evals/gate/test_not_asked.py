"""Checks of suites that a pre-merge run left out: listed, and not counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from toys.gates import ACCURACY, LATENCY, bits, decide, evidence, scores

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import Verdict
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.runs import LeftOut
from bakeoff.evals.table import SampleKey

SHIFT = LeftOut(suite="shift", outputs=("drift", "delay_s"), touches=("prompts/**", "bot.py"))
REASON = "suite shift was left out: no changed path touches prompts/**, bot.py"
GOOD = CheckConfig(metric="accuracy", at_least=0.5)


def part(left: LeftOut = SHIFT, **more: Any) -> Evidence:
    """A run of 60 samples that left a suite out."""
    found = evidence(scores(bits(57, 3)), **more)
    header = found.run.header.model_copy(update={"left_out": (left,)})
    return replace(found, run=found.run.model_copy(update={"header": header}))


@pytest.mark.parametrize(
    ("check", "asks"),
    [
        ({"metric": "drift", "at_most": 0.1}, "drift of new at most 0.1"),
        ({"metric": "shift.drift", "at_most": 0.1}, "shift.drift of new at most 0.1"),
        ({"metric": "delay_p95_s", "at_most": 2}, "delay_p95_s of new at most 2"),
        ({"metric": "drift", "not_worse_than": "old"}, "drift of new not worse than old by its margin"),
        (
            {"metric": "drift", "not_worse_than": "baseline", "margin": 0.1},
            "drift of new not worse than baseline by 0.1",
        ),
        ({"finding": "shift.change", "at_least": 0}, "shift.change of new at least 0"),
    ],
)
def test_checks_of_a_suite_that_was_left_out_are_not_asked(check: dict[str, Any], asks: str) -> None:
    result = decide(part(), GOOD, CheckConfig(**check))
    assert [(one.asks, one.reason) for one in result.not_asked] == [(asks, REASON)]
    assert [one.asks for one in result.checks] == ["accuracy of new at least 0.5"]
    assert (result.verdict, result.exit_code) == (Verdict.PASS, 0)
    assert any(note.startswith("PRE-MERGE RUN, not the whole") for note in result.notes)


def test_the_others_count_as_ever() -> None:
    bad = CheckConfig(metric="accuracy", at_least=0.99)
    result = decide(part(), CheckConfig(metric="drift", at_most=0.1), bad)
    assert (result.verdict, len(result.checks), len(result.not_asked)) == (Verdict.FAIL, 1, 1)


def test_a_manual_item_belongs_to_no_suite() -> None:
    result = decide(part(), CheckConfig(metric="drift", at_most=0.1), CheckConfig(manual="shift"))
    assert (result.verdict, len(result.not_asked)) == (Verdict.INCONCLUSIVE, 1)


def test_a_name_that_no_suite_knows_is_still_an_error() -> None:
    with pytest.raises(InputError, match="no metric 'acuracy'"):
        decide(part(), CheckConfig(metric="acuracy", at_least=0.5))
    with pytest.raises(InputError, match=r"no finding 'other\.change'"):
        decide(part(), CheckConfig(finding="other.change", at_least=0))


def test_the_place_in_the_config_is_the_checks_own() -> None:
    with pytest.raises(InputError, match=r"gate\.checks\[1\]: .*no metric 'acuracy'"):
        decide(part(), CheckConfig(metric="drift", at_most=0.1), CheckConfig(metric="acuracy", at_least=0.5))


def test_a_metric_that_the_run_has_from_another_suite_is_asked() -> None:
    shared = LeftOut(suite="shift", outputs=("accuracy",), touches=("a",))
    assert decide(part(shared), GOOD).not_asked == ()
    assert len(decide(part(shared), CheckConfig(metric="shift.accuracy", at_least=0.5)).not_asked) == 1


def test_with_nothing_left_the_gate_passes_and_says_so() -> None:
    found = evidence(scores([], output=ACCURACY), scores([], output=LATENCY), samples=[])
    empty = replace(found, table=replace(found.table, samples=[]), run=part().run)
    result = decide(empty, CheckConfig(metric="latency_s", at_most=2), CheckConfig(metric="drift", at_most=1))
    assert (result.verdict, result.exit_code, result.checks) == (Verdict.PASS, 0, ())
    assert [one.reason for one in result.not_asked] == [
        "no changed path touches a suite, so nobody was asked anything",
        REASON,
    ]


def test_a_slice_whose_samples_were_left_out_is_not_asked() -> None:
    keys = [SampleKey(f"s{i}", domain="billing") for i in range(60)]
    found = part(samples=keys, tags={"s1": ["critical"]})
    wanted = [
        CheckConfig(metric="accuracy", at_least=0.5, domain="returns"),
        CheckConfig(metric="accuracy", none_below=0.5, tag="hard"),
        CheckConfig(metric="accuracy", none_below=0.5, ids=("x1",)),
    ]
    assert len(decide(found, *wanted).not_asked) == 3
    held = [
        CheckConfig(metric="accuracy", at_least=0.5, domain="billing"),
        CheckConfig(metric="accuracy", none_below=0.5, tag="critical"),
        CheckConfig(metric="accuracy", none_below=0.5, ids=("s1",)),
    ]
    assert decide(found, *held).not_asked == ()


def test_a_whole_run_asks_everything() -> None:
    assert decide(evidence(scores(bits(57, 3))), GOOD).not_asked == ()
    with pytest.raises(InputError, match="no metric 'drift'"):
        decide(evidence(scores(bits(57, 3))), CheckConfig(metric="drift", at_most=0.1))
