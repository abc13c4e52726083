from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from rag_world.cross_encoder import write_cross_encoder
from rag_world.world import ask, built, rag, shown, wired

from bakeoff.adapters.rag.rerank import Reranker, RerankOptions
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Context

QUESTION = "why is the printer red"
PASSAGES = [
    Context(text="the cat slept on the mat", id="cat", metadata={"title": "dog"}),
    Context(text="the printer needs a new ink cartridge every month", id="ink"),
    Context(text="it rains in Paris today", id="rain"),
    Context(text="a red cartridge is not blue", id="red"),
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cross_encoder(tmp_path_factory.mktemp("cross"))


def reranker(model: Path, **options: Any) -> Reranker:
    return Reranker(RerankOptions(model=str(model), **options), Path(), "systems.rag.rerank")


def by_hand(model: Path, pairs: list[tuple[str, str]]) -> list[float]:
    """The same model without sentence-transformers: the sigmoid of its one logit, pair by pair."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForSequenceClassification.from_pretrained(model).eval()
    with torch.no_grad():
        logits = [float(network(**tokenizer(*pair, return_tensors="pt")).logits[0, 0]) for pair in pairs]
    return [1 / (1 + math.exp(-logit)) for logit in logits]


def test_the_best_by_the_cross_encoder_come_first(model: Path) -> None:
    shown_texts = [f"dog. {PASSAGES[0].text}", *(passage.text for passage in PASSAGES[1:])]
    scores = by_hand(model, [(QUESTION, text) for text in shown_texts])
    assert len({round(score, 4) for score in scores}) == 4
    wanted = sorted(zip(scores, PASSAGES, strict=True), key=lambda pair: -pair[0])
    found = reranker(model)(QUESTION, PASSAGES, 3)
    assert [context.id for context in found] == [context.id for _, context in wanted[:3]]
    assert [context.score for context in found] == pytest.approx([score for score, _ in wanted[:3]], abs=1e-4)


def test_of_equal_passages_the_earlier_comes_first(model: Path) -> None:
    twins = [PASSAGES[1].model_copy(update={"id": name}) for name in "abc"]
    assert [context.id for context in reranker(model)(QUESTION, twins, 2)] == ["a", "b"]
    assert reranker(model)(QUESTION, [], 2) == ()


def test_it_chooses_among_the_candidates_of_the_retrieval(model: Path) -> None:
    question = "How long does the lamp burn?"
    options: dict[str, Any] = {"chunk_words": 8, "chunk_overlap": 0, "top_k": 2}
    plain = rag(**options)
    system = rag(**options, rerank={"model": str(model), "candidates": 5})
    response = ask(system, question)
    candidates = plain.index.search(question, 5).contexts
    wanted = reranker(model)(question, candidates, 2)
    assert response.contexts == wanted
    assert shown(response) != shown(ask(plain, question))
    timing = response.timing
    assert 0 < (timing.retrieval_s or 0) < (timing.total_s or 0)


def test_preparing_loads_the_model(model: Path) -> None:
    import asyncio

    system = built(wired(), rerank={"model": str(model)})
    assert system.reranker is not None
    assert system.reranker._loaded is None
    asyncio.run(system.prepare())
    assert system.reranker._loaded is not None


def test_a_model_is_loaded_once_for_all(model: Path) -> None:
    five, ten = reranker(model, candidates=5), reranker(model, candidates=10)
    assert five.load() is ten.load()


def test_it_is_part_of_the_fingerprint_by_content(model: Path, tmp_path: Path) -> None:
    other = write_cross_encoder(tmp_path / "other", seed=6)
    same = write_cross_encoder(tmp_path / "same")
    prints = {
        name: built(wired(), rerank=options).fingerprint
        for name, options in {
            "off": None,
            "on": {"model": str(model)},
            "same": {"model": str(same)},
            "other": {"model": str(other)},
            "fewer": {"model": str(model), "candidates": 10},
        }.items()
    }
    assert prints["on"] == prints["same"]
    assert len(set(prints.values())) == 4
    assert prints["off"] == built(wired()).fingerprint


def test_a_path_is_relative_to_the_config(model: Path) -> None:
    system = built(wired(folder=model.parent), rerank={"model": model.name})
    assert system.fingerprint == built(wired(), rerank={"model": str(model)}).fingerprint


def test_a_model_that_does_not_rank_is_told(tmp_path: Path) -> None:
    two = write_cross_encoder(tmp_path / "two", labels=2)
    with pytest.raises(InputError, match=r"^systems\.rag\.rerank\.model: .* gives 2 scores for a pair"):
        reranker(two).load()
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"^systems\.rag\.rerank\.model: the model .* does not load"):
        reranker(tmp_path / "empty").load()
