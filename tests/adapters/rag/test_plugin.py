import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from rag_world.world import DOCUMENTS, HashingEncoder, ask, built, rag, wired

from bakeoff.adapters.encoders.embedded import embedded_folder
from bakeoff.adapters.rag.options import RagOptions
from bakeoff.adapters.rag.plugin import PLUGIN
from bakeoff.adapters.rag.system import CAPABILITIES
from bakeoff.evals.errors import InputError
from bakeoff.evals.plugins import Registry, Wiring
from bakeoff.evals.protocols import System
from bakeoff.evals.records import Capability, Document, Kind

PROMPTS = {
    "prompt": "{contexts} {question}",
    "context_format": "{text}",
    "closed_book_prompt": "Q: {question}",
}
SCRIBE = {"adapter": "python", "target": "rag_world.generators:Scribe", "arguments": {}}

OTHER_VALUES: dict[str, Any] = {
    "filter": {"metadata": {"domain": "kitchen"}},
    "chunk_by": "sentence",
    "store": {"target": "rag_world.stores:Noting"},
    "collections": "domain",
    "rerank": {"model": "some/cross-encoder"},
    "chunk_words": 30,
    "chunk_overlap": 5,
    "retrieval": "dense",
    "top_k": 2,
    "sentences": 2,
    "abstain_below": 0.2,
    "prefer_newest": True,
}


def test_it_registers_and_says_what_it_can_do() -> None:
    registry: Registry[System] = Registry("adapter")
    registry.register(PLUGIN)
    system = rag()
    assert isinstance(system, System)
    assert system.content_addressed
    assert (
        system.capabilities
        == CAPABILITIES
        == set(Capability)
        - {
            Capability.ACCEPTS_RENDERING,
            Capability.STREAMS,
            Capability.LOGPROBS,
        }
    )


def test_every_option_that_changes_answers_changes_the_fingerprint() -> None:
    elsewhere = {"documents", "reader", "encoder", "router", "generator", *PROMPTS}
    assert set(OTHER_VALUES) == set(RagOptions.model_fields) - elsewhere
    changed: list[dict[str, Any]] = [{key: value} for key, value in OTHER_VALUES.items()]
    changed += [{"collections": "domain", "router": "bm25"}, {"generator": SCRIBE}]
    changed += [{"generator": SCRIBE, key: value} for key, value in PROMPTS.items()]
    prints = [built(wired(), **options).fingerprint for options in ({}, *changed)]
    assert len(set(prints)) == len(prints)
    assert rag().fingerprint == prints[0]


@pytest.mark.parametrize(
    ("option", "name"),
    [("embedded", "embedded"), (str(embedded_folder()), "sentence_transformers")],
)
def test_an_encoder_of_its_own_takes_the_place_of_the_configs(option: str, name: str) -> None:
    configs = HashingEncoder()
    system = built(wired(configs), encoder=option, retrieval="dense")
    assert system.index.vectors.encoder.name == name
    other = built(wired(configs), encoder=option, top_k=1)
    assert other.index.vectors.encoder is system.index.vectors.encoder
    assert system.fingerprint != built(wired(configs), retrieval="dense").fingerprint
    assert ask(system, "For how many hours does the lamp give light?").contexts[0].source == "lamp"  # type: ignore[index]
    assert configs.seen == []


def test_documents_and_encoder_change_the_fingerprint() -> None:
    changed = DOCUMENTS[0].model_copy(update={"text": "The kettle is gone."})
    prints = {
        rag().fingerprint,
        rag(documents=(changed, *DOCUMENTS[1:])).fingerprint,
        rag(HashingEncoder("hashing-2")).fingerprint,
    }
    assert len(prints) == 3


def test_a_folder_of_its_own_takes_the_place_of_the_configs(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.md").write_text("---\nid: mine\n---\nThe own page.")
    system = rag(folder=tmp_path, documents=DOCUMENTS, abstain_below=0.1)
    assert {chunk.source for chunk in system.index.chunks} == {"kettle", "lamp", "rug"}
    wiring = Wiring(
        folder=tmp_path, name="rag", kind=Kind.RAG, encoder=HashingEncoder, documents=lambda: DOCUMENTS
    )
    own = PLUGIN.build(RagOptions(documents="own"), wiring)
    assert own.fingerprint != system.fingerprint
    assert {chunk.source for chunk in own.index.chunks} == {"mine"}  # type: ignore[attr-defined]


def test_without_documents_the_error_says_where_to_put_them() -> None:
    with pytest.raises(InputError, match=r"^systems\.rag: .*documents: \{path: docs/\}"):
        rag(documents=())


def test_claimed_capabilities_are_refused() -> None:
    wiring = Wiring(
        folder=Path(),
        name="rag",
        capabilities=frozenset({Capability.STREAMS}),
        encoder=HashingEncoder,
        documents=lambda: DOCUMENTS,
    )
    with pytest.raises(InputError, match=r"systems\.rag\.capabilities"):
        PLUGIN.build(RagOptions(), wiring)


@pytest.mark.parametrize(
    "options",
    [
        {"chunk_words": 20, "chunk_overlap": 11},
        {"chunk_words": 4},
        {"top_k": 0},
        {"sentences": 3},
        {"retrieval": "colbert"},
        {"abstain_below": 1.5},
        {"chunk_size": 10},
        {"chunk_by": "page"},
        {"top_k": 30, "rerank": {"model": "m", "candidates": 20}},
        {"rerank": {"candidates": 20}},
        {"rerank": True},
        {"store": {"target": "a:b"}, "retrieval": "bm25"},
        {"router": "bm25"},
        {"collections": ""},
        {"context_format": "[{id}]", "generator": SCRIBE},
        {"closed_book_prompt": "?", "generator": SCRIBE},
        {"prompt": "{contexts} {question}"},
        {"context_format": "{text}"},
        {"abstain_below": 0.1, "generator": SCRIBE},
        {"reader": "extractive", "generator": SCRIBE},
        {"generator": "openai"},
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RagOptions.model_validate(options)


def test_re_ranking_is_switched_off_by_null() -> None:
    assert RagOptions.model_validate({"rerank": None}) == RagOptions()
    assert built(wired(), rerank=None).fingerprint == built(wired()).fingerprint


def test_building_chunks_and_embeds_nothing_until_it_is_prepared() -> None:
    encoder = HashingEncoder()
    system = built(wired(encoder))
    assert encoder.seen == []
    asyncio.run(system.prepare())
    assert encoder.seen == [chunk.searchable for chunk in system.index.chunks]
    asyncio.run(system.prepare())
    assert len(encoder.seen) == 3


def test_importing_the_adapter_is_cheap() -> None:
    code = (
        "import sys, bakeoff.adapters.rag.plugin;"
        "heavy = 'numpy bm25s torch pysbd transformers langchain_core sentence_transformers'.split();"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_two_thousand_passages_are_indexed_within_a_minute_of_two_cores() -> None:
    # In CPU seconds, so that another process's load cannot fail it.
    from bakeoff.adapters.encoders.embedded import EmbeddedEncoder

    words = ("hub", "sensor", "valve", "battery", "warranty", "reset", "token", "invoice", "alarm", "radio")
    documents = tuple(
        Document(
            id=f"p{n:04}",
            text=" ".join(
                f"The {words[(n + k) % 10]} {n} of house {k} keeps its {words[(n * k) % 10]} for {k} days."
                for k in range(5)
            ),
        )
        for n in range(2000)
    )
    encoder = EmbeddedEncoder()
    wiring = Wiring(
        folder=Path(), name="rag", kind=Kind.RAG, encoder=lambda: encoder, documents=lambda: documents
    )
    started = time.process_time()
    system = built(wiring)
    system.index.settle()
    assert time.process_time() - started < 2 * 60
    assert len(system.index.chunks) >= 2000
