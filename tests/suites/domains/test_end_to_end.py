"""A bad domain and a bad router beside their unimpaired twin, through config, adapters, runner and report."""

from __future__ import annotations

import json

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.findings import Finding
from bakeoff.reports.terminal import TerminalOptions, TerminalReporter
from bakeoff.suites.domains.suite import PLUGIN

DOMAINS = ("billing", "returns", "shipping", "warranty")

CONFIG = """\
name: domains
dataset: {path: questions.jsonl}
documents: {path: docs.jsonl}
systems:
  sound: {adapter: python, kind: rag, target: "domain_bots:sound"}
  weak: {adapter: python, kind: rag, target: "domain_bots:weak_in_shipping"}
  lost: {adapter: python, kind: rag, target: "domain_bots:misroutes_returns"}
  silent: {adapter: python, kind: prompt, target: "domain_bots:silent"}
  extractive: {adapter: rag, kind: rag, retrieval: bm25, collections: topic, router: bm25}
suites:
  - reference: {metrics: [exact_match]}
  - domains: {names: {billing: billing-docs}}
slices: {by: domain, metrics: all}
baseline: sound
"""

# Every question names its domain and its number; the right answer is that number.
BOTS = """
def parts(question):
    domain, number = question.split()[-2:]
    return domain, number.rstrip("?")


def answer(text, domain):
    extras = {"collection": {"billing": "billing-docs"}.get(domain, domain)}
    return {"answer": text, "contexts": [f"The number of {domain} is {text}."], "extras": extras}


def sound(question):
    domain, number = parts(question)
    return answer(number, domain)


def weak_in_shipping(question):
    domain, number = parts(question)
    return answer("0" if domain == "shipping" and int(number) % 2 else number, domain)


def misroutes_returns(question):
    domain, number = parts(question)
    return answer(number, "shipping" if domain == "returns" else domain)


def silent(question):
    return parts(question)[1]
"""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("domains")
    suites = assemble.known_plugins().suites
    if PLUGIN.name not in suites.plugins:
        suites.register(PLUGIN)
    questions = [
        {
            "id": f"{domain}{i}",
            "question": f"What is the number of {domain} {i}?",
            "reference": str(i),
            "domain": domain,
        }
        for i in range(101, 125)
        for domain in DOMAINS
    ]
    documents = [
        {"id": domain, "text": f"What the number of {domain} is: {domain} has many numbers.", "topic": domain}
        for domain in DOMAINS
    ]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    (folder / "docs.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (folder / "domain_bots.py").write_text(BOTS)
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def of(comparison: Comparison, system: str, what: str) -> list[Finding]:
    return [f for f in comparison.findings if f.name == f"domains.{what}" and f.system == system]


def test_the_weak_domain_is_found_where_it_is_and_nowhere_else(comparison: Comparison) -> None:
    alarms = {(f.system, f.family, f.slice) for f in comparison.findings if f.status == "alarm"}
    assert ("weak", "reference.exact_match", "domain=shipping") in alarms
    assert {system for system, *_ in alarms} == {"weak", "lost", "extractive"}
    assert {(family, part) for system, family, part in alarms if system == "weak"} == {
        ("reference.exact_match", "domain=shipping")
    }


def test_the_twin_raises_nothing_and_is_told_so(comparison: Comparison) -> None:
    assert {f.status for f in of(comparison, "sound", "worst_domain")} == {"cannot_tell"}
    (routing,) = of(comparison, "sound", "routing")
    assert (routing.status, routing.effect, routing.n) == ("clear", 1.0, 96)


def test_a_router_that_sends_a_domain_astray_is_found(comparison: Comparison) -> None:
    (routing,) = of(comparison, "lost", "routing")
    assert (routing.status, routing.effect) == ("alarm", 0.75)
    domains = routing.detail["domains"]
    assert isinstance(domains, dict)
    assert domains["returns"] == {"accuracy": 0.0, "n": 24}
    assert domains["billing"] == {"accuracy": 1.0, "n": 24}
    worst = [f for f in of(comparison, "lost", "worst_domain") if f.status == "alarm"]
    assert [(f.family, f.slice) for f in worst] == [("domains.routing_accuracy", "domain=returns")]


def test_the_shipping_rags_own_collections_are_read(comparison: Comparison) -> None:
    """Its corpus has a collection `billing`, which the config says is named otherwise."""
    (routing,) = of(comparison, "extractive", "routing")
    domains = routing.detail["domains"]
    assert isinstance(domains, dict)
    assert {name: part["accuracy"] for name, part in domains.items() if isinstance(part, dict)} == {
        "billing": 0.0,
        "returns": 1.0,
        "shipping": 1.0,
        "warranty": 1.0,
    }


def test_a_system_that_names_no_collection_is_not_applicable(comparison: Comparison) -> None:
    (routing,) = of(comparison, "silent", "routing")
    assert routing.status == "not_applicable"
    row = next(row for row in comparison.metrics if row.metric == "routing_accuracy" and row.slice is None)
    assert row.cells["silent"].n == 0


def test_slices_of_all_metrics_show_the_weak_domain_below_the_table(comparison: Comparison) -> None:
    sliced = {
        (row.metric, row.slice): difference.verdict
        for row in comparison.metrics
        if row.slice is not None
        for difference in row.differences
        if difference.system == "weak"
    }
    assert sliced["exact_match", "domain=shipping"] == "worse"
    assert {part for metric, part in sliced if metric == "exact_match"} == {f"domain={d}" for d in DOMAINS}
    drawn = TerminalReporter(TerminalOptions()).render(comparison).decode()
    assert drawn.index("failure_rate") < drawn.index("Slices")
    assert "domain=shipping" in drawn[drawn.index("Slices") :]
