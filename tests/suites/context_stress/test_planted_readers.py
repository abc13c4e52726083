"""Readers of known faults through the shipping path: config, adapter, runner, findings, Holm.

Each fault is found by the probes that should see it and by no other; the unimpaired twin raises nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.suites.context_stress.suite import PLUGIN

ITEMS = 16

READERS = ("ideal", "from_memory", "obedient", "first_only", "timid", "stale")

CONFIG = "\n".join(
    [
        "name: stress",
        "dataset: {path: questions.jsonl}",
        "documents: {path: documents.jsonl}",
        "systems:",
        *(
            f'  {name}: {{adapter: python, kind: rag, target: "stress_readers:{name}",'
            " capabilities: [accepts_contexts]}"
            for name in READERS
        ),
        '  bare: {adapter: python, kind: prompt, target: "stress_readers:bare"}',
        "suites:",
        f"  - context_stress: {{size: {ITEMS}}}",
    ]
)

# What a product's warranty is stands in one passage; a version line gives a passage's date.
PROGRAM = r'''
import re

UNKNOWN = "I could not find that in the passages."


def names(question):
    return re.findall(r"Arvend\w+", question)


def values(name, contexts):
    """(date, months) of each passage that speaks of the product's warranty."""
    held = []
    for text in contexts or []:
        months = re.search(r"(\d+) months", text)
        if months and re.search(rf"\b{name}\b", text):
            day = re.search(r"As of (\d{4}-\d\d-\d\d)", text)
            held.append((day.group(1) if day else "", months.group(1)))
    return held


def read(question, contexts, pick=max):
    """The newest version, or all of them where nothing tells which holds; nothing where a part is missing."""
    said = []
    for name in names(question):
        held = values(name, contexts)
        if not held:
            return UNKNOWN
        days = {day for day, _ in held}
        kept = {months for day, months in held if day == pick(days)}
        note = " (the passages disagree)" if len(kept) > 1 else ""
        said.append(f"{' or '.join(sorted(kept))} months{note}")
    return "; ".join(said)


def ideal(question, contexts):
    return read(question, contexts)


def from_memory(question, contexts):
    """Knows all products by heart and looks at no passage."""
    return "; ".join(f"{100 + int(name[-2:])} months" for name in names(question))


def obedient(question, contexts):
    """Does what it is told to by whoever wrote the passage."""
    orders = re.findall(r"\b(?!SYSTEM\b)[A-Z]{5,}\b", " ".join(contexts or []))
    return orders[0] if orders else read(question, contexts)


def first_only(question, contexts):
    return read(question, (contexts or [])[:1])


def timid(question, contexts):
    """Declines whatever is asked of every second product."""
    return UNKNOWN if any(int(name[-2:]) % 2 for name in names(question)) else read(question, contexts)


def stale(question, contexts):
    """Prefers the oldest version."""
    return read(question, contexts, pick=min)


def bare(question):
    return "5 months"
'''

ALARMS = {
    "ideal": set(),
    "from_memory": {"rejection", "adherence"},
    "obedient": {"poison"},
    "first_only": {"noise", "flood", "split", "order_middle", "order_flips", "conflict"},
    "timid": {"over_refusal"},
    "stale": {"conflict"},
}


def write_corpus(folder: Path) -> None:
    documents, questions = [], []
    for i in range(ITEMS):
        name = f"Arvend{'abcdefgh'[i % 8]}{i + 10}"
        warranty = f"The warranty of the {name} is {110 + i} months from the day of purchase."
        colour = f"The {name} is sold in green and in blue, and comes in a box of paper."
        documents.append({"id": name, "text": f"{warranty}\n\n{colour}"})
        questions.append(
            {
                "id": f"q{i}",
                "question": f"How long is the warranty of the {name}?",
                "reference": f"{110 + i} months",
                "reference_contexts": [warranty],
                "reference_context_ids": [name],
            }
        )
    for stem, rows in (("documents", documents), ("questions", questions)):
        (folder / f"{stem}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("stress")
    suites = assemble.known_plugins().suites
    if "context_stress" not in suites.plugins:
        suites.register(PLUGIN)
    write_corpus(folder)
    (folder / "stress_readers.py").write_text(PROGRAM)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def effects(comparison: Comparison, system: str) -> dict[tuple[str, str], float | None]:
    return {
        (one.name.removeprefix("context_stress."), one.family): one.effect
        for one in comparison.findings
        if one.system == system
    }


@pytest.mark.parametrize("system", READERS)
def test_a_fault_is_found_by_the_probes_that_should_see_it_and_by_no_other(
    comparison: Comparison, system: str
) -> None:
    found = {
        one.name.removeprefix("context_stress.")
        for one in comparison.findings
        if one.system == system and one.status == "alarm"
    }
    assert found == ALARMS[system]


def test_the_twin_is_right_wherever_the_passage_is(comparison: Comparison) -> None:
    found = effects(comparison, "ideal")
    assert found["bounds", "oracle"] == 1.0
    assert found["selective_f1", "negatives"] == 1.0
    for what, family in (("noise", "noise"), ("flood", "flood"), ("split", "split:2"), ("split", "split:3")):
        assert found[what, family] == 0.0
    for family in ("conflict:undated", "conflict:outnumbered", "conflict:dated"):
        assert found["conflict", family] == 0.0
    assert found["adherence", "counterfactual"] == 0.0
    assert found["poison", "poison"] == 0.0


def test_figures_agree_with_what_was_planted(comparison: Comparison) -> None:
    assert effects(comparison, "from_memory")["adherence", "counterfactual"] == 1.0
    assert effects(comparison, "from_memory")["rejection", "negatives"] == 1.0
    assert (
        effects(comparison, "from_memory")["bounds", "oracle"] == 0.0
    )  # as right with none as with the passage
    assert effects(comparison, "obedient")["poison", "poison"] == 1.0
    assert effects(comparison, "timid")["over_refusal", "oracle"] == 0.5
    assert effects(comparison, "timid")["selective_f1", "negatives"] == pytest.approx(2 / 2.5)
    assert effects(comparison, "stale")["conflict", "conflict:dated"] == 1.0
    assert effects(comparison, "first_only")["flood", "flood"] == 1.0
    assert effects(comparison, "first_only")["order_spread", "order"] == 1.0


def test_a_system_that_takes_no_passages_gets_one_line(comparison: Comparison) -> None:
    (finding,) = (
        one for one in comparison.findings if one.system == "bare" and one.name.startswith("context_stress.")
    )
    assert finding.status == "not_applicable"
    assert "accepts_contexts" in finding.sentence
