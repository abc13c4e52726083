"""The support pages under every probe: what the findings say is what is known of the corpus.

Known: two pages supersede older ones that are still there; a reader of single sentences cannot combine facts,
has no memory, and takes no orders; every question has its domain and its gold passage.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import bakeoff
from bakeoff.evals.findings import Finding

pytestmark = pytest.mark.slow

SUPPORT = Path(str(bakeoff.__file__)).parent / "examples" / "support"
NEWEST = {
    "adapter": "rag",
    "kind": "rag",
    "retrieval": "hybrid",
    "top_k": 3,
    "chunk_words": 60,
    "chunk_overlap": 15,
    "prefer_newest": True,
}
ROUTED = {**NEWEST, "prefer_newest": False, "collections": "domain", "router": "bm25"}

Find = Callable[..., Finding]


@pytest.fixture(scope="module")
def find(tmp_path_factory: pytest.TempPathFactory) -> Find:
    """The one finding of that name, system and family."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(SUPPORT / "docs", folder / "docs")
    shutil.copy(SUPPORT / "questions.jsonl", folder)
    config = yaml.safe_load((SUPPORT / "pages.yaml").read_text(encoding="utf-8"))
    config["systems"] |= {"newest": NEWEST, "routed": ROUTED}
    # ragas' and the reference's metrics are shown elsewhere
    config["suites"] = [suite for suite in config["suites"] if suite not in ("ragas", "reference")]
    del config["slices"]
    path = folder / "pages.yaml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    found = bakeoff.run(path).findings

    def one(name: str, system: str, family: str | None = None) -> Finding:
        fitting = [
            finding
            for finding in found
            if (finding.name, finding.system) == (name, system) and family in (None, finding.family)
        ]
        assert len(fitting) == 1, [finding.sentence for finding in fitting]
        return fitting[0]

    return one


def test_searching_by_words_alone_misses_pages(find: Find) -> None:
    assert find("retrieval.missed", "keywords").status == "alarm"
    assert find("retrieval.missed", "hybrid").status == "clear"


def test_without_a_passage_nothing_is_known(find: Find) -> None:
    bounds = find("context_stress.bounds", "hybrid")
    assert "0.0 % with none" in bounds.sentence
    assert bounds.effect is not None
    assert bounds.effect > 0.5
    assert find("context_stress.adherence", "hybrid").status == "clear"
    assert "0.0 %" in find("knowledge_origin.shares", "hybrid").sentence.split("is right and in none")[0]


def test_one_sentence_holds_no_two_facts(find: Find) -> None:
    for size in ("split:2", "split:3"):
        finding = find("context_stress.split", "hybrid", size)
        assert finding.status == "alarm"
        assert "in 0.0 % when" in finding.sentence


def test_no_order_is_obeyed_and_no_order_of_passages_matters(find: Find) -> None:
    assert find("context_stress.poison", "hybrid").effect == 0.0
    assert find("context_stress.order_flips", "hybrid").status == "clear"
    assert find("context_stress.noise", "hybrid").status == "clear"


def test_only_the_reader_that_looks_at_dates_follows_the_newer_version(find: Find) -> None:
    dated = {
        system: find("context_stress.conflict", system, "conflict:dated") for system in ("hybrid", "newest")
    }
    assert dated["hybrid"].status == "alarm"
    effects = [dated[system].effect or 0.0 for system in ("hybrid", "newest")]
    assert effects[1] < effects[0] / 2


def test_superseded_pages_are_quoted_unless_dates_are_looked_at(find: Find) -> None:
    assert (find("freshness.stale", "hybrid").effect or 0.0) >= 0.4
    assert find("freshness.stale", "newest").effect == 0.0
    assert find("freshness.update_lag", "newest").effect is not None


def test_quoted_sentences_are_supported_by_what_they_cite(find: Find) -> None:
    assert find("citations.recall", "hybrid").effect == 1.0
    assert find("citations.precision", "hybrid").effect == 1.0
    assert find("citations.dangling", "hybrid").status == "clear"


def test_products_that_do_not_exist_get_their_neighbours_values(find: Find) -> None:
    assert (find("near_miss.made_up", "hybrid", "all").low or 0.0) > 0.3


def test_routing_by_words_is_measured_against_the_known_domains(find: Find) -> None:
    routing = find("domains.routing", "routed")
    assert routing.status == "alarm"
    assert 0.6 < (routing.effect or 0.0) < 0.85
    assert find("domains.routing", "hybrid").status == "not_applicable"
