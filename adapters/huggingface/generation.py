"""Answers for a batch of prompts: greedy, or sampled with a seed for each."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bakeoff.adapters.huggingface.loading import Loaded
from bakeoff.evals.torch_threads import torch_threads

if TYPE_CHECKING:
    import torch

Decode = Callable[[Sequence[int]], str]


@dataclass(frozen=True)
class Settings:
    """What the rows of a batch have in common."""

    max_new_tokens: int
    temperature: float = 0.0
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    logprobs: bool = False


@dataclass(frozen=True)
class Row:
    """One prompt. `seed` is for sampling (None: a fresh one); once `abandoned` says so, its end is near."""

    ids: Sequence[int]
    seed: int | None = None
    abandoned: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Generated:
    """The tokens of one answer, its end token included, and the text before any stop string."""

    ids: tuple[int, ...]
    text: str
    finish_reason: Literal["stop", "length"]
    logprobs: tuple[float, ...] | None = None


def generate(loaded: Loaded, rows: Sequence[Row], settings: Settings, decode: Decode) -> list[Generated]:
    """One answer for each row, in order; rows are padded, on the left for a causal model."""
    import torch
    from transformers import LogitsProcessorList, StoppingCriteriaList

    device = loaded.network.device
    ids, mask = padded([row.ids for row in rows], _pad_id(loaded), left=not loaded.seq2seq)
    start = 1 if loaded.seq2seq else ids.shape[1]
    choice = Choice(rows, settings)
    ending = Ending(rows, settings.stop, start, decode)
    with torch.inference_mode(), torch_threads(small=False):
        output = loaded.network.generate(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            generation_config=_config(loaded, settings),
            logits_processor=LogitsProcessorList([choice]),
            stopping_criteria=StoppingCriteriaList([ending]),
        )
    new = output[:, start:].tolist()
    logprobs = choice.finish(output[:, -1]) if settings.logprobs else None
    return [
        _generated(
            loaded, new[i], ending.lengths.get(i), None if logprobs is None else logprobs[i], settings, decode
        )
        for i in range(len(rows))
    ]


def padded(rows: Sequence[Sequence[int]], pad: int, *, left: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of one width, and the mask of what is no padding."""
    import torch

    width = max(len(row) for row in rows)
    ids = torch.full((len(rows), width), pad, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for place, row in enumerate(rows):
        where = slice(width - len(row), width) if left else slice(0, len(row))
        ids[place, where] = torch.tensor(row, dtype=torch.long)
        mask[place, where] = 1
    return ids, mask


def end_ids(loaded: Loaded) -> list[int]:
    """The tokens that end an answer, as the model's generation config says, else its tokenizer's."""
    configured = loaded.network.generation_config.eos_token_id
    if configured is None:
        configured = loaded.tokenizer.eos_token_id
    if configured is None:
        return []
    return [configured] if isinstance(configured, int) else [int(one) for one in configured]


def _pad_id(loaded: Loaded) -> int:
    """Any token will do, since the mask hides it."""
    pad = loaded.tokenizer.pad_token_id
    return pad if pad is not None else next(iter(end_ids(loaded)), 0)


def _config(loaded: Loaded, settings: Settings) -> Any:
    """The model's own generation config (penalties, forced tokens), without beams and without sampling.

    Sampling is `Choice`'s: transformers would draw for all rows from one global generator.
    """
    config = copy.deepcopy(loaded.network.generation_config)
    config.update(
        do_sample=False,
        num_beams=1,
        num_return_sequences=1,
        temperature=1.0,
        top_p=1.0,
        top_k=50,
        max_length=None,
        max_new_tokens=settings.max_new_tokens,
        stop_strings=None,
        return_dict_in_generate=False,
        output_scores=False,
        output_logits=False,
        eos_token_id=end_ids(loaded) or None,
        pad_token_id=_pad_id(loaded),
        use_cache=True,
    )
    return config


class Choice:
    """A logits processor that chooses each row's next token, and notes how probable it was.

    A sample is the largest of log-probability plus Gumbel noise, so that generate's own argmax takes it;
    the noise comes from a generator of the row's own, whatever else is in the batch.
    """

    def __init__(self, rows: Sequence[Row], settings: Settings) -> None:
        self._settings = settings
        self._generators: list[torch.Generator] = []
        if settings.temperature > 0:
            self._generators = [_generator(row.seed) for row in rows]
        self._before: torch.Tensor | None = None
        self._noted: list[torch.Tensor] = []

    def __deepcopy__(self, _: Any) -> Choice:
        return self  # peft copies generate's arguments under a tuned prompt, and would keep the notes

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self._settings.logprobs:
            self._note(input_ids[:, -1])
            self._before = scores.float().log_softmax(-1)
        return self._sampled(scores) if self._generators else scores

    def finish(self, last: torch.Tensor) -> list[list[float]]:
        """The log-probabilities, by row, of all tokens but the padding after an end."""
        import torch

        self._note(last)
        return torch.stack(self._noted, dim=1).tolist() if self._noted else [[]] * len(last)

    def _note(self, chosen: torch.Tensor) -> None:
        if self._before is not None:
            self._noted.append(self._before.gather(1, chosen[:, None])[:, 0])
        self._before = None

    def _sampled(self, scores: torch.Tensor) -> torch.Tensor:
        import torch
        from transformers import TopPLogitsWarper

        scores = scores.float() / self._settings.temperature
        if self._settings.top_p is not None:
            scores = TopPLogitsWarper(self._settings.top_p)(None, scores)
        noise = [
            torch.empty(scores.shape[1], dtype=torch.float64).exponential_(generator=generator).log().neg()
            for generator in self._generators
        ]
        return scores + torch.stack(noise).to(scores.device, scores.dtype)


def _generator(seed: int | None) -> torch.Generator:
    import torch

    return torch.Generator().manual_seed(random.getrandbits(63) if seed is None else seed)


@dataclass
class Ending:
    """A stopping criterion: a row ends where its text holds a stop string, or nobody waits for it.

    `lengths` holds the number of new tokens of the rows that ended so.
    """

    rows: Sequence[Row]
    stop: tuple[str, ...]
    start: int
    decode: Decode
    lengths: dict[int, int] = field(default_factory=dict)

    def __deepcopy__(self, _: Any) -> Ending:
        return self  # as for `Choice`

    def __call__(self, input_ids: torch.Tensor, _scores: Any, **_: Any) -> torch.Tensor:
        import torch

        new = input_ids.shape[1] - self.start
        # a token holds at least a byte, a character has at most four
        tail = 4 * max(map(len, self.stop), default=0) + 4
        for place, row in enumerate(self.rows):
            if place in self.lengths:
                continue
            last = (
                input_ids[place, max(self.start, input_ids.shape[1] - tail) :].tolist() if self.stop else []
            )
            if row.abandoned() or (last and find_stop(self.decode(last), self.stop) is not None):
                self.lengths[place] = new
        ended = [place in self.lengths for place in range(len(self.rows))]
        return torch.tensor(ended, dtype=torch.bool, device=input_ids.device)


def find_stop(text: str, stops: Sequence[str]) -> int | None:
    """Where the first stop string begins.

    >>> find_stop("one. two", [" t", "."])
    3
    """
    found = [place for stop in stops if (place := text.find(stop)) >= 0]
    return min(found, default=None)


def _generated(
    loaded: Loaded,
    new: list[int],
    stopped: int | None,
    logprobs: list[float] | None,
    settings: Settings,
    decode: Decode,
) -> Generated:
    """One row without what follows its end."""
    ends = set(end_ids(loaded))
    end = next((place + 1 for place, token in enumerate(new) if token in ends), None)
    length = min(end or len(new), stopped or len(new))
    text = decode(new[:length])
    cut = find_stop(text, settings.stop)
    finished = end == length or stopped == length
    return Generated(
        ids=tuple(new[:length]),
        text=text if cut is None else text[:cut],
        finish_reason="stop" if finished else "length",
        logprobs=None if logprobs is None else tuple(_finite(one) for one in logprobs[:length]),
    )


def _finite(value: float) -> float:
    """A log-probability as JSON can say it: a token that was forced against the model has none."""
    return value if math.isfinite(value) else -1e9
