"""Rows to batches: token ids, which of them are answers, batches of similar length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from bakeoff.examples.support.training.tokenizer import messages
from bakeoff.examples.support.world.rows import Row

if TYPE_CHECKING:
    import torch

_TOKENS_AT_ONCE = 1_280  # what a core's cache likes
_PADDING = 0.1
_PADDING_ANYWAY = 24  # tokens: not worth a batch of its own


@dataclass(frozen=True)
class Encoded:
    """A row as token ids; `answers` marks those that are predicted: answers and the ends of them."""

    ids: list[int]
    answers: list[bool]


@dataclass(frozen=True)
class Batch:
    """Rows side by side, padded on the right, where causal attention never looks."""

    ids: torch.Tensor
    answers: torch.Tensor


def encode(tokenizer: Any, some: list[Row]) -> list[Encoded]:
    """The ids of the chat template's own text."""
    texts = tokenizer.apply_chat_template([messages(row) for row in some], tokenize=False)
    ids = tokenizer(texts, add_special_tokens=False)["input_ids"]
    ends = tokenizer.convert_tokens_to_ids("<assistant>"), tokenizer.eos_token_id
    return [Encoded(list(row), _answers(row, *ends)) for row in ids]


def _answers(ids: list[int], start: int, end: int) -> list[bool]:
    inside, marks = False, []
    for token in ids:
        marks.append(inside)
        inside = token == start or (inside and token != end)
    return marks


def steps(tokenizer: Any, stream: Iterable[Row], rows: int) -> Iterator[list[Batch]]:
    """For each step of a training so many rows, as a few small batches of rows of similar length.

    A step is a fair sample of the stream: were its rows chosen by length, each step would teach one skill.
    """
    remaining = iter(stream)
    while taken := list(islice(remaining, rows)):
        encoded = sorted(encode(tokenizer, taken), key=lambda row: len(row.ids))
        yield [collate(group, tokenizer.pad_token_id) for group in _grouped(encoded)]


def _grouped(encoded: list[Encoded]) -> Iterator[list[Encoded]]:
    group: list[Encoded] = []
    real = 0
    for row in encoded:  # sorted: the row in hand is the longest of its group
        padded = (len(group) + 1) * len(row.ids)
        wasted = padded - real - len(row.ids)
        if group and (padded > _TOKENS_AT_ONCE or wasted > _PADDING * padded + _PADDING_ANYWAY):
            yield group
            group, real = [], 0
        group.append(row)
        real += len(row.ids)
    if group:
        yield group


def collate(group: list[Encoded], pad: int) -> Batch:
    """The rows as tensors of one length."""
    import torch

    longest = max(len(row.ids) for row in group)
    ids = [row.ids + [pad] * (longest - len(row.ids)) for row in group]
    answers = [row.answers + [False] * (longest - len(row.answers)) for row in group]
    return Batch(torch.tensor(ids), torch.tensor(answers))
