"""Any adapter as the generator: in process through `python`, over loopback HTTP through `openai`."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from loopback.openai_server import ChatServer
from rag_world.generators import Scribe
from rag_world.world import DOCUMENTS, ask, ask_last, built, rag, shown, wired

from bakeoff.adapters.rag.generator import Generator
from bakeoff.adapters.rag.prompt import PROMPT
from bakeoff.adapters.rag.system import CAPABILITIES, RagSystem
from bakeoff.evals.conformance import check_system
from bakeoff.evals.errors import InputError, NotHeld, TransportFailure
from bakeoff.evals.records import Capability, Citation, Context, DocumentState, Request, Response, Turn

QUESTION = "How long does the lamp burn?"
LAMP = "The lamp burns for six hours. Press the dial to dim the light. Never cover the shade."


def scribe(**arguments: Any) -> dict[str, Any]:
    return {"adapter": "python", "target": "rag_world.generators:Scribe", "arguments": arguments}


def chat(url: str, **keys: Any) -> dict[str, Any]:
    return {"adapter": "openai", "model": "tiny", "base_url": url, "api_key": "sk-loopback-key", **keys}


def test_the_answer_is_the_generators_with_the_passages_it_was_shown() -> None:
    system = rag(generator=scribe(), top_k=2)
    response = ask(system, QUESTION, seed=11)
    assert response.text == f"{LAMP} [lamp#1] [none#1]"
    assert shown(response)[0] == "lamp#1"
    marker = len(LAMP) + 1
    assert response.citations == (Citation(source="lamp", start=marker, end=marker + len("[lamp#1]")),)
    assert (response.usage.input_tokens, response.usage.output_tokens) == (7, 3)
    assert response.abstained is None
    (prompt, conversation, seed), *_ = Scribe.made[-1].asked
    other = DOCUMENTS[0].text if shown(response)[1] == "kettle#1" else DOCUMENTS[2].text
    contexts = f"[lamp#1] {LAMP}\n\n[{shown(response)[1]}] {other}"
    assert prompt == PROMPT.replace("{contexts}", contexts).replace("{question}", QUESTION)
    assert (conversation, seed) == ([], 11)


def test_prompt_and_format_are_the_configs(tmp_path: Path) -> None:
    (tmp_path / "rag.txt").write_text("Q={question}\nC={contexts}\n")
    options: dict[str, Any] = {"prompt": "rag.txt", "context_format": "{number}/{title}: {text}", "top_k": 1}
    response = ask(rag(folder=tmp_path, generator=scribe(mode="echo"), **options), "the {contexts} lamp?")
    assert response.text == f"Q=the {{contexts}} lamp?\nC=1/The lamp: {LAMP}"


def test_given_and_withheld_passages() -> None:
    system = rag(generator=scribe(mode="echo"), closed_book_prompt="By heart: {question}", top_k=1)
    given = Context(text="It burns for ninety hours.", id="g")
    response = ask(system, QUESTION, contexts=[given])
    assert "[g] It burns for ninety hours." in (response.text or "")
    assert response.contexts == (given,)
    assert [citation.source for citation in response.citations] == ["g"]
    assert response.timing.retrieval_s is None
    closed = ask(system, QUESTION, contexts=[])
    assert (closed.text, closed.contexts) == (f"By heart: {QUESTION}", ())
    plain = ask(rag(generator=scribe(mode="echo")), QUESTION, contexts=[])
    assert plain.text == QUESTION


def test_where_nothing_is_retrieved_the_prompt_says_so_by_its_emptiness() -> None:
    system = rag(generator=scribe(mode="echo"), prompt="<{contexts}> {question}", retrieval="bm25")
    response = ask(system, "xylophone")
    assert (response.text, response.contexts) == ("<> xylophone", ())


def test_a_conversation_goes_to_a_generator_that_takes_one() -> None:
    turns = [Turn(role="user", content="Hello"), Turn(role="assistant", content="Good day")]
    response = ask(rag(generator=scribe()), QUESTION, conversation=turns)
    assert shown(response)[0] == "lamp#1"
    assert Scribe.made[-1].asked[0][1] == [turn.model_dump() for turn in turns]
    deaf = rag(generator={"adapter": "python", "target": "rag_world.generators:upper"})
    with pytest.raises(NotHeld, match=r"rag\.generator takes no 'conversation'"):
        ask(deaf, QUESTION, conversation=turns)
    assert ask(deaf, QUESTION).text == deaf_prompt(deaf)


def deaf_prompt(system: RagSystem) -> str:
    assert isinstance(system.answerer, Generator)
    found = system.index.search(QUESTION, system.top_k)
    return system.answerer.render(Request(question=QUESTION), found).upper()


def test_a_failure_is_the_systems_own_and_keeps_the_passages() -> None:
    response = ask(rag(generator=scribe(mode="fail")), QUESTION)
    assert response.error is not None
    assert "out of ink" in response.error.message
    assert shown(response)[0] == "lamp#1"
    assert response.citations == ()


def test_signals_of_the_generator_pass() -> None:
    with pytest.raises(TransportFailure, match="the line is dead") as caught:
        ask(rag(generator=scribe(mode="break")), QUESTION)
    assert caught.value.retry_after_s == 3.0
    with pytest.raises(NotHeld, match="not that one"):
        ask(rag(generator=scribe(mode="decline")), QUESTION)


def test_time_is_retrieval_and_then_generation() -> None:
    timing = ask(rag(generator=scribe(wait_s=0.2)), QUESTION).timing
    assert timing.retrieval_s is not None
    assert timing.total_s is not None
    assert 0 < timing.retrieval_s < 0.1
    assert 0.2 <= timing.total_s - timing.retrieval_s < 0.4
    assert timing.first_token_s is None


def test_generation_is_concurrent_and_closing_closes_the_generator() -> None:
    async def scenario() -> float:
        system = rag_unsettled(wait_s=0.3)
        await system.prepare()
        started = time.perf_counter()
        await asyncio.gather(*(system.answer(Request(question=f"{QUESTION} {n}")) for n in range(30)))
        passed = time.perf_counter() - started
        await system.aclose()
        await system.aclose()
        return passed

    passed = asyncio.run(scenario())
    assert Scribe.made[-1].peak == 30
    assert passed < 3.0  # one after the other it would be nine
    assert Scribe.made[-1].closed == 1


def rag_unsettled(**arguments: Any) -> RagSystem:
    return built(wired(), generator=scribe(**arguments))


def test_a_generator_that_takes_few_calls_at_once_bounds_the_system() -> None:
    assert rag(generator={**scribe(), "concurrency": 3}).concurrency == 3
    assert rag(generator=scribe()).concurrency is None


def test_documents_are_replaced_under_a_generator() -> None:
    system = built(wired(), generator=scribe())

    async def scenario() -> Response:
        lamp = DOCUMENTS[1].model_copy(update={"text": "The lamp burns for a year."})
        state = DocumentState(documents=(lamp,))
        await system.set_documents(state)
        return await system.answer(Request(question=QUESTION, documents=state.fingerprint))

    assert (asyncio.run(scenario()).text or "").startswith("The lamp burns for a year. [lamp#1]")


def test_capabilities_follow_the_generator() -> None:
    plain = CAPABILITIES
    assert rag(generator=scribe()).capabilities == plain
    streaming = rag(generator={**scribe(), "capabilities": ["streams", "logprobs"]})
    assert streaming.capabilities == plain | {Capability.STREAMS, Capability.LOGPROBS}
    mute = rag(generator=scribe(), context_format="{text}")
    assert mute.capabilities == plain - {Capability.CITES}


def test_the_fingerprint_holds_the_generators_and_the_prompts() -> None:
    prints = [
        built(wired(), **options).fingerprint
        for options in (
            {},
            {"generator": scribe()},
            {"generator": scribe(mode="echo")},
            {"generator": scribe(), "prompt": "{contexts} {question}"},
            {"generator": scribe(), "closed_book_prompt": "? {question}"},
            {"generator": scribe(), "context_format": "{id} {text}"},
        )
    ]
    assert len(set(prints)) == len(prints)
    assert built(wired(), generator=scribe()).fingerprint == prints[1]
    assert not built(wired(), generator=scribe()).content_addressed


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"generator": {"adapter": "http"}}, r"^systems\.rag\.generator\.url: is missing"),
        (
            {"generator": {**scribe(), "capabilities": ["retrieves"]}},
            r"^systems\.rag\.generator: the generator retrieves by itself",
        ),
        (
            {"generator": scribe(), "prompt": "{question}"},
            r"^systems\.rag\.prompt: must contain \{contexts\}",
        ),
        ({"generator": scribe(), "prompt": "none.txt"}, r"^systems\.rag\.prompt: cannot read 'none.txt'"),
    ],
)
def test_what_cannot_generate_is_told(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        built(wired(), **keys)


REQUESTS = [Request(question=q) for q in (QUESTION, "How is the rug washed?")]


def test_it_passes_the_conformance_kit() -> None:
    check_system(
        lambda: built(wired(), generator=scribe()),
        requests=REQUESTS,
        different=[lambda: built(wired(), generator=scribe(mode="echo")), lambda: built(wired())],
    )


def test_a_chat_server_is_asked_the_prompt_and_streams() -> None:
    """Real HTTP: usage, the first token's time, and the key, which shows nowhere."""
    with ChatServer(reply=lambda prompt: f"Six hours [lamp#1]. ({len(prompt)})", token_s=0.01) as server:
        system = rag(generator=chat(server.base_url, temperature=0.5, system_prompt="Be brief."), top_k=1)
        response = ask_last(system, QUESTION, seed=5)
        (body,) = server.bodies
        check_system(
            lambda: built(wired(), generator=chat(server.base_url), top_k=1),
            requests=REQUESTS,
            different=[lambda: built(wired(), generator=chat(server.base_url, model="other"), top_k=1)],
            secrets=["sk-loopback-key"],
        )
    prompt = PROMPT.replace("{contexts}", f"[lamp#1] {LAMP}").replace("{question}", QUESTION)
    assert [message["content"] for message in body["messages"]] == ["Be brief.", prompt]
    assert (body["temperature"], body["seed"]) == (0.5, 5)
    assert Capability.STREAMS in system.capabilities
    assert (response.text or "").startswith("Six hours [lamp#1].")
    assert response.citations == (Citation(source="lamp", start=10, end=18),)
    assert (response.usage.output_tokens or 0) > 0
    timing = response.timing
    assert (timing.retrieval_s or 0) < (timing.first_token_s or 0) < (timing.total_s or 0)


def test_a_server_that_is_away_is_a_transport_failure() -> None:
    with ChatServer(reply=str.upper) as server:
        url = server.base_url
    with pytest.raises(TransportFailure):
        ask_last(rag(generator=chat(url)), QUESTION)


def test_over_recorded_answers_it_is_content_addressed_and_not_live(tmp_path: Path) -> None:
    """The rows are the answers to whole prompts: a prompt that was not recorded is not held."""
    row = {"question": f"{QUESTION} | [lamp#1] {LAMP}", "answer": "Six hours [lamp#1]", "repeat": 0}
    (tmp_path / "answers.jsonl").write_text(json.dumps(row) + "\n")
    recorded = {"adapter": "recorded", "path": "answers.jsonl"}
    options = {"prompt": "{question} | {contexts}", "top_k": 1}
    system = built(wired(folder=tmp_path), generator=recorded, **options)
    assert system.content_addressed
    assert Capability.LIVE not in system.capabilities
    response = ask(system, QUESTION, seed=0)
    assert (response.text, [one.source for one in response.citations]) == ("Six hours [lamp#1]", ["lamp"])
    with pytest.raises(NotHeld):
        ask_last(system, "How is the rug washed?", seed=0)
