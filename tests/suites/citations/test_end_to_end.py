"""Systems of known faults through the shipping path: config, adapters, runner, offline judge, findings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.findings import Finding
from bakeoff.suites.citations.suite import PLUGIN

ITEMS = 30

CONFIG = """\
name: citing
dataset: {path: questions.jsonl}
judge: {kind: offline}
systems:
  sound:    {adapter: python, kind: rag, target: "citing_bots:sound", capabilities: [retrieves]}
  twin:     {adapter: python, kind: rag, target: "citing_bots:by_id", capabilities: [retrieves, cites]}
  shifted:  {adapter: python, kind: rag, target: "citing_bots:shifted", capabilities: [retrieves]}
  dangling: {adapter: python, kind: rag, target: "citing_bots:dangling", capabilities: [retrieves]}
  padded:   {adapter: python, kind: rag, target: "citing_bots:padded", capabilities: [retrieves]}
  sparse:   {adapter: python, kind: rag, target: "citing_bots:sparse", capabilities: [retrieves]}
  tuned:    {adapter: python, kind: fine_tuned, target: "citing_bots:tuned"}
  parrot:   {adapter: python, kind: fine_tuned, target: "citing_bots:parrot"}
suites: [citations]
"""

BOTS = """
import re

COLOURS = ["red", "green", "blue", "white", "brown"]


def facts(question):
    n = int(re.search(r"\\d+", question)[0])
    return [
        f"The Arvend{n} weighs {n} kilograms.",
        f"Its case is painted {COLOURS[n % 5]} at the factory.",
        f"A warranty of {n + 100} months covers the motor.",
    ]


def response(question, text, **more):
    contexts = [{"id": f"arvend#{i}", "text": fact} for i, fact in enumerate(facts(question), 1)]
    return {"answer": text, "contexts": contexts, **more}


def said(question, markers):
    return " ".join(f"{fact[:-1]} {marker}." for fact, marker in zip(facts(question), markers))


def sound(question):
    return response(question, said(question, ["[1]", "[2]", "[3]"]))


def by_id(question):
    text = said(question, ["[arvend#1]", "[arvend#2]", "[arvend#3]"])
    spans = [{"source": m[1], "start": m.start(), "end": m.end()} for m in re.finditer(r"\\[(.*?)\\]", text)]
    return response(question, text, citations=spans)


def shifted(question):
    return response(question, said(question, ["[2]", "[3]", "[1]"]))


def dangling(question):
    return response(question, said(question, ["[1]", "[2]", "[7]"]))


def padded(question):
    return response(question, said(question, ["[1][2][3]"] * 3))


def sparse(question):
    return response(question, said(question, ["[1]", "", ""]))


def tuned(question):
    return " ".join(facts(question))


def parrot(question):
    return said(question, ["[1]", "[2]", "[3]"])
"""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder: Path = tmp_path_factory.mktemp("citing")
    suites = assemble.known_plugins().suites
    if "citations" not in suites.plugins:
        suites.register(PLUGIN)
    rows = [{"id": f"q{i}", "question": f"What of the Arvend{i}?"} for i in range(1, ITEMS + 1)]
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "citing_bots.py").write_text(BOTS)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def finding(comparison: Comparison, name: str, system: str) -> Finding:
    (found,) = (one for one in comparison.findings if (one.name, one.system) == (f"citations.{name}", system))
    return found


def mean(comparison: Comparison, output: str, system: str) -> float | None:
    return next(row for row in comparison.metrics if row.metric == output).cells[system].mean


def test_each_defect_is_found_by_its_own_finding_and_by_no_other(comparison: Comparison) -> None:
    alarms = {(one.system, one.name) for one in comparison.findings if one.status == "alarm"}
    assert alarms == {
        ("shifted", "citations.unsupported"),
        ("dangling", "citations.dangling"),
        ("parrot", "citations.dangling"),
    }


@pytest.mark.parametrize("system", ["sound", "twin"])
def test_sound_systems_are_clear_whatever_way_they_cite(comparison: Comparison, system: str) -> None:
    for name in ("unsupported", "dangling"):
        assert (finding(comparison, name, system).status, finding(comparison, name, system).effect) == (
            "clear",
            0,
        )
    for output in ("citation_recall", "citation_precision"):
        assert mean(comparison, output, system) == 1


def test_figures_of_the_others(comparison: Comparison) -> None:
    assert mean(comparison, "citation_recall", "shifted") == 0
    assert mean(comparison, "citation_recall", "dangling") == pytest.approx(2 / 3)
    assert mean(comparison, "citation_precision", "dangling") == 1
    assert mean(comparison, "dangling_citations", "dangling") == pytest.approx(1 / 3)
    assert mean(comparison, "citation_recall", "padded") == 1
    assert mean(comparison, "citation_precision", "padded") == pytest.approx(1 / 3)
    assert mean(comparison, "uncited_sentences", "sparse") == pytest.approx(2 / 3)
    assert mean(comparison, "citation_precision", "sparse") == 1
    assert mean(comparison, "dangling_citations", "parrot") == 1


def test_the_tuned_model_cannot_cite_which_is_no_error(comparison: Comparison) -> None:
    (found,) = (one for one in comparison.findings if one.system == "tuned")
    assert (found.name, found.status, found.n) == ("citations.cannot_cite", "found", ITEMS)
    assert "from its weights" in found.sentence
