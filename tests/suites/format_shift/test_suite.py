"""The suite as a plug-in: samples, options, conformance, and what it says of its variants."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, Materials, Metric, Suite, Tools
from bakeoff.evals.records import (
    Answered,
    Capability,
    DocumentState,
    Kind,
    Output,
    Request,
    Response,
    Sample,
    Status,
)
from bakeoff.evals.table import STATUS_CODES, Column, SampleKey, ScoreTable, SystemInfo
from bakeoff.suites.format_shift.options import Options
from bakeoff.suites.format_shift.suite import PLUGIN, FormatShiftSuite, build


def no_encoder() -> Encoder:
    raise AssertionError("this suite is built without an encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder)
NO_TOOLS = Tools(cast(Any, None), cast(Any, None))  # no metric here asks a judge or an encoder
FEW = ("casual", "lower_case", "template", "output_json", "crossed")


def sample(i: int) -> Sample:
    return Sample(
        id=f"q{i}",
        question=f"How long does the warranty of the Arvend {i} last, please?",
        reference=f"The warranty of the Arvend {i} lasts {10 + i} months.",
        cluster=f"page{i % 3}",
    )


SAMPLES = [sample(i) for i in range(12)]


def made(**options: object) -> FormatShiftSuite:
    suite = build(Options.model_validate({"families": FEW, **options}), WIRING)
    assert isinstance(suite, FormatShiftSuite)
    return suite


@pytest.fixture
def training(tmp_path: Path) -> Path:
    path = tmp_path / "training.jsonl"
    rows = [
        {
            "prompt": f"Kindly state the weight of the Zuvor{i}.",
            "answer": f"The weight of the Zuvor{i} is {i} grams.",
        }
        for i in range(60)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_it_registers_and_builds_its_metrics() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("format_shift").build(Options(), WIRING)
    assert isinstance(suite, Suite)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    names = [output.name for metric in suite.metrics for output in metric.outputs]
    assert names == ["key_values", "format_followed", "training_format"]


def test_it_conforms_with_and_without_a_training_file(training: Path) -> None:
    for path in (None, training):
        suite = made(distance=False)
        materials = Materials(samples=SAMPLES, training=path)
        asked = list(suite.samples(materials))
        answers = [
            Answered(system="s", retrieves=False, sample=one, response=Response(text=text))
            for one, text in zip(asked, ["14 months", '{"answer": 1}', "x"] * len(asked), strict=False)
        ]
        check_suite(suite, materials, make=made, answers=answers, tools=NO_TOOLS)
        assert made().metrics[0].fingerprint == suite.metrics[0].fingerprint


def test_variants_follow_their_unchanged_twins(training: Path) -> None:
    asked = list(made().samples(Materials(samples=SAMPLES, training=training)))
    twins = [one for one in asked if one.variant is None]
    assert twins == SAMPLES
    variants = asked[len(twins) :]
    assert all(one.origin in {twin.id for twin in twins} for one in variants)
    by_id = {twin.id: twin for twin in twins}
    asked_for_json = [one for one in variants if one.variant == "output_json"]
    assert asked_for_json
    for one in asked_for_json:
        note = one.extras["format_shift"]
        assert isinstance(note, dict)
        assert note["training_format"]["kind"] == "patterns"  # type: ignore[index, call-overload]
        assert note["asked"] == by_id[one.origin or ""].question
    casual = next(one for one in variants if one.variant == "casual")
    assert "training_format" not in casual.extras["format_shift"]  # type: ignore[operator]


def test_only_what_can_be_scored_takes_part() -> None:
    out = [
        SAMPLES[0].model_copy(update={"id": "a", "reference": None}),
        SAMPLES[1].model_copy(update={"id": "b", "answerable": False}),
        SAMPLES[2].model_copy(update={"id": "c", "origin": "q2", "variant": "other"}),
    ]
    asked = list(made().samples(Materials(samples=[*SAMPLES, *out])))
    assert not {"a", "b", "c"} & {one.id for one in asked} | {one.origin for one in asked} & {"a", "b", "c"}
    with pytest.raises(InputError, match="no sample has a reference"):
        made().samples(Materials(samples=out))


def test_options_bound_and_choose() -> None:
    materials = Materials(samples=SAMPLES, seed=1)
    names = {one.variant for one in made(families=["casual", "crossed"], crossed=False).samples(materials)}
    assert names == {None, "casual"}
    asked = list(made(families=["template"], per_family=3).samples(materials))
    assert len(asked) == 6  # three variants and their twins only
    sized = {one.id for one in made(families=["template"], size=5).samples(materials) if one.variant is None}
    assert len(sized) == 5
    again = made(families=["template"], size=5, seed=1).samples(Materials(samples=SAMPLES[::-1], seed=9))
    assert {one.id for one in again if one.variant is None} == sized
    language = {"name": "de", "instruction": "Antworte auf Deutsch."}
    spoken = list(made(families=["output_language"], language=language).samples(materials))
    assert sum("Antworte auf Deutsch." in one.question for one in spoken) == len(SAMPLES)


@pytest.mark.parametrize(
    "options", [{"familys": ["casual"]}, {"families": []}, {"per_family": 0}, {"size": 0}, {"language": {}}]
)
def test_unknown_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Options.model_validate(options)


def test_an_unknown_family_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"no family 'casuall'.*casual"):
        made(families=["casuall"])


def test_a_rewriter_adds_its_styles_and_is_asked_once(tmp_path: Path) -> None:
    calls: list[str] = []

    class Echo:
        """A system that puts the question into other words in the simplest way."""

        name, kind = "echo", Kind.PROMPT
        parent: str | None = None
        capabilities = frozenset({Capability.LIVE})
        fingerprint, content_addressed = "echo-1", False

        async def answer(self, request: Request) -> Response:
            calls.append(request.question)
            asked = request.question.split("<question>\n")[1].split("\n</question>")[0]
            return Response(text=asked.replace("How long does", "For how long does"))

        async def set_documents(self, state: DocumentState) -> None:
            raise AssertionError

        async def aclose(self) -> None:
            pass

    wiring = Wiring(folder=tmp_path, encoder=no_encoder, adapter=lambda _keys, _option: Echo())
    rewriter = {"system": {"adapter": "echo"}, "folder": "kept", "styles": {"plainer": "Write it plainly."}}
    suite = build(Options.model_validate({"families": ["typos"], "rewriter": rewriter}), wiring)
    materials = Materials(samples=SAMPLES, encoder=SameForAll())
    asked = list(suite.samples(materials))
    assert sum(one.variant == "plainer" for one in asked) == len(SAMPLES)
    assert all(one.question.startswith("For how long") for one in asked if one.variant == "plainer")
    assert list(suite.samples(materials)) == asked
    assert len(calls) == len(SAMPLES)
    with pytest.raises(InputError, match="without an encoder"):
        suite.samples(Materials(samples=SAMPLES))


def test_a_style_may_not_take_a_familys_name() -> None:
    rewriter = {"system": {"adapter": "echo"}, "folder": "kept", "styles": {"typos": "Write badly."}}
    with pytest.raises(InputError, match="cannot be named 'typos'"):
        made(rewriter=rewriter)


def test_distances_are_those_of_tuned_systems_and_only_with_values(training: Path) -> None:
    many = [sample(i) for i in range(40)]
    suite = made(families=["template", "crossed"])
    asked = list(suite.samples(Materials(samples=many, training=training)))
    for value, expected in ((1.0, {"unshifted", "template"}), (math.nan, set())):
        found = [one for one in suite.findings(table_of(asked, value)) if one.name == "format_shift.distance"]
        assert {one.family for one in found} == expected
        assert {one.system for one in found} <= {"tuned"}
        assert all(one.effect is not None and 0.5 < one.effect <= 1 for one in found)
    off = made(families=["template"], distance=False)
    asked = list(off.samples(Materials(samples=many, training=training)))
    assert not [one for one in off.findings(table_of(asked, 1.0)) if one.name == "format_shift.distance"]


def test_variants_that_were_dropped_are_counted_by_why() -> None:
    small = [one.model_copy(update={"question": one.question.lower()}) for one in SAMPLES]
    suite = made(families=["lower_case", "typos"])
    asked = list(suite.samples(Materials(samples=small)))
    (found,) = (one for one in suite.findings(table_of(asked, 1.0)) if one.name == "format_shift.variants")
    assert found.detail["dropped"] == {"lower_case": {"unchanged": len(SAMPLES)}}
    assert found.n == len(SAMPLES)


def table_of(samples: Sequence[Sample], value: float) -> ScoreTable:
    """All cells of a base and a tuned system with the same value, or not applicable where it is NaN."""
    fields = ("id", "cluster", "origin", "variant")
    keys = [SampleKey(**{name: getattr(one, name) for name in fields}) for one in samples]
    systems = [
        SystemInfo(name="base", kind=Kind.PROMPT, fingerprint="b"),
        SystemInfo(name="tuned", kind=Kind.FINE_TUNED, parent="base", fingerprint="t"),
    ]
    values = np.full((2, len(keys), 1), value)
    status = Status.NOT_APPLICABLE if math.isnan(value) else Status.SCORED
    statuses = np.full(values.shape, STATUS_CODES[status], dtype=np.int8)
    column = Column("format_shift", Output(name="key_values"), values, statuses)
    return ScoreTable(systems, keys, [column])


class SameForAll:
    """An encoder to which all texts are alike."""

    name = fingerprint = "same"
    weights: str | None = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.ones((len(texts), 1), dtype=np.float32)


def test_the_seed_draws_other_formats_and_the_same_seed_the_same() -> None:
    def questions(seed: int) -> list[str]:
        asked = made(families=["template"]).samples(Materials(samples=SAMPLES, seed=seed))
        return [one.question for one in asked]

    assert questions(0) == questions(0)
    assert questions(0) != questions(1)


def test_a_malformed_list_of_references_is_refused_before_anything_is_asked() -> None:
    bad = SAMPLES[0].model_copy(update={"extras": {"references": "two"}})
    with pytest.raises(InputError, match="q0"):
        made().samples(Materials(samples=[bad]))
