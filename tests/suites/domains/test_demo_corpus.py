"""On the demo's support pages: a corpus that lacks a domain is found out, its whole twin raises nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.suites.domains.suite import PLUGIN

pytestmark = pytest.mark.slow

SUPPORT = Path(__file__).parents[3] / "examples" / "support"

CONFIG = f"""\
name: pages
dataset: {{path: "{(SUPPORT / "questions.jsonl").as_posix()}"}}
documents: {{path: "{(SUPPORT / "docs").as_posix()}", as_of: as_of}}
systems:
  whole: {{adapter: rag, kind: rag, retrieval: bm25, top_k: 1, chunk_words: 60}}
  routed: {{adapter: rag, kind: rag, retrieval: bm25, top_k: 1, chunk_words: 60, collections: domain}}
  partial:
    adapter: rag
    kind: rag
    retrieval: bm25
    top_k: 1
    chunk_words: 60
    filter: {{metadata: {{domain: [api, security, setup, troubleshooting, warranty]}}}}
suites: [{{reference: {{metrics: [token_f1]}}}}, domains]
"""


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    suites = assemble.known_plugins().suites
    if PLUGIN.name not in suites.plugins:
        suites.register(PLUGIN)
    config = tmp_path_factory.mktemp("pages") / "bakeoff.yaml"
    config.write_text(CONFIG)
    return bakeoff.run(config)


def test_only_the_missing_domain_is_found_and_only_where_it_is_missing(comparison: Comparison) -> None:
    worst = [f for f in comparison.findings if f.name == "domains.worst_domain" and f.status == "alarm"]
    assert {(f.system, f.family, f.slice) for f in worst} == {
        ("partial", "operations.over_refusal", "domain=billing"),
        ("partial", "reference.token_f1", "domain=billing"),
    }
    assert [f.family for f in worst if f.headline] == ["reference.token_f1"]


def test_domains_of_few_documents_are_too_small_whatever_their_questions(comparison: Comparison) -> None:
    (found,) = [f for f in comparison.findings if f.system == "whole" and f.family == "reference.token_f1"]
    domains = found.detail["domains"]
    assert isinstance(domains, dict)
    small = {name for name, part in domains.items() if isinstance(part, dict) and part["too_small"]}
    assert small == {"security", "troubleshooting"}
    assert "too small to say: security, troubleshooting" in found.sentence


def test_the_router_by_words_is_measured_domain_by_domain(comparison: Comparison) -> None:
    routing = {f.system: f for f in comparison.findings if f.name == "domains.routing"}
    assert {name: f.status for name, f in routing.items()} == {
        "whole": "not_applicable",
        "routed": "alarm",
        "partial": "not_applicable",
    }
    domains = routing["routed"].detail["domains"]
    assert isinstance(domains, dict)
    accuracy = {name: part["accuracy"] for name, part in domains.items() if isinstance(part, dict)}
    assert accuracy["api"] == 0.9
    assert accuracy["setup"] == 0.55
    assert routing["routed"].n == 120
