"""What shows of a RAG system: its retrieval, and the traits of its reader or generator as it is used here."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from bakeoff.adapters.rag.generator import Generator
from bakeoff.adapters.rag.options import RagOptions
from bakeoff.adapters.rag.reader import Reader
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.traits import Traits, mark, seen_traits


def traits(
    options: RagOptions, led_to: Mapping[str, str | None], encoder: Encoder, answerer: Reader | Generator
) -> dict[str, JsonValue]:
    """The traits of a RAG system; `led_to` has fingerprints of documents, store and re-ranker."""
    retrieval: dict[str, JsonValue] = {
        "method": options.retrieval,
        "chunks": f"{options.chunk_by}, {options.chunk_words} with overlap {options.chunk_overlap}",
    }
    if options.retrieval != "bm25" or options.collections is not None:
        retrieval["encoder"] = f"{encoder.name} {encoder.fingerprint[:6]}"
    if options.filter is not None:
        retrieval["filter"] = mark(options.filter.model_dump(mode="json"))
    if options.collections is not None:
        retrieval["collections"] = f"{options.collections} by {options.routes_by}"
    for part in ("store", "rerank"):
        if found := led_to.get(part):
            retrieval[part] = found[:12]
    own = _generator(answerer) if isinstance(answerer, Generator) else _reader(options, encoder)
    budget = own.pop("context_budget", None)
    return {
        **own,
        "retrieval": retrieval,
        "documents": (led_to.get("documents") or "")[:12],
        "context_budget": {**(budget if isinstance(budget, dict) else {}), "top_k": options.top_k},
    }


def _reader(options: RagOptions, encoder: Encoder) -> dict[str, JsonValue]:
    """No language model, so no prompt, and nothing is decoded."""
    reader: dict[str, JsonValue] = {
        name: getattr(options, name) for name in ("sentences", "abstain_below", "prefer_newest")
    }
    return {"model": f"extractive reader on {encoder.name}", "reader": reader, "decoding": None}


def _generator(generator: Generator) -> dict[str, JsonValue]:
    """The generator's own traits; its template is around ours, so the two make one."""
    own: Traits = seen_traits(generator.system)
    found = {name: value for name, value in own.items() if name not in ("template", "request_template")}
    for name in ("template", "request_template"):
        if name in own:
            found[name] = {"hash": mark([own[name], generator.prompt, generator.context_format])}
    return found
