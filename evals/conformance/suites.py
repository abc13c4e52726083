"""Does a suite keep to the protocol `Suite`, and do its metrics keep to `Metric`?"""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bakeoff.evals.conformance.problems import (
    ConformanceError,
    repeated,
    wrong_attributes,
    wrong_fingerprint,
)
from bakeoff.evals.findings import Finding
from bakeoff.evals.protocols import Materials, Metric, Suite, Tools
from bakeoff.evals.records import Answered, Kind, Output, Sample, Score, Status

if TYPE_CHECKING:
    from bakeoff.evals.table import Column, ScoreTable

SYSTEMS = ("conformance-base", "conformance-child")


def check_suite(
    suite: Suite,
    materials: Materials,
    *,
    make: Callable[[], Suite] | None = None,
    answers: Sequence[Answered] = (),
    tools: Tools | None = None,
) -> None:
    """Check a suite against the protocol, with the materials that its samples are made from.

    Checked are: the attributes of the suite and its metrics; that outputs have unique names and sensible
    ranges; that the samples are the same on every pass, with unique ids, and that variants name their
    origin; that findings are sound on made-up scores, and neither fail nor claim anything where all
    scores are missing; and, with `make`, that two builds have the same fingerprints. With `answers` and
    `tools` every metric scores them (judges are asked): one mapping of known outputs for each answer,
    in range, the same whether scored together or one by one.

    Must not be called from a running event loop. Raises ConformanceError with all problems.
    """
    problems = _attribute_problems(suite)
    if not problems:
        materials = dataclasses.replace(materials, samples=tuple(materials.samples))
        samples, sample_problems = _sample_problems(suite, materials)
        problems = _output_problems(suite) + sample_problems + _finding_problems(suite, samples)
        if make is not None:
            again = [metric.fingerprint for metric in make().metrics]
            if again != [metric.fingerprint for metric in suite.metrics]:
                problems.append("two builds from the same options have different metric fingerprints")
        if answers and tools is not None:
            for metric in suite.metrics:
                problems += asyncio.run(_score_problems(metric, answers, tools))
    if problems:
        raise ConformanceError(f"suite {getattr(suite, 'name', suite)!r}", problems)


def _attribute_problems(suite: Suite) -> list[str]:
    problems = wrong_attributes(suite, {"name": str, "metrics": Sequence})
    if getattr(suite, "name", None) == "":
        problems.append("its name is empty")
    if not (callable(getattr(suite, "samples", None)) and callable(getattr(suite, "findings", None))):
        problems.append("it lacks a method: samples and findings are needed")
    for metric in () if problems else suite.metrics:
        wanted: dict[str, type | tuple[type, ...]] = {
            "name": str,
            "outputs": Sequence,
            "fingerprint": str,
            "needs_judge": bool,
            "needs_encoder": bool,
        }
        found = wrong_attributes(metric, wanted) + wrong_fingerprint(metric)
        if not inspect.iscoroutinefunction(getattr(metric, "score", None)):
            found.append("score is no async method")
        problems += [f"metric {getattr(metric, 'name', metric)!r}: {problem}" for problem in found]
    return problems


def _output_problems(suite: Suite) -> list[str]:
    outputs = [output for metric in suite.metrics for output in metric.outputs]
    problems = [f"output {name!r} is there twice" for name in repeated(output.name for output in outputs)]
    problems += [f"metric {metric.name!r} has no outputs" for metric in suite.metrics if not metric.outputs]
    for output in outputs:
        if output.low is not None and output.high is not None and not output.low < output.high:
            problems.append(f"output {output.name!r}: low is not below high")
        if output.margin is not None and output.margin <= 0:
            problems.append(f"output {output.name!r}: a margin is above 0")
        if output.on_failure == "worst" and output.worst is None:
            problems.append(f"output {output.name!r}: failures score worst, but its range is open there")
    return problems


def _sample_problems(suite: Suite, materials: Materials) -> tuple[list[Sample], list[str]]:
    samples, again = list(suite.samples(materials)), list(suite.samples(materials))
    problems = []
    if samples != again:
        problems.append("samples() gives other samples on the second pass")
    if not all(isinstance(sample, Sample) for sample in samples):
        return [], [*problems, "samples() gives something else than Sample"]
    problems += [f"sample id {id_!r} is there twice" for id_ in repeated(sample.id for sample in samples)]
    given = {sample.id for sample in materials.samples}
    for sample in samples:
        if (sample.variant is None) != (sample.origin is None):
            problems.append(f"sample {sample.id!r} has only one of origin and variant")
        if sample.origin is not None and sample.origin not in given | {one.id for one in samples}:
            problems.append(f"sample {sample.id!r}: there is no sample {sample.origin!r} to be its origin")
    return samples, problems


def _finding_problems(suite: Suite, samples: Sequence[Sample]) -> list[str]:
    problems = []
    for made_up, what in ((True, "made-up scores"), (False, "only missing scores")):
        try:
            findings = suite.findings(_table(suite, samples, made_up=made_up))
        except Exception as error:
            problems.append(f"findings() on {what} raised {type(error).__name__}: {error}")
            continue
        for finding in findings:
            problems += [f"findings() on {what}: {text}" for text in _unsound(finding)]
            if not made_up and getattr(finding, "effect", None) is not None:
                problems.append(f"findings() on {what}: {finding.name!r} has an effect nonetheless")
    return list(dict.fromkeys(problems))


def _unsound(finding: object) -> list[str]:
    if not isinstance(finding, Finding):
        return [f"{type(finding).__name__} is no Finding"]
    problems, name = [], repr(finding.name)
    if finding.system not in SYSTEMS or finding.against not in (*SYSTEMS, None):
        problems.append(f"{name} names a system that is not in the table")
    if not finding.sentence.strip():
        problems.append(f"{name} has no sentence")
    if finding.p is not None and not 0 <= finding.p <= 1:
        problems.append(f"{name} has p = {finding.p}")
    numbers = [value for value in (finding.effect, finding.low, finding.high) if value is not None]
    if not all(math.isfinite(value) for value in numbers):
        problems.append(f"{name} has a number that is not finite")
    elif len(numbers) == 3 and numbers != [sorted(numbers)[i] for i in (1, 0, 2)]:
        problems.append(f"{name}: the effect lies outside its interval")
    return problems


def _table(suite: Suite, samples: Sequence[Sample], *, made_up: bool) -> ScoreTable:
    """Two systems, the second the child of the first, with random scores in range, or none at all."""
    import numpy as np

    from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo

    random = np.random.default_rng(0)
    shape = (len(SYSTEMS), len(samples), 1)
    status = Status.SCORED if made_up else Status.NOT_APPLICABLE

    def column(output: Output) -> Column:
        low = 0.0 if output.low is None else output.low
        high = low + 1.0 if output.high is None else output.high
        values = random.uniform(low, high, shape) if made_up else np.full(shape, np.nan)
        return Column(suite.name, output, values, np.full(shape, STATUS_CODES[status], np.int8))

    base, child = (
        SystemInfo(name=name, kind=kind, parent=parent, fingerprint=name)
        for name, kind, parent in zip(
            SYSTEMS, (Kind.PROMPT, Kind.FINE_TUNED), (None, SYSTEMS[0]), strict=True
        )
    )
    fields = ("id", "cluster", "domain", "origin", "variant", "answerable")
    keys = [SampleKey(**{name: getattr(sample, name) for name in fields}) for sample in samples]
    outputs = [output for metric in suite.metrics for output in metric.outputs]
    return ScoreTable(systems=(base, child), samples=keys, columns=[column(output) for output in outputs])


async def _score_problems(metric: Metric, answers: Sequence[Answered], tools: Tools) -> list[str]:
    together = await metric.score(answers, tools)
    problems = [f"metric {metric.name!r}: {text}" for text in _wrong_scores(metric, answers, together)]
    if await metric.score([], tools) != []:
        problems.append(f"metric {metric.name!r}: an empty batch gives something else than an empty list")
    alone = [(await metric.score([answer], tools))[0] for answer in answers]
    if not problems and any(not _alike(one, other) for one, other in zip(together, alone, strict=True)):
        problems.append(f"metric {metric.name!r}: an answer scores differently in company than alone")
    return problems


def _wrong_scores(
    metric: Metric, answers: Sequence[Answered], scores: Sequence[dict[str, Score] | None]
) -> list[str]:
    if len(scores) != len(answers):
        return [f"{len(scores)} results for {len(answers)} answers"]
    outputs = {output.name: output for output in metric.outputs}
    problems: dict[str, None] = {}
    for scored in scores:
        if scored is not None and set(scored) != set(outputs):
            problems[f"scores are {sorted(scored)}, its outputs {sorted(outputs)}"] = None
        for name, score in (scored or {}).items():
            if name in outputs and not _in_range(score, outputs[name]):
                problems[f"{name} = {score.value}, which is out of its range"] = None
    return list(problems)


def _in_range(score: Score, output: Output) -> bool:
    if score.value is None:
        return True
    low = -math.inf if output.low is None else output.low
    high = math.inf if output.high is None else output.high
    return low <= score.value <= high


def _alike(one: dict[str, Score] | None, other: dict[str, Score] | None) -> bool:
    """Equal but for rounding: batches may change the last bits of a sum."""
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(
        one[name].status == other[name].status
        and math.isclose(one[name].value or 0.0, other[name].value or 0.0, abs_tol=1e-5)
        for name in one
    )
