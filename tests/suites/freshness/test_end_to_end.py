"""Systems of known faults, through the shipping path: config, adapters, runner, findings, Holm."""

from __future__ import annotations

import json

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.findings import Finding
from bakeoff.suites.freshness.suite import PLUGIN

ITEMS = 40
PLAIN = 20

CONFIG = """\
name: fresh
dataset: {path: questions.jsonl}
documents: {path: documents.jsonl}
systems:
  reader:
    adapter: python
    kind: rag
    target: "fresh_bots:Reader"
    arguments: {}
    capabilities: [accepts_documents, retrieves]
  cached:
    adapter: python
    kind: rag
    target: "fresh_bots:Cached"
    arguments: {}
    capabilities: [accepts_documents, retrieves]
  tuned: {adapter: python, kind: fine_tuned, target: "fresh_bots:tuned"}
  modest: {adapter: python, kind: prompt, target: "fresh_bots:modest"}
suites:
  - freshness: {retraining: {tuned: 6 hours}}
"""

BOTS = '''
import json, re
from pathlib import Path

HERE = Path(__file__).parent
TODAY = [json.loads(line) for line in (HERE / "documents.jsonl").read_text().splitlines()]
ROWS = [json.loads(line) for line in (HERE / "questions.jsonl").read_text().splitlines()]
TRAINED = {row["question"]: row.get("extras", {}).get("old", row["reference"]) for row in ROWS}


class Reader:
    """Finds the product's document among those that it has now."""

    def __init__(self):
        self.documents = TODAY

    def set_documents(self, documents):
        self.documents = documents

    def answer(self, question):
        name = re.search(r"Arvend\\d+", question).group()
        found = [one["text"] for one in self.documents if name + " " in one["text"]]
        return {"answer": found[0], "contexts": found}


class Cached(Reader):
    """Takes documents once, and never again."""

    def set_documents(self, documents):
        if self.documents is TODAY:
            self.documents = documents


def tuned(question):
    """Knows by heart what was true when it was trained."""
    return TRAINED[question]


def modest(question):
    return "I do not know."
'''


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("fresh")
    suites = assemble.known_plugins().suites
    if "freshness" not in suites.plugins:
        suites.register(PLUGIN)
    facts = [(i, f"The Arvend{i} weighs {300 + i} grams.") for i in range(ITEMS + PLAIN)]
    questions = [
        {
            "id": f"q{i}",
            "question": f"What does the Arvend{i} weigh?",
            "reference": text,
            "reference_contexts": [text],
            "reference_context_ids": [f"d{i}"],
            "as_of": "2025-06-30" if i % 2 else "2024-06-30",
            "extras": {"old": f"{i + 1} grams", "new": f"{300 + i} grams", "changed": "2025-06-01"}
            if i < ITEMS
            else {},
        }
        for i, text in facts
    ]
    documents = [{"id": f"d{i}", "text": text} for i, text in facts]
    for name, rows in (("questions", questions), ("documents", documents)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "fresh_bots.py").write_text(BOTS)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def finding(comparison: Comparison, name: str, system: str) -> Finding:
    (found,) = (one for one in comparison.findings if (one.name, one.system) == (f"freshness.{name}", system))
    return found


def test_what_each_system_says_of_changed_facts(comparison: Comparison) -> None:
    rates = {
        system: [
            finding(comparison, name, system).effect for name in ("fresh", "stale", "unanswered", "wrong")
        ]
        for system in ("reader", "cached", "tuned", "modest")
    }
    assert rates == {
        "reader": [1.0, 0.0, 0.0, 0.0],
        "cached": [1.0, 0.0, 0.0, 0.0],
        "tuned": [0.0, 1.0, 0.0, 0.0],
        "modest": [0.0, 0.0, 1.0, 0.0],
    }


def test_stale_answers_alarm_and_nothing_else_does(comparison: Comparison) -> None:
    alarms = {(one.name, one.system) for one in comparison.findings if one.status == "alarm"}
    assert alarms == {("freshness.stale", "tuned"), ("freshness.update", "cached")}
    assert finding(comparison, "stale", "tuned").p_adjusted is not None
    assert finding(comparison, "stale", "reader").status == "clear"


def test_an_update_reaches_the_reader_and_not_the_one_with_a_cache(comparison: Comparison) -> None:
    reader, cached = finding(comparison, "update", "reader"), finding(comparison, "update", "cached")
    assert (reader.status, reader.effect, reader.n) == ("clear", 0.0, ITEMS)
    assert (reader.detail["right_before"], reader.detail["fresh_after"]) == (1.0, 1.0)
    assert (cached.effect, cached.detail["right_before"], cached.detail["fresh_after"]) == (1.0, 1.0, 0.0)
    assert "right on 100.0 % of 40 facts before the update" in cached.sentence


def test_the_lag_stands_beside_the_stated_retraining_time(comparison: Comparison) -> None:
    lag = finding(comparison, "update_lag", "reader")
    assert lag.effect is not None
    assert 0 < lag.effect < 60
    assert "retraining tuned takes 6 hours" in lag.sentence
    assert not [
        one for one in comparison.findings if (one.name, one.system) == ("freshness.update_lag", "cached")
    ]
    assert finding(comparison, "retraining", "tuned").effect == 21_600


def test_a_system_that_takes_no_documents_says_so_in_one_line(comparison: Comparison) -> None:
    for system in ("tuned", "modest"):
        found = finding(comparison, "update", system)
        assert found.status == "not_applicable"
        assert "accepts_documents" in found.sentence


def test_accuracy_by_age_shows_that_what_changed_lately_is_wrong(comparison: Comparison) -> None:
    rates = {
        (one.system, one.slice): (one.effect, one.n)
        for one in comparison.findings
        if one.name == "freshness.by_age" and one.system in ("reader", "tuned")
    }
    # today is 2025-06-30: 40 facts changed 29 days ago, 10 hold since today and 10 for 365 days
    assert rates == {
        ("reader", "age=up to 30 days"): (1.0, 50),
        ("reader", "age=91 to 365 days"): (1.0, 10),
        ("tuned", "age=up to 30 days"): (0.2, 50),
        ("tuned", "age=91 to 365 days"): (1.0, 10),
    }


def test_headlines_are_few(comparison: Comparison) -> None:
    names = {one.name for one in comparison.findings if one.headline}
    assert names == {"freshness.fresh", "freshness.stale", "freshness.update"}
