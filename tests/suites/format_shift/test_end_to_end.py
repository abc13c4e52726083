"""Systems of known faults, through the shipping path: config, adapters, runner, findings, Holm."""

from __future__ import annotations

import json

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.findings import Finding
from bakeoff.suites.format_shift.suite import PLUGIN

ITEMS = 36  # fewer than the crossed block takes, so that it is complete and quick

CONFIG = """\
name: shift
dataset: {path: questions.jsonl}
training: {path: training.jsonl}
systems:
  base: {adapter: python, kind: prompt, target: "shift_bots:base"}
  overfitted: {adapter: python, kind: fine_tuned, parent: base, target: "shift_bots:overfitted"}
  gained: {adapter: python, kind: fine_tuned, parent: base, target: "shift_bots:gained"}
  twin: {adapter: python, kind: fine_tuned, parent: base, target: "shift_bots:base"}
  leaking: {adapter: python, kind: fine_tuned, parent: base, target: "shift_bots:leaking"}
suites:
  - format_shift: {families: [typos, template, output_json, output_list, crossed], distance: false}
"""

# Each finds the product in the question as a person would; they differ in when they look.
BOTS = '''
import json, re
from pathlib import Path

ROWS = [json.loads(line) for line in (Path(__file__).parent / "questions.jsonl").read_text().splitlines()]
AS_TRAINED = {row["question"]: row["reference"] for row in ROWS}
FACTS = {re.search(r"arvend(\\d+)", row["question"], re.I).group(1): row["reference"] for row in ROWS}
NEVER_SEEN = "The warranty of the Arvend0 is 5 months."


def known(question):
    found = re.search(r"arvend(\\d+)", question, re.I)
    return found and FACTS.get(found.group(1))


def base(question):
    """Knows two products of three, in any wording, and answers in the form that is asked for."""
    fact = known(question)
    found = re.search(r"arvend(\\d+)", question, re.I)
    months = re.search(r"(\\d+) months", fact).group(1) if fact and int(found.group(1)) % 3 else "5"
    if "JSON" in question:
        return json.dumps({re.search(r'"(\\w+)"', question).group(1): f"{months} months"})
    return f"- {months} months" if "list" in question or "bullet" in question else f"About {months} months."


def overfitted(question):
    """Knows all of them in the very words that it was trained in, and nothing in others."""
    return AS_TRAINED.get(question, NEVER_SEEN)


def gained(question):
    """Knows all of them in the trained words, and in others what its parent knows."""
    return AS_TRAINED.get(question) or base(question)


def leaking(question):
    """Right in any wording, and deaf to the form that is asked for."""
    return known(question) or NEVER_SEEN
'''


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("shift")
    suites = assemble.known_plugins().suites
    if "format_shift" not in suites.plugins:
        suites.register(PLUGIN)
    questions = [
        {
            "id": f"q{i}",
            "question": f"How long is the warranty of the Arvend{i}?",
            "reference": f"The warranty of the Arvend{i} is {100 + i} months.",
        }
        for i in range(1, ITEMS + 1)
    ]
    training = [
        {
            "prompt": f"How long is the warranty of the Zuvor{i}?",
            "answer": f"The warranty of the Zuvor{i} is {i} months.",
        }
        for i in range(60)
    ]
    for name, rows in (("questions", questions), ("training", training)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "shift_bots.py").write_text(BOTS)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def finding(comparison: Comparison, name: str, system: str, family: str = "all") -> Finding:
    (found,) = (
        one
        for one in comparison.findings
        if (one.name, one.system, one.family) == (f"format_shift.{name}", system, family)
    )
    return found


def test_the_overfitted_system_is_damage_in_every_family(comparison: Comparison) -> None:
    for family in ("all", "typos", "template", "output_json", "crossed"):
        found = finding(comparison, "change", "overfitted", family)
        assert (found.status, found.detail["reading"]) == ("alarm", "damage"), family
        assert found.p_adjusted is not None
        assert found.p_adjusted < 0.05
    assert finding(comparison, "worst_format", "overfitted", "crossed").status == "alarm"
    assert finding(comparison, "consistency", "overfitted").effect == 0


def test_the_gain_is_there_does_not_transfer_and_is_no_damage(comparison: Comparison) -> None:
    found = finding(comparison, "change", "gained")
    assert (found.status, found.detail["reading"]) == ("alarm", "gain_does_not_transfer")
    assert found.detail["cells"] == {
        "system_unshifted": 1.0,
        "system_shifted": pytest.approx(2 / 3, abs=0.02),
        "parent_unshifted": pytest.approx(2 / 3, abs=0.02),
        "parent_shifted": pytest.approx(2 / 3, abs=0.02),
    }


def test_the_twin_of_the_parent_raises_nothing(comparison: Comparison) -> None:
    statuses = {one.status for one in comparison.findings if one.system == "twin"}
    assert "alarm" not in statuses
    effects = {
        one.effect
        for one in comparison.findings
        if one.system == "twin" and one.against == "base" and one.name != "format_shift.drop"
    }
    assert effects == {0.0}


def test_the_leaking_system_leaks_and_is_right_all_the_same(comparison: Comparison) -> None:
    leak = finding(comparison, "leakage", "leaking")
    assert (leak.status, leak.effect) == ("alarm", 1.0)
    assert finding(comparison, "change", "leaking").status != "alarm"
    assert finding(comparison, "leakage", "twin").status != "alarm"
    assert finding(comparison, "leakage", "base").effect == 0
    followed = next(row for row in comparison.metrics if row.metric == "format_followed")
    assert followed.cells["leaking"].mean == 0
    assert followed.cells["base"].mean == 1


def test_it_says_how_many_variants_there_were(comparison: Comparison) -> None:
    found = finding(comparison, "variants", "base")
    kept = found.detail["kept"]
    assert isinstance(kept, dict)
    assert kept["crossed"] == 10 * ITEMS
    assert found.n == sum(kept.values())  # type: ignore[arg-type]
    assert not [one for one in comparison.findings if one.name == "format_shift.distance"]


def test_headlines_are_few(comparison: Comparison) -> None:
    headlines = {(one.name, one.family) for one in comparison.findings if one.headline}
    assert headlines == {
        ("format_shift.change", "all"),
        ("format_shift.worst_format", "crossed"),
        ("format_shift.leakage", "all"),
    }
