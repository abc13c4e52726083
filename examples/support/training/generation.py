"""Asking a model: greedy answers to single messages, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_AT_ONCE = 64


def answers(model: Any, tokenizer: Any, questions: Sequence[str]) -> list[str]:
    """The model's answers, in the order of the questions; batches hold questions of similar length."""
    order = sorted(range(len(questions)), key=lambda i: len(questions[i]))
    found: dict[int, str] = {}
    for start in range(0, len(order), _AT_ONCE):
        places = order[start : start + _AT_ONCE]
        texts = _answer(model, tokenizer, [questions[i] for i in places])
        found |= dict(zip(places, texts, strict=True))
    return [found[i] for i in range(len(questions))]


def _answer(model: Any, tokenizer: Any, questions: list[str]) -> list[str]:
    import torch

    chats = [[{"role": "user", "content": question}] for question in questions]
    inputs = tokenizer.apply_chat_template(
        chats, add_generation_prompt=True, padding=True, return_tensors="pt", return_dict=True
    )
    with torch.inference_mode():
        output = model.generate(**inputs)
    new = output[:, inputs["input_ids"].shape[1] :]
    return list(tokenizer.batch_decode(new, skip_special_tokens=True))
