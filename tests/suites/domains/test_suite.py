"""The suite as a plug-in: conformance, options, and what its samples are checked for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from toys.plan import ToyEncoder, ToyJudge

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Materials, Suite, Tools
from bakeoff.evals.records import Answered, Response, Sample
from bakeoff.suites.domains.suite import PLUGIN, DomainsSuite

SAMPLES = [
    Sample(id=f"s{i}", question=f"q{i}", domain=["billing", "shipping", None][i % 3]) for i in range(60)
]


def built(wiring: Wiring, **options: Any) -> Suite:
    return PLUGIN.build(PLUGIN.options.model_validate(options), wiring)


def test_it_conforms(wiring: Wiring) -> None:
    answers = [
        Answered(
            system=system,
            retrieves=True,
            sample=sample,
            response=Response(text="a", extras={"collection": "billing"} if system == "a" else {}),
        )
        for system in ("a", "b")
        for sample in SAMPLES[:6]
    ]
    names = {"billing": "b-docs"}
    check_suite(
        built(wiring, names=names),
        Materials(samples=SAMPLES),
        make=lambda: built(wiring, names=names),
        answers=answers,
        tools=Tools(ToyJudge(), ToyEncoder()),
    )


def test_it_registers_and_asks_the_given_samples_as_they_are(wiring: Wiring) -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = built(wiring)
    assert isinstance(suite, DomainsSuite)
    assert list(suite.samples(Materials(samples=iter(SAMPLES)))) == SAMPLES
    assert suite.given == {sample.id for sample in SAMPLES if sample.domain is not None}
    assert [output.name for metric in suite.metrics for output in metric.outputs] == ["routing_accuracy"]


def test_samples_without_any_domain_are_refused(wiring: Wiring) -> None:
    suite = built(wiring)
    with pytest.raises(InputError, match=r"suites\.domains.*no sample has a domain.*`domain`"):
        list(suite.samples(Materials(samples=[Sample(id="s", question="?")])))


def test_a_name_for_a_domain_that_there_is_not_is_refused(wiring: Wiring) -> None:
    suite = built(wiring, names={"biling": "x"})
    with pytest.raises(InputError, match=r"names.*no sample has the domain 'biling'; .*billing, shipping"):
        list(suite.samples(Materials(samples=SAMPLES)))


@pytest.mark.parametrize(
    "options", [{"tolerance": 0}, {"tolerance": 1}, {"collection": ""}, {"unknown": 1}, {"names": ["a"]}]
)
def test_malformed_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PLUGIN.options.model_validate(options)
