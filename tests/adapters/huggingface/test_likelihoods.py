"""Likelihoods of given answers, against a computation by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import ask
from tiny_models.language import KINDS, write_gpt2

from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.errors import NotHeld
from bakeoff.evals.protocols import Likelihoods
from bakeoff.evals.records import Capability, Context, Likelihood, Request

Build = Callable[..., HuggingFaceSystem]

QUESTION = "What is the capital of France?"
OPTIONS = ("Paris is the capital of France.", "the cat", "nobody knows why", "42", "")


def score(system: HuggingFaceSystem, *continuations: str, **request: Any) -> list[Likelihood]:
    asked = Request(question=request.pop("question", QUESTION), **request)
    return asyncio.run(system.log_likelihoods(asked, continuations))


def by_hand(network: Any, prompt: Sequence[int], new: Sequence[int], *, seq2seq: bool) -> Likelihood:
    """One token at a time, each with a forward pass of its own."""
    import torch

    total, greedy = 0.0, True
    for place, token in enumerate(new):
        before = [*new[:place]]
        rows = torch.tensor([[*prompt] if seq2seq else [*prompt, *before]])
        inputs = {"input_ids": rows, "attention_mask": torch.ones_like(rows)}
        if seq2seq:
            inputs["decoder_input_ids"] = torch.tensor([[0, *before]])
        with torch.inference_mode():
            logits = network(**inputs).logits[0, -1]
        total += float(logits.log_softmax(-1)[token])
        greedy &= int(logits.argmax()) == token
    return Likelihood(log_probability=total, tokens=len(new), greedy=greedy)


@pytest.mark.parametrize("model", ["llama", "t5"])
@pytest.mark.parametrize("kind", [None, *KINDS])
def test_they_are_what_a_hand_computation_gives(
    build: Build, models: Path, model: str, kind: str | None
) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    system = build(model=model, peft=None if kind is None else f"{model}-{kind}", batch_size=3)
    seq2seq = model == "t5"
    network: Any = system._parts.loaded.network
    if kind is None:
        loader = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
        network = loader.from_pretrained(models / model, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(models / model)
    prompt = tokenizer(QUESTION if seq2seq else f"<|user|>{QUESTION}</s><|assistant|>")["input_ids"]
    for option, found in zip(OPTIONS, score(system, *OPTIONS), strict=True):
        expected = by_hand(network, prompt, tokenizer(option)["input_ids"], seq2seq=seq2seq)
        assert (found.tokens, found.greedy) == (expected.tokens, expected.greedy)
        assert found.log_probability == pytest.approx(expected.log_probability, abs=1e-3)


def test_what_greedy_says_is_greedy(build: Build) -> None:
    system = build(max_new_tokens=3)
    renderer = system._parts.renderer
    checked = 0
    for question in (f"What is {number}?" for number in range(30)):
        (response,) = ask(system, question)
        said = response.text or ""
        if len(renderer._encode(said, special=False)) != response.usage.output_tokens or "\ufffd" in said:
            continue  # a random model also writes what no tokenizer would cut so
        own, other = score(system, said, f"{said} the cat", question=question)
        assert own.greedy
        assert own.tokens == response.usage.output_tokens
        assert not other.greedy
        checked += 1
    assert checked >= 3


def test_the_system_is_one_of_likelihoods(build: Build) -> None:
    system = build()
    assert isinstance(system, Likelihoods)
    assert Capability.LOGPROBS in system.capabilities


def test_conversation_and_rendering_change_them(build: Build) -> None:
    system = build(system_prompt="Be brief.")
    plain, bare = score(system, "the cat"), score(system, "the cat", rendering={"mode": "none"})
    assert plain != bare
    assert bare == score(build(), "the cat")


def test_raw_prompts_and_answers_are_joined_by_one_space(build: Build) -> None:
    system = build(chat_template="raw")
    renderer = system._parts.renderer
    joined = renderer._encode(f"{QUESTION} the cat", special=True)
    ids = renderer.continuation_ids(QUESTION, "the cat")
    assert renderer.prompt_ids(QUESTION) + ids == joined
    assert renderer.continuation_ids(QUESTION, " the cat") == ids
    assert renderer.continuation_ids(f"{QUESTION} ", "the cat") != ids
    assert score(system, "the cat") == score(system, " the cat")


def test_a_seam_inside_a_token_leaves_the_prompt_as_it_was(build: Build) -> None:
    renderer = build()._parts.renderer
    prompt = "What is the cap"
    assert renderer._encode(f"{prompt}ital", special=False)[: len(renderer.prompt_ids(prompt))] != (
        renderer.prompt_ids(prompt)
    )
    assert renderer.continuation_ids(prompt, "ital") == renderer._encode("ital", special=False)


def test_what_does_not_fit_is_not_held(build: Build, tmp_path: Path) -> None:
    write_gpt2(tmp_path / "gpt2", window=16)
    system = build(tmp_path, model="gpt2")
    with pytest.raises(NotHeld, match="context window of 16"):
        score(system, "the cat " * 20)
    assert score(system, "the cat")[0].tokens == 2


def test_contexts_without_a_place_are_not_held(build: Build) -> None:
    with pytest.raises(NotHeld, match="accepts_contexts"):
        score(build(), "the cat", contexts=(Context(text="this"),))
