"""Samples that carry a corpus: kept once, and the same when they come back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from toys.plan import ToySystem, plan, questions, store_in, text

from bakeoff.evals.records import Capability, Document, DocumentState, Overrides, Sample
from bakeoff.evals.runner import run
from bakeoff.evals.store import schema

CORPUS = DocumentState(documents=(Document(id="d", text="one" * 1000, as_of=date(2025, 1, 2)),))
OTHER = DocumentState(documents=(Document(id="d", text="two"),))


def variants(n: int, state: DocumentState) -> list[Sample]:
    return [
        Sample(
            id=f"{i}-{state.fingerprint[:4]}",
            question='what is "documents": null here?',
            overrides=Overrides(documents=state, seed=i),
            requires=frozenset({Capability.ACCEPTS_DOCUMENTS}),
        )
        for i in range(n)
    ]


def test_a_corpus_is_kept_once_and_comes_back_whole(tmp_path: Path) -> None:
    given = [*variants(5, CORPUS), *variants(2, OTHER), *questions(2)]
    store = store_in(tmp_path)
    outcome = run(plan([ToySystem("deaf", text(str))], given), store)
    back = [sample for batch in store.sample_batches(outcome.run.id) for sample, _ in batch]
    assert back == given
    assert back[0].overrides.documents is back[4].overrides.documents
    with store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.document_states)).scalar() == 2
        payloads = connection.execute(select(schema.samples.c.payload)).scalars().all()
    assert not [payload for payload in payloads if "oneone" in payload]


def test_samples_differ_by_their_corpus() -> None:
    first, second = variants(1, CORPUS)[0], variants(1, OTHER)[0]
    assert first.evidence_fingerprint != second.evidence_fingerprint
    assert first.compact()["overrides"]["documents"] == CORPUS.fingerprint
    assert questions(1)[0].compact()["overrides"]["documents"] is None


def test_compact_leaves_out_what_is_named() -> None:
    assert set(questions(1)[0].compact(exclude={"id", "tags"})) == set(Sample.model_fields) - {"id", "tags"}
