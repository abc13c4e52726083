"""Rows to batches: token ids, which of them are answers, batches of similar length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from bakeoff.examples.support.training.tokenizer import messages
from bakeoff.examples.support.world.rows import Row

if TYPE_CHECKING:
    import torch

_POOL = 1_024


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


def batches(tokenizer: Any, stream: Iterable[Row], tokens: int, rng: Random) -> Iterator[Batch]:
    """Batches of at most `tokens` ids, padding included, of rows of similar length, in random order."""
    rows = iter(stream)
    while pool := list(islice(rows, _POOL)):
        encoded = sorted(encode(tokenizer, pool), key=lambda row: len(row.ids))
        groups = list(_grouped(encoded, tokens))
        rng.shuffle(groups)
        yield from (collate(group, tokenizer.pad_token_id) for group in groups)


def _grouped(encoded: list[Encoded], tokens: int) -> Iterator[list[Encoded]]:
    group: list[Encoded] = []
    for row in encoded:  # sorted: the row in hand is the longest of its group
        if group and (len(group) + 1) * len(row.ids) > tokens:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def collate(group: list[Encoded], pad: int) -> Batch:
    """The rows as tensors of one length."""
    import torch

    longest = max(len(row.ids) for row in group)
    ids = [row.ids + [pad] * (longest - len(row.ids)) for row in group]
    answers = [row.answers + [False] * (longest - len(row.answers)) for row in group]
    return Batch(torch.tensor(ids), torch.tensor(answers))
