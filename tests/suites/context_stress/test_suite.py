"""The suite as a plug-in: it registers, builds its metrics, and keeps to the protocol."""

from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, Materials, Suite
from bakeoff.evals.records import Document, Sample
from bakeoff.suites.context_stress.options import Options
from bakeoff.suites.context_stress.suite import PLUGIN, build


def no_encoder() -> Encoder:
    raise AssertionError("this suite is built without an encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder)


@pytest.fixture
def materials(samples: list[Sample], documents: list[Document], encoder: Encoder) -> Materials:
    return Materials(samples=samples, documents=documents, encoder=encoder)


def outputs(suite: Suite) -> set[str]:
    return {output.name for metric in suite.metrics for output in metric.outputs}


def test_it_registers_and_builds_its_metrics() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("context_stress").build(Options(), WIRING)
    assert suite.name == "context_stress"
    assert {"oracle", "closed_book", "noise", "split", "order", "flood", "poison", "rejection"} <= outputs(
        suite
    )


@pytest.mark.parametrize("through", [("contexts",), ("documents",), ("contexts", "documents")])
def test_it_keeps_to_the_protocol(materials: Materials, through: tuple[str, ...]) -> None:
    options = Options.model_validate({"through": through, "size": 6})
    check_suite(build(options, WIRING), materials, make=lambda: build(options, WIRING))


@pytest.mark.parametrize("probe", ["negatives", "flood", "split", "poison"])
def test_what_is_compared_with_the_oracle_brings_its_metric(probe: str) -> None:
    assert {"oracle", "over_refusal"} <= outputs(build(Options.model_validate({"probes": [probe]}), WIRING))


def test_other_probes_come_alone() -> None:
    assert outputs(build(Options(probes=("noise",)), WIRING)) == {"noise"}
