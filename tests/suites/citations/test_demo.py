"""The extractive RAG of the support pages: it quotes what it cites, until its citations are shifted."""

from __future__ import annotations

import asyncio
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import bakeoff
from bakeoff import assemble
from bakeoff.evals.comparison import Comparison
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Context, Response, Sample
from bakeoff.suites.citations.suite import PLUGIN

pytestmark = pytest.mark.slow  # it indexes the corpus

PAGES = Path(str(files("bakeoff.examples"))) / "support" / "pages.yaml"

CONFIG = """\
name: pages
dataset: {path: questions.jsonl}
judge: {kind: offline}
systems:
  quoted:  {adapter: recorded, kind: rag, path: quoted.jsonl}
  marked:  {adapter: recorded, kind: rag, path: marked.jsonl}
  shifted: {adapter: recorded, kind: rag, path: shifted.jsonl}
suites: [citations]
"""


def row(sample: Sample, response: Response, **changes: Any) -> dict[str, Any]:
    """A recorded answer, as a user would log it."""
    kept = response.model_dump(mode="json", include={"contexts", "citations", "abstained"})
    return {"question": sample.question, "answer": response.text, **kept, **changes}


def place(response: Response, passages: tuple[Context, ...]) -> int:
    """Which passage the answer, one sentence, is from."""
    (citation,) = response.citations
    return next(
        i
        for i, one in enumerate(passages)
        if one.source == citation.source and (response.text or "") in one.text
    )


def marked(sample: Sample, response: Response, shift: int) -> dict[str, Any]:
    """The same answer with a marker in place of the structured citation, `shift` passages further."""
    if response.abstained:
        return row(sample, response)
    passages = response.contexts or ()
    number = (place(response, passages) + shift) % len(passages) + 1
    return row(sample, response, answer=f"{response.text} [{number}]", citations=[])


async def asked(system: System, samples: list[Sample]) -> list[Response]:
    return [await system.answer(sample.request()) for sample in samples]


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    folder = tmp_path_factory.mktemp("pages")
    suites = assemble.known_plugins().suites
    if "citations" not in suites.plugins:
        suites.register(PLUGIN)
    plan = assemble.assemble(assemble.read_config(PAGES))
    samples = list(plan.samples())[::4]
    (hybrid,) = (system for system in plan.systems if system.name == "hybrid")
    responses = asyncio.run(asked(hybrid, samples))
    pairs = list(zip(samples, responses, strict=True))
    logs = {
        "questions": [{"id": sample.id, "question": sample.question} for sample in samples],
        "quoted": [row(*pair) for pair in pairs],
        "marked": [marked(*pair, shift=0) for pair in pairs],
        "shifted": [marked(*pair, shift=1) for pair in pairs],
    }
    for name, rows in logs.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    (folder / "bakeoff.yaml").write_text(CONFIG)
    return bakeoff.run(folder / "bakeoff.yaml")


def mean(comparison: Comparison, output: str, system: str) -> float:
    found = next(one for one in comparison.metrics if one.metric == output).cells[system]
    assert found.mean is not None
    assert found.n >= 20
    return found.mean


@pytest.mark.parametrize("system", ["quoted", "marked"])
def test_what_is_quoted_supports_itself(comparison: Comparison, system: str) -> None:
    assert mean(comparison, "citation_recall", system) == 1
    assert mean(comparison, "citation_precision", system) == 1
    assert mean(comparison, "uncited_sentences", system) == 0
    statuses = {one.name: one.status for one in comparison.findings if one.system == system}
    assert "alarm" not in statuses.values()


def test_citations_shifted_by_one_passage_alarm(comparison: Comparison) -> None:
    assert mean(comparison, "citation_recall", "shifted") < 0.3
    alarms = {(one.system, one.name) for one in comparison.findings if one.status == "alarm"}
    assert alarms == {("shifted", "citations.unsupported")}
    assert mean(comparison, "dangling_citations", "shifted") == 0


def test_answers_that_decline_have_no_value(comparison: Comparison) -> None:
    cell = next(one for one in comparison.metrics if one.metric == "citation_recall").cells["quoted"]
    assert cell.statuses["abstained"] == 30 - cell.n > 0
