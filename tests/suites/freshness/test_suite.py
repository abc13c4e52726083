"""The suite as a plug-in: which samples it asks, in which order, of which documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from bakeoff.evals.conformance import check_suite
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Plugins, Wiring
from bakeoff.evals.protocols import Encoder, Materials, Metric, Suite, Tools
from bakeoff.evals.records import Answered, Capability, Document, Response, Sample, Timing
from bakeoff.suites.freshness.options import Options
from bakeoff.suites.freshness.suite import PLUGIN, FreshnessSuite, build


def no_encoder() -> Encoder:
    raise AssertionError("this suite is built without an encoder")


WIRING = Wiring(folder=Path(), encoder=no_encoder, systems=("conformance-base", "conformance-child"))
NO_TOOLS = Tools(cast(Any, None), cast(Any, None))  # no metric here asks a judge or an encoder


def changed(i: int) -> Sample:
    return Sample(
        id=f"c{i}",
        question=f"What does the Arvend{i} weigh?",
        reference=f"It weighs {200 + i} grams.",
        reference_contexts=(f"The Arvend{i} weighs {200 + i} grams.",),
        reference_context_ids=(f"d{i}",),
        cluster=f"d{i % 3}",
        extras={"old": f"{i} grams", "new": f"{200 + i} grams", "changed": f"2025-03-{i + 1:02d}"},
    )


DATED = Sample(id="dated", question="How old?", reference="It is 5.", as_of=date(2025, 1, 31))
UNDATED = Sample(id="undated", question="How old?", reference="It is 5.")
SAMPLES = [UNDATED, DATED, *map(changed, range(6))]
DOCUMENTS = tuple(
    Document(id=f"d{i}", text=f"The Arvend{i} weighs {200 + i} grams.", as_of=date(2025, 3, i + 1))
    for i in range(6)
)
MATERIALS = Materials(samples=SAMPLES, documents=DOCUMENTS)


def made(wiring: Wiring = WIRING, **options: Any) -> FreshnessSuite:
    suite = build(Options.model_validate(options), wiring)
    assert isinstance(suite, FreshnessSuite)
    return suite


def asked(materials: Materials = MATERIALS, **options: Any) -> list[Sample]:
    return list(made(**options).samples(materials))


def test_it_registers_and_builds_its_metrics() -> None:
    plugins = Plugins()
    plugins.suites.register(PLUGIN)
    suite = plugins.suites.get("freshness").build(Options(), WIRING)
    assert isinstance(suite, Suite)
    assert all(isinstance(metric, Metric) for metric in suite.metrics)
    names = [output.name for metric in suite.metrics for output in metric.outputs]
    assert names == [
        *("fresh", "stale", "unanswered", "wrong", "right_before", "update_lag_s", "stale_lag_s", "right")
    ]


@pytest.mark.parametrize("materials", [MATERIALS, replace(MATERIALS, documents=())])
def test_it_conforms(materials: Materials) -> None:
    options: dict[str, Any] = {"retraining": {"conformance-child": "6 hours"}}
    answers = [
        Answered(
            system="s",
            retrieves=False,
            sample=one,
            response=Response(text=text, timing=Timing(since_update_s=0.5)),
        )
        for one, text in zip(asked(materials), ["201 grams", "1 gram", "?"] * 20, strict=False)
    ]
    check_suite(made(**options), materials, make=lambda: made(**options), answers=answers, tools=NO_TOOLS)


def test_given_samples_come_unchanged_then_all_before_and_all_after() -> None:
    found = asked()
    assert found[:7] == [*SAMPLES[2:], DATED]
    states = [one.variant for one in found[7:]]
    assert states == ["before"] * 6 + ["after"] * 6
    assert all(one.requires == {Capability.ACCEPTS_DOCUMENTS} for one in found[7:])
    was, now = found[7].overrides.documents, found[-1].overrides.documents
    assert was is not None
    assert now is not None
    assert now.documents == DOCUMENTS
    assert [one.text for one in was.documents] == [f"The Arvend{i} weighs {i} grams." for i in range(6)]
    assert len({one.request().documents for one in found}) == 3


def test_without_documents_nothing_is_asked_of_states() -> None:
    assert [one.id for one in asked(replace(MATERIALS, documents=()))] == [f"c{i}" for i in range(6)] + [
        "dated"
    ]


def test_a_fact_that_stands_in_no_gold_document_has_no_before() -> None:
    suite = made()
    found = list(suite.samples(replace(MATERIALS, documents=DOCUMENTS[:4])))
    assert [one.origin for one in found if one.variant == "before"] == ["c0", "c1", "c2", "c3"]
    assert [one.origin for one in found if one.variant == "after"] == [f"c{i}" for i in range(6)]
    assert suite.made.without_before == ("c4", "c5")


def test_the_documents_before_may_be_given(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a.md").write_text("---\nsince: 2024-01-01\n---\nThe Arvend1 weighs 1 gram.")
    wiring = replace(WIRING, folder=tmp_path)
    before = {"path": "old", "as_of": "since"}
    found = list(made(wiring, before=before).samples(MATERIALS))
    states = [one.overrides.documents for one in found if one.variant == "before"]
    assert len(states) == 6
    assert states[0] is not None
    assert [(one.id, one.as_of) for one in states[0].documents] == [("a.md", date(2024, 1, 1))]
    with pytest.raises(InputError, match=r"suites.freshness.before.path: does not exist; mend the path"):
        made(wiring, before={"path": "gone"})
    with pytest.raises(InputError, match=r"say nothing without those after it; name today's"):
        list(made(wiring, before=before).samples(replace(MATERIALS, documents=())))


def test_options_bound_and_choose() -> None:
    assert [one.id for one in asked(ages=False) if one.variant is None] == [f"c{i}" for i in range(6)]
    few = [one.id for one in asked(size=2, seed=3) if one.variant is None]
    assert len(few) == 3
    backwards = replace(MATERIALS, samples=SAMPLES[::-1], seed=9)
    assert {one.id for one in asked(backwards, size=2, seed=3) if one.variant is None} == set(few)
    draws = {tuple(one.id for one in asked(size=2, seed=seed) if one.variant is None) for seed in range(9)}
    assert len(draws) > 1


def test_variants_and_unanswerable_samples_take_no_part() -> None:
    derived = changed(1).model_copy(update={"id": "x", "origin": "c1", "variant": "typos"})
    without = changed(2).model_copy(update={"id": "y", "answerable": False})
    materials = replace(MATERIALS, samples=[*SAMPLES, derived, without])
    assert not {"x", "y"} & {one.id for one in asked(materials)}


def test_ages_count_from_the_newest_date_or_from_the_stated_one() -> None:
    suite = made()
    suite.samples(MATERIALS)
    assert suite.made.today == date(2025, 3, 6)
    assert suite.made.ages == {**{f"c{i}": 5 - i for i in range(6)}, "dated": 34}
    later = made(today="2025-03-03")
    later.samples(MATERIALS)
    assert later.made.ages == {"c0": 2, "c1": 1, "c2": 0, "dated": 31}  # what is newer has no age yet


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(InputError, match="no sample has the fields 'old' and 'new', nor a date"):
        asked(replace(MATERIALS, samples=[UNDATED]))
    bad = DATED.model_copy(update={"extras": {"old": "5"}})
    with pytest.raises(InputError, match="sample 'dated': new must be a text"):
        asked(replace(MATERIALS, samples=[*SAMPLES, bad]))
    with pytest.raises(InputError, match="there is no system 'fulll'"):
        made(retraining={"fulll": 5})
