"""The reference RAG keeps to the protocol and to its own claims."""

from __future__ import annotations

from rag_world.world import rag

from bakeoff.evals.conformance import check_system
from bakeoff.evals.records import Request


def test_it_passes_the_conformance_kit() -> None:
    requests = [Request(question=q) for q in ("How long does the lamp burn?", "How is the rug washed?")]
    check_system(rag, requests=requests, different=[lambda: rag(top_k=1), lambda: rag(retrieval="bm25")])
