"""The demo: six systems over the shipped models, and what they say of products that changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from bakeoff.assemble import assemble, read_config
from bakeoff.evals.records import Kind, Request, Response
from bakeoff.evals.registration import Plan
from bakeoff.suites.reference.overlap import normalised

WORLD = Path(str(files("bakeoff.examples.support")))
KINDS = {
    "prompt": (Kind.PROMPT, None),
    "rag": (Kind.RAG, "prompt"),
    "full": (Kind.FINE_TUNED, "prompt"),
    "rehearsal": (Kind.FINE_TUNED, "prompt"),
    "lora": (Kind.FINE_TUNED, "prompt"),
    "hybrid": (Kind.HYBRID, "rag"),
}


@cache
def rows(domain: str) -> list[dict[str, Any]]:
    lines = (WORLD / "shop_questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["domain"] == domain]


@pytest.fixture(scope="module")
def plan() -> Iterator[Plan]:
    made = assemble(read_config(WORLD / "bakeoff.yaml"))
    yield made

    async def close() -> None:
        for system in made.systems:
            await system.aclose()

    asyncio.run(close())


def ask(plan: Plan, name: str, asked: list[dict[str, Any]]) -> list[Response]:
    (system,) = [one for one in plan.systems if one.name == name]

    async def all_of_them() -> list[Response]:
        return await asyncio.gather(*(system.answer(Request(question=row["question"])) for row in asked))

    return asyncio.run(all_of_them())


def share(responses: list[Response], asked: list[dict[str, Any]], field: str) -> float:
    """How many answers hold the old, or the new, value."""
    hits = [
        f" {normalised(row['extras'][field])} " in f" {normalised(response.text or '')} "
        for response, row in zip(responses, asked, strict=True)
    ]
    return sum(hits) / len(hits)


def test_six_systems_with_their_parents(plan: Plan) -> None:
    assert {system.name: (system.kind, system.parent) for system in plan.systems} == KINDS
    assert plan.baseline == "prompt"
    assert plan.slices is not None
    assert plan.slices.metrics == ("exact_match",)


def test_every_answer_is_a_text_and_only_retrieving_systems_have_contexts(plan: Plan) -> None:
    asked = rows("support")[:3]
    for name, (kind, _) in KINDS.items():
        for response, row in zip(ask(plan, name, asked), asked, strict=True):
            assert response.error is None
            if kind in (Kind.RAG, Kind.HYBRID):
                assert response.contexts
                assert len(response.contexts) == 1
                assert response.timing.retrieval_s is not None
            else:
                assert response.contexts is None
            assert row["extras"]


def test_the_fine_tune_is_stale_and_the_rag_is_fresh(plan: Plan) -> None:
    """The card has the figures for all questions; the bounds are loose, this is a third of them."""
    asked = rows("updated")[:27]
    stale, fresh = ask(plan, "full", asked), ask(plan, "rag", asked)
    assert share(stale, asked, "old") >= 0.85
    assert share(stale, asked, "new") <= 0.1
    assert share(fresh, asked, "new") >= 0.6
    assert share(fresh, asked, "old") <= 0.1
