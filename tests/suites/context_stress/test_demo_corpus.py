"""The demo's two corpora, with the encoder that ships: what each probe keeps, and the superseded pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bakeoff.adapters.encoders.embedded import EmbeddedEncoder
from bakeoff.evals.config_model import DatasetConfig
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.documents import load_documents
from bakeoff.evals.protocols import Materials
from bakeoff.evals.records import Sample
from bakeoff.suites.context_stress.making import Made, make
from bakeoff.suites.context_stress.note import PROBES, stress_of
from bakeoff.suites.context_stress.options import Options
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.key_values import missing, wanted

SUPPORT = Path(__file__).parents[3] / "examples" / "support"

SUPERSEDED = {
    "troubleshooting-ostrel-reset": "troubleshooting-ostrel-reset-firmware-3",
    "warranty-hubs": "warranty-hubs-2023",
}

Stressed = tuple[list[Sample], Made]


def stressed(questions: str, documents: str, **options: object) -> Stressed:
    materials = Materials(
        samples=read_samples(DatasetConfig(path=questions), SUPPORT),
        documents=load_documents(SUPPORT / documents, "as_of"),
        encoder=EmbeddedEncoder(),
    )
    return make(materials, Options.model_validate(options), 0)


@pytest.fixture(scope="module")
def pages() -> Stressed:
    return stressed("questions.jsonl", "docs", through=("contexts", "documents"))


@pytest.fixture(scope="module")
def shop() -> Stressed:
    return stressed("shop_questions.jsonl", "products")


def test_what_the_support_pages_keep(pages: Stressed) -> None:
    kept = pages[1].kept
    for kind in ("oracle", "closed_book", "noise:0.8", "negatives", "flood", "order:p3", "poison"):
        assert kept[kind] == 108, kind  # every answerable question
    assert kept["split:2"] >= 50
    assert kept["split:3"] >= 30
    for kind in ("conflict:undated", "conflict:outnumbered", "conflict:dated", "counterfactual"):
        assert kept[kind] >= 80, kind
    assert kept["negatives@documents"] >= 40
    assert kept["counterfactual@documents"] >= 60


@pytest.mark.slow
def test_what_the_shop_keeps(shop: Stressed) -> None:
    kept = shop[1].kept
    for kind in ("closed_book", "noise:0.4", "negatives", "flood", "order:middle", "poison"):
        assert kept[kind] == 150, kind
    assert kept["conflict:dated"] == kept["counterfactual"] == 150
    assert kept["split:2"] >= 120
    assert kept["split:3"] >= 80


@pytest.mark.parametrize("old", sorted(SUPERSEDED.values()))
def test_a_superseded_page_is_no_negative_for_what_it_answers_differently(pages: Stressed, old: str) -> None:
    samples, _ = pages
    current = next(new for new, superseded in SUPERSEDED.items() if superseded == old)
    given = {s.origin: s for s in samples if s.variant == "oracle"}
    about = {key for key, s in given.items() if current in s.reference_context_ids}
    assert len(about) >= 2
    elsewhere = 0
    for sample in samples:
        note = stress_of(sample)
        assert note is not None
        members = {part.id for part in note.parts} or {sample.origin or ""}
        sources = {context.source for context in sample.overrides.contexts or ()}
        assert not (members & about and old in sources), sample.id
        elsewhere += old in sources
        if sample.variant == "negatives@documents" and members & about and sample.overrides.documents:
            assert old not in {one.id for one in sample.overrides.documents.documents}
    assert elsewhere  # it is a negative for other questions, so that the check can fail


@pytest.mark.parametrize("corpus", ["pages", pytest.param("shop", marks=pytest.mark.slow)])
def test_no_passage_beside_the_gold_holds_the_answer(corpus: str, request: pytest.FixtureRequest) -> None:
    samples, _ = request.getfixturevalue(corpus)
    gold = {s.origin: s for s in samples if s.variant == "oracle"}
    checked = 0
    for sample in samples:
        if (sample.variant or "").startswith("negatives") and sample.overrides.contexts:
            origin = gold[sample.origin]
            for context in sample.overrides.contexts:
                assert context.source not in origin.reference_context_ids
                for answer in acceptable_answers(origin):
                    assert missing(wanted(answer, origin.question).values, context.text)
                checked += 1
    assert checked >= 500


def test_every_probe_takes_something(pages: Stressed) -> None:
    samples, _ = pages
    assert {note.probe for note in map(stress_of, samples) if note} == set(PROBES)
    assert len({sample.id for sample in samples}) == len(samples)
