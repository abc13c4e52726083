"""The suite as a plug-in: conformance, outputs, fingerprints, and what its samples are checked for."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from typing import Any

import pytest
from toys.plan import ToyEncoder, ToyJudge

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import M, Materials, Suite, Task, Tools
from bakeoff.evals.records import Answered, Response, Sample
from bakeoff.suites.behaviour.suite import PLUGIN

EVERYTHING: dict[str, Any] = {
    "json_schema": {"type": "object"},
    "regex": r"\d",
    "sections": ["Cause"],
    "length": {"unit": "characters", "at_most": 200},
    "terminology": {"required": ["fuse"]},
    "style": True,
    "escalation": {"patterns": ["call us"], "must": {"tags": ["angry"]}, "must_not": "others"},
    "refusal": {"patterns": ["cannot help"], "must": {"domains": ["law"]}},
    "rubric": "It names a day.",
    "consistency": True,
    "few_shot_parent": "conformance-base",
    "margin": 0.05,
}
SAMPLES = [
    Sample(id=f"s{i}", question=f"q{i}", tags=("angry",) if i % 2 else (), domain="law" if i % 3 else None)
    for i in range(12)
]


class YesJudge(ToyJudge):
    async def decide(self, task: Task, inputs: Any, prompt: str, schema: type[M], *, draw: int = 0) -> M:
        return schema.model_validate({"reason": "so it is", "verdict": len(inputs.answer) % 2})


@pytest.fixture
def trained(wiring: Wiring) -> Wiring:
    path = wiring.folder / "training.jsonl"
    path.write_text(json.dumps({"prompt": "p", "answer": "a"}))
    return dataclasses.replace(wiring, training=path)


def built(wiring: Wiring, **options: Any) -> Suite:
    return PLUGIN.build(PLUGIN.options.model_validate(options), wiring)


def test_it_conforms_with_everything_on(trained: Wiring) -> None:
    answers = [
        Answered(
            system=system,
            retrieves=False,
            sample=sample,
            response=Response(text=f"{system} says {i}: call us"),
            siblings=("one", f"{system} says {i}: call us"),
        )
        for system in ("a", "b")
        for i, sample in enumerate(SAMPLES)
    ]
    check_suite(
        built(trained, **EVERYTHING),
        Materials(samples=SAMPLES, judge=YesJudge()),
        make=lambda: built(trained, **EVERYTHING),
        answers=answers,
        tools=Tools(YesJudge(), ToyEncoder()),
    )


def test_it_registers_and_each_option_brings_its_outputs(trained: Wiring) -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = built(trained, **EVERYTHING)
    assert [output.name for metric in suite.metrics for output in metric.outputs] == [
        "format_compliance",
        "schema_valid",
        "terminology",
        "escalation",
        "refusal",
        "rubric",
        "style",
        "consistency",
        "consistency_cosine",
    ]
    assert len({metric.fingerprint for metric in suite.metrics}) == len(suite.metrics)
    assert [metric.name for metric in built(trained, regex="x").metrics] == ["format_compliance"]


@pytest.mark.parametrize(
    ("change", "metric"),
    [
        ({"regex": "other"}, "format_compliance"),
        ({"length": {"at_most": 9}}, "format_compliance"),
        ({"sections": ["Remedy"]}, "format_compliance"),
        ({"json_schema": {"type": "array"}}, "schema_valid"),
        ({"allow_fence": True}, "schema_valid"),
        ({"terminology": {"required": ["fuse"], "case_sensitive": True}}, "terminology"),
        ({"refusal": {"patterns": ["no"], "must": {"domains": ["law"]}}}, "refusal"),
        ({"rubric": "It is short."}, "rubric"),
    ],
)
def test_a_changed_rule_is_another_metric_and_the_others_stay(
    trained: Wiring, change: dict[str, Any], metric: str
) -> None:
    before = {m.name: m.fingerprint for m in built(trained, **EVERYTHING).metrics}
    after = {m.name: m.fingerprint for m in built(trained, **{**EVERYTHING, **change}).metrics}
    changed = {name for name in before if before[name] != after[name]}
    assert metric in changed <= {metric, "format_compliance"}


def test_terms_and_tags_are_checked_before_anything_is_asked(wiring: Wiring) -> None:
    terms = built(wiring, terminology={"required": ["fuse"]})
    bad = Sample(id="x7", question="q", extras={"terminology": "fuse"})
    with pytest.raises(InputError, match="x7"):
        list(terms.samples(Materials(samples=[*SAMPLES, bad])))
    nowhere = built(wiring, refusal={"patterns": ["no"], "must": {"tags": ["angri"]}})
    with pytest.raises(InputError, match=r"suites\.behaviour\.refusal: no sample has one of the tags"):
        list(nowhere.samples(Materials(samples=SAMPLES)))
    both = built(
        wiring, refusal={"patterns": ["no"], "must": {"tags": ["angry"]}, "must_not": {"domains": ["law"]}}
    )
    with pytest.raises(InputError, match="'s1': is in both"):
        list(both.samples(Materials(samples=SAMPLES)))


def test_a_system_that_is_not_in_the_run_is_refused_where_the_runs_systems_are_known(wiring: Wiring) -> None:
    known = dataclasses.replace(wiring, systems=("base", "tuned"))
    with pytest.raises(InputError, match="there is no system 'few'; the systems are: base, tuned"):
        built(known, regex="x", few_shot_parent="few")
    built(known, regex="x", few_shot_parent="base")


SCRIPT = """
import asyncio, sys
from pathlib import Path
from bakeoff.evals.plugins import Wiring
from bakeoff.suites.behaviour.suite import PLUGIN

options = {"regex": "x", "terminology": {}, "rubric": "r", "consistency": True}
PLUGIN.build(PLUGIN.options(**options), Wiring(folder=Path(), encoder=None))
heavy = {"torch", "transformers", "sklearn", "jsonschema", "matplotlib", "pandas", "scipy"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def test_building_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
