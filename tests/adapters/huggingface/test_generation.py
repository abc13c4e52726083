"""Greedy and sampled answers, against transformers used plainly, and where they end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_models.asking import alone, ask, texts
from tiny_models.language import TEXTS, write_gpt2, write_llama

from bakeoff.adapters.huggingface.generation import Choice, Row, Settings, generate
from bakeoff.adapters.huggingface.system import HuggingFaceSystem

Build = Callable[..., HuggingFaceSystem]

WORDS = " ".join(TEXTS).split()


def prompts(number: int, longest: int = 30) -> list[str]:
    draw = random.Random(5)
    return [" ".join(draw.choices(WORDS, k=draw.randint(1, longest))) for _ in range(number)]


@pytest.mark.parametrize("model", ["llama", "t5"])
def test_greedy_is_what_transformers_generates(build: Build, models: Path, model: str) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

    loader = AutoModelForSeq2SeqLM if model == "t5" else AutoModelForCausalLM
    plain: Any = loader.from_pretrained(models / model, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(models / model)
    asked = prompts(6)
    got = ask(build(model=model, max_new_tokens=12), *asked)
    for question, response in zip(asked, got, strict=True):
        if model == "t5":
            inputs = tokenizer(question, return_tensors="pt")
        else:
            chat = [{"role": "user", "content": question}]
            inputs = tokenizer.apply_chat_template(
                chat, add_generation_prompt=True, return_dict=True, return_tensors="pt"
            )
        output = plain.generate(
            input_ids=inputs["input_ids"],
            attention_mask=inputs["attention_mask"],
            max_new_tokens=12,
            do_sample=False,
        )[0]
        new = output[1 if model == "t5" else inputs["input_ids"].shape[1] :]
        text = str(tokenizer.decode(new, skip_special_tokens=True))
        assert response.text == (text.strip() if model == "t5" else text)
        assert response.usage.input_tokens == inputs["input_ids"].shape[1]
        assert response.usage.output_tokens == len(new)
        assert response.extras["finish_reason"] == ("stop" if new[-1] == 2 else "length")


@pytest.mark.parametrize("model", ["llama", "t5"])
def test_the_size_of_the_batch_changes_no_greedy_answer(build: Build, model: str) -> None:
    asked = prompts(30)
    one = alone(build(model=model, batch_size=1), *asked)
    for size in (2, 7, 30):
        assert texts(build(model=model, batch_size=size), *asked) == one
    assert len(set(one)) > 15


def test_questions_go_in_batches_of_the_size_asked_for(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    system = build(batch_size=5)
    assert system.concurrency == 10
    network, sizes = system._parts.loaded.network, []
    real = network.generate

    def counting(**kwargs: Any) -> Any:
        sizes.append(len(kwargs["input_ids"]))
        return real(**kwargs)

    monkeypatch.setattr(network, "generate", counting)
    texts(system, *prompts(20))
    assert sum(sizes) == 20
    assert max(sizes) == 5
    assert len(sizes) <= 6


def test_a_sample_depends_on_its_seed_and_on_nothing_else(build: Build) -> None:
    system = build(temperature=2.0, batch_size=8)
    question = "What is the capital of France?"
    one, two = (alone(system, question, seed=seed)[0] for seed in (1, 2))
    assert one != two
    assert alone(system, question, seed=1) == [one]
    company = texts(system, question, *prompts(7), seed=1)
    assert company[0] == one
    assert texts(build(temperature=2.0, batch_size=1), question, seed=2) == [two]
    assert len({alone(system, question)[0] for _ in range(4)}) > 1


def test_samples_follow_the_models_distribution() -> None:
    import torch

    scores = torch.tensor([[2.0, 1.0, 0.0, -1.0]])
    drawn: Counter[int] = Counter()
    for start in range(0, 4000, 500):
        rows = [Row([1], seed) for seed in range(start, start + 500)]
        perturbed = Choice(rows, Settings(1, temperature=2.0))(torch.zeros(500, 1), scores.repeat(500, 1))
        drawn.update(perturbed.argmax(-1).tolist())
    expected = (scores[0] / 2.0).softmax(-1) * 4000
    chi2 = sum((drawn[i] - float(expected[i])) ** 2 / float(expected[i]) for i in range(4))
    assert chi2 < 16.3  # p = 0.001 at three degrees of freedom


def test_top_p_leaves_only_the_nucleus() -> None:
    import torch

    scores = torch.tensor([[2.0, 1.9, 0.0, -1.0]]).repeat(300, 1)
    rows = [Row([1], seed) for seed in range(300)]
    chosen = Choice(rows, Settings(1, temperature=1.0, top_p=0.6))(torch.zeros(300, 1), scores).argmax(-1)
    assert set(chosen.tolist()) == {0, 1}


def test_a_stop_string_ends_and_is_not_in_the_answer(build: Build) -> None:
    asked = prompts(8)
    free = ask(build(max_new_tokens=24), *asked)
    for response in free[:4]:
        text = response.text or ""
        stop = text[len(text) // 2 :][:3]
        assert stop
        question = asked[free.index(response)]
        (short,) = ask(build(max_new_tokens=24, stop=["never said", stop]), question)
        assert short.text == text[: text.index(stop)]
        assert short.extras["finish_reason"] == "stop"
        assert (short.usage.output_tokens or 0) < (response.usage.output_tokens or 0)


def test_a_row_that_stops_early_leaves_the_others_their_length(build: Build) -> None:
    asked = prompts(8)
    free = texts(build(max_new_tokens=24), *asked)
    stop = free[0][5:8]
    cut = texts(build(max_new_tokens=24, stop=stop), *asked)
    assert cut == [text.split(stop)[0] for text in free]
    assert cut[0] != free[0]


@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_logprobs_are_those_of_a_plain_forward_pass(build: Build, models: Path, temperature: float) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    plain: Any = AutoModelForCausalLM.from_pretrained(models / "llama", dtype=torch.float32)
    parts = build()._parts
    rows = [Row(parts.renderer.prompt_ids(text), seed=3) for text in prompts(5)]
    settings = Settings(10, temperature=temperature, logprobs=True)
    for row, one in zip(rows, generate(parts.loaded, rows, settings, parts.renderer.decode), strict=True):
        with torch.inference_mode():
            logits = plain(torch.tensor([[*row.ids, *one.ids]])).logits[0].log_softmax(-1)
        expected = [float(logits[place, token]) for place, token in enumerate(one.ids, len(row.ids) - 1)]
        assert one.logprobs == pytest.approx(expected, abs=1e-4)


def test_logprobs_come_with_their_tokens(build: Build) -> None:
    (response,) = ask(build(logprobs=True), "the cat")
    noted: Any = response.extras["logprobs"]
    assert len(noted) == response.usage.output_tokens == 8
    assert all(one["logprob"] <= 0 and one.keys() == {"token", "logprob"} for one in noted)


def test_without_being_asked_there_are_no_logprobs(build: Build) -> None:
    (response,) = ask(build(), "the cat")
    assert response.extras == {"finish_reason": "length", "dtype": "float32", "device": "cpu"}


def test_the_models_own_sampling_settings_do_not_make_greedy_random(build: Build, tmp_path: Path) -> None:
    write_llama(tmp_path / "llama")
    plain = texts(build(tmp_path), *prompts(5))
    (tmp_path / "llama" / "generation_config.json").write_text(
        '{"do_sample": true, "temperature": 3.0, "top_k": 5, "num_beams": 3, "max_length": 5}'
    )
    assert texts(build(tmp_path), *prompts(5)) == plain


def test_learned_positions_are_never_overrun(build: Build, tmp_path: Path) -> None:
    write_gpt2(tmp_path / "gpt2", window=64)
    system = build(tmp_path, model="gpt2", max_new_tokens=40, batch_size=4)
    long = "the cat sat on the mat and the dog slept under the table " * 4
    counted = len(system._parts.renderer.prompt_ids(long))
    assert 24 < counted < 64
    responses = ask(system, long, "the cat", "nobody knows why", long + " mat")
    assert [one.usage.output_tokens for one in responses] == [
        min(40, 64 - (one.usage.input_tokens or 0)) for one in responses
    ]
    assert [one.text for one in responses] == alone(
        system, long, "the cat", "nobody knows why", long + " mat"
    )
    (failed,) = ask(system, long * 2)
    assert failed.error is not None
    assert "context window of 64" in failed.error.message
