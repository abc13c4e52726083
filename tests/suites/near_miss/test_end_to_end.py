"""Systems of known faults, through the shipping path: config, adapters, runner, findings, Holm."""

from __future__ import annotations

import json

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.findings import Finding
from bakeoff.suites.near_miss.suite import PLUGIN

NAMES = (
    *("Arvend", "Kastrin", "Belmora", "Vandrel", "Ombrick", "Dorvane", "Harnolt", "Selvick", "Tarquell"),
    *("Lindrake", "Marquill", "Norvath", "Pelwarn", "Quorrin", "Sorbane", "Tembro", "Ulverne", "Vostrim"),
    *("Wexmoor", "Corvash", "Dalmeet", "Fendril", "Gelvast", "Hespern"),
)

CONFIG = """\
name: near
dataset: {path: questions.jsonl}
documents: {path: documents.jsonl}
systems:
  base: {adapter: python, kind: prompt, target: "near_bots:base"}
  twin: {adapter: python, kind: fine_tuned, parent: base, target: "near_bots:twin"}
  inventive: {adapter: python, kind: fine_tuned, parent: base, target: "near_bots:inventive"}
  lenient: {adapter: python, kind: fine_tuned, parent: base, target: "near_bots:lenient"}
suites:
  - near_miss: {size: 60}
"""

BOTS = '''
import json, re
from pathlib import Path

ROWS = [json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").read_text().splitlines()]
KNOWN = {row["question"]: row["reference"] for row in ROWS}


def base(question):
    """Knows nothing and says so."""
    return "I do not know."


def twin(question):
    """Knows what it was taught, and what it was not."""
    return KNOWN.get(question, "I do not know.")


def inventive(question):
    """Knows what it was taught, and makes up the rest."""
    return KNOWN.get(question, "It is 5000.")


def lenient(question):
    """Takes another version for the one that it knows."""
    names = [re.search("(?:the|an?) ([A-Z][a-z]+)", asked).group(1) for asked in KNOWN]
    for name, asked in zip(names, KNOWN):
        known, other = asked.split(name), question.split(name)
        if len(other) == 2 and other[0] == known[0]:
            return KNOWN[asked]
    return "I do not know."
'''


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("near")
    suites = assemble.known_plugins().suites
    if "near_miss" not in suites.plugins:
        suites.register(PLUGIN)
    attributes = ("weight", "price", "range")
    facts = [(name, attributes[i % 3], 100 + i) for i, name in enumerate(NAMES)]
    questions = [
        {
            "id": name,
            "question": f"What is the {attribute} of the {name}?",
            "reference": f"The {attribute} of the {name} is {value}.",
            "reference_contexts": [f"The {attribute} of the {name} is {value}."],
            "reference_context_ids": [name],
        }
        for name, attribute, value in facts
    ]
    documents = [{"id": row["id"], "text": row["reference"]} for row in questions]
    for name, rows in (("questions", questions), ("documents", documents)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "near_bots.py").write_text(BOTS)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def finding(comparison: Comparison, name: str, system: str, family: str = "all") -> Finding:
    (found,) = (
        one
        for one in comparison.findings
        if (one.name, one.system, one.family) == (f"near_miss.{name}", system, family)
    )
    return found


def test_the_inventive_system_makes_up_everything(comparison: Comparison) -> None:
    found = finding(comparison, "over_parent", "inventive")
    assert (found.status, found.effect, found.n, found.against) == ("alarm", 1.0, 60, "base")
    assert found.p_adjusted is not None
    assert found.p_adjusted < 0.001
    assert found.detail["known"]["abstained"] == 0  # type: ignore[index, call-overload]
    assert finding(comparison, "made_up", "inventive").detail["borrowed"] == 0.0


def test_the_lenient_one_borrows_its_neighbours_values_for_other_versions_only(
    comparison: Comparison,
) -> None:
    rates = {
        family: finding(comparison, "made_up", "lenient", family).effect
        for family in ("version", "product", "combination")
    }
    assert rates == {"version": 1.0, "product": 0.0, "combination": 0.0}
    assert finding(comparison, "made_up", "lenient", "version").detail["borrowed"] == 1.0
    beside = finding(comparison, "over_parent", "lenient")
    assert beside.status == "alarm"
    assert beside.detail["borrowed"] == {"system": pytest.approx(1 / 3), "parent": 0.0, "n": 60}
    families = beside.detail["families"]
    assert isinstance(families, dict)
    assert families["version"] == {"system": 1.0, "parent": 0.0, "n": 20}


def test_the_twin_that_says_what_it_does_not_know_raises_nothing(comparison: Comparison) -> None:
    assert {one.system for one in comparison.findings if one.status == "alarm"} == {"inventive", "lenient"}
    twin = finding(comparison, "over_parent", "twin")
    assert (twin.status, twin.effect, twin.p_adjusted) == ("cannot_tell", 0.0, 1.0)  # of 24 clusters
    known = twin.detail["known"]
    assert isinstance(known, dict)
    assert (known["abstained"], known["wrong"]) == (0, 0)
    parent = twin.detail["parent_known"]
    assert isinstance(parent, dict)
    assert (parent["right"], parent["wrong"], parent["abstained"]) == (0, 0, known["right"])


def test_it_says_once_what_was_asked(comparison: Comparison) -> None:
    (found,) = (one for one in comparison.findings if one.name == "near_miss.questions")
    assert found.n == 60
    assert found.detail["without_name"] == 0
    assert "20 version, 20 product, 20 combination" in found.sentence


def test_headlines_are_few(comparison: Comparison) -> None:
    headlines = {(one.name, one.family) for one in comparison.findings if one.headline}
    assert headlines == {("near_miss.made_up", "all"), ("near_miss.over_parent", "all")}
