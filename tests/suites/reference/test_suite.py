"""The suite as a plug-in, and what it may not do: import torch early, or open a socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.suites.reference.options import Options
from bakeoff.suites.reference.suite import PLUGIN, build


def no_encoder() -> Encoder:
    raise AssertionError("this suite asks for no encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder)


def test_it_registers_and_builds_all_three_metrics() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("reference").build(Options(), WIRING)
    assert isinstance(suite, Suite)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    names = [output.name for metric in suite.metrics for output in metric.outputs]
    assert names == ["bertscore_precision", "bertscore_recall", "bertscore_f1", "exact_match", "token_f1"]
    assert not any(metric.needs_judge or metric.needs_encoder for metric in suite.metrics)
    assert len({metric.fingerprint for metric in suite.metrics}) == 3


def test_metrics_can_be_chosen() -> None:
    suite = build(Options(metrics=("token_f1", "token_f1"), model="./nowhere"), WIRING)
    assert [metric.name for metric in suite.metrics] == ["token_f1"]


@pytest.mark.parametrize(
    "options", [{"modle": "x"}, {"metrics": []}, {"metrics": ["bleu"]}, {"layer": -1}, {"language": "../en"}]
)
def test_unknown_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)


def test_samples_pass_through_lazily() -> None:
    drawn: list[int] = []

    def endless() -> Iterator[Sample]:
        number = 0
        while True:
            drawn.append(number)
            yield Sample(id=str(number), question="q", reference="r")
            number += 1

    samples = iter(build(Options(metrics=("exact_match",)), WIRING).samples(Materials(samples=endless())))
    assert [next(samples).id, next(samples).id] == ["0", "1"]
    assert drawn == [0, 1]


def test_malformed_references_are_refused_before_anything_is_asked() -> None:
    bad = Sample(id="x7", question="q", reference="r", extras={"references": "r2"})
    suite = build(Options(metrics=("exact_match",)), WIRING)
    with pytest.raises(InputError, match="x7"):
        list(suite.samples(Materials(samples=[bad])))


SCRIPT = """
import asyncio, sys
from pathlib import Path
from bakeoff.evals.plugins import Wiring
from bakeoff.evals.records import Answered, Response, Sample
from bakeoff.suites.reference.suite import PLUGIN

reached = []
def watch(event, given):
    if event in {"socket.connect", "socket.getaddrinfo"}:
        reached.append((event, given))
sys.addaudithook(watch)
suite = PLUGIN.build(PLUGIN.options(device="cpu"), Wiring(folder=Path(), encoder=None))
heavy = {"torch", "transformers", "bert_score", "matplotlib", "pandas", "scipy", "tokenizers"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
sample = Sample(id="1", question="q", reference="red cat")
item = Answered(system="s", retrieves=False, sample=sample, response=Response(text="red cat"))
for metric in suite.metrics:
    (row,) = asyncio.run(metric.score([item], None))
    assert all(score.value == 1 for score in row.values()), row
assert "torch" in sys.modules
assert not reached, reached
"""


def test_building_imports_nothing_heavy_and_scoring_opens_no_socket() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
