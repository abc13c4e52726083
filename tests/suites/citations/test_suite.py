"""The suite as a plug-in: conformance, options, fingerprints."""

from __future__ import annotations

import pytest
from citing.answers import SupportJudge, answered
from pydantic import ValidationError
from toys.plan import ToyEncoder, questions

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite, Tools
from bakeoff.suites.citations import metric
from bakeoff.suites.citations.options import Options
from bakeoff.suites.citations.suite import PLUGIN, build

SAMPLES = questions(6)
TEXTS = (
    "A says so [1].",
    "A says so [2]. B too.",
    "A says so [9].",
    "",
    "A says so.",
    "AB says so [1][2].",
)


def made(wiring: Wiring, **options: float) -> Suite:
    return build(Options(**options), wiring)


@pytest.fixture
def wiring(tmp_path: object) -> Wiring:
    def no_encoder() -> ToyEncoder:
        raise AssertionError("this suite builds without an encoder")

    return Wiring(folder=tmp_path, encoder=no_encoder)  # type: ignore[arg-type]


def test_it_conforms(wiring: Wiring) -> None:
    answers = [
        answered(text, ("A.", "B.")).model_copy(update={"system": system, "sample": sample})
        for system in ("a", "b")
        for sample, text in zip(SAMPLES, TEXTS, strict=True)
    ]
    check_suite(
        made(wiring),
        Materials(samples=SAMPLES),
        make=lambda: made(wiring),
        answers=answers,
        tools=Tools(SupportJudge(), ToyEncoder()),
    )


def test_it_registers_with_one_metric(wiring: Wiring) -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("citations").build(Options(), wiring)
    assert isinstance(suite, Suite)
    (only,) = suite.metrics
    assert isinstance(only, Metric)
    assert (only.needs_judge, only.needs_encoder) == (True, False)
    assert only.inapplicable(answered("x")) is None
    assert list(suite.samples(Materials(samples=SAMPLES))) == SAMPLES


def test_the_tolerance_is_an_option_and_changes_no_score(wiring: Wiring) -> None:
    assert Options().tolerance == 0.10
    assert made(wiring).metrics[0].fingerprint == made(wiring, tolerance=0.3).metrics[0].fingerprint
    for wrong in ({"tolerance": 1.0}, {"tolerance": -0.1}, {"tolerances": 0.1}):
        with pytest.raises(ValidationError):
            Options.model_validate(wrong)


def test_a_change_of_any_rule_is_another_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    before = metric.citations_metric().fingerprint
    for rule in ("RULE", "READING", "ENTAILMENT", "DECLINING"):
        with monkeypatch.context() as changed:
            changed.setattr(metric, rule, 99)
            assert metric.citations_metric().fingerprint != before
