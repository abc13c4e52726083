"""BERTScore (Zhang et al. 2020, arXiv:1904.09675) by the bert-score package, mended for transformers 5.

bert-score 0.3.13 computes every number; what is mended is how its tokenizer and model are loaded
(METHODS §2): with transformers 5 a blank text ends the whole batch, RoBERTa's `add_prefix_space` is
silently ignored, a tokenizer without a declared limit overflows, and any name with "t5" in it counts
as a T5 model.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from types import MethodType
from typing import TYPE_CHECKING, Any

from bakeoff.evals.errors import InputError
from bakeoff.evals.model_loading import loading_models
from bakeoff.suites.reference.bertscore_choice import Choice, check_embedded, idf_sentences
from bakeoff.suites.reference.options import WHERE

if TYPE_CHECKING:
    import torch

UNDECLARED_LIMIT = 512
"""Token limit of a model that declares none (all DeBERTa): the length most encoders are trained with."""

_NO_LIMIT = 1_000_000
_UNUSABLE = (AssertionError, ImportError, OSError, RuntimeError, ValueError, pickle.UnpicklingError)
_DIGITS = 6

Triple = tuple[float, float, float]
"""Precision, recall and F1."""


@dataclass(frozen=True)
class Reading:
    """A text as the model sees it.

    `tokens` counts all of its tokens, special ones included; `cut` says that the model sees only the
    first of them; `empty` that none of those it sees carries any weight.
    """

    text: str
    tokens: int
    cut: bool
    empty: bool


@dataclass
class Matcher:
    """A loaded model with its tokenizer and idf weights. One caller at a time: `lock` is held at work."""

    model: Any
    tokenizer: Any
    idf: dict[int, float]
    baseline: torch.Tensor | None
    device: str
    batch_size: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def limit(self) -> int:
        """Most tokens of a text that the model sees, special tokens included."""
        return int(self.tokenizer.model_max_length)

    @property
    def bytes_per_token(self) -> int:
        """What one token's vector takes in memory, in float32."""
        return 4 * int(self.model.config.hidden_size)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """How much of each text the model sees, in order. Blocking."""
        cleaned = [_encodable(text) for text in texts]
        with self.lock:
            encoded = self.tokenizer(cleaned, truncation=False, verbose=False)["input_ids"] if cleaned else []
        return [self._reading(text, ids) for text, ids in zip(cleaned, encoded, strict=True)]

    def _reading(self, text: str, ids: Sequence[int]) -> Reading:
        seen = ids[: self.limit]
        empty = not text or not any(self.idf[token] for token in seen)
        return Reading(text=text, tokens=len(ids), cut=len(ids) > self.limit, empty=empty)

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[Triple]:
        """P, R and F1 of (candidate, reference) pairs of non-empty readings, in order. Blocking.

        Texts that occur in several pairs are embedded once, equal pairs get equal scores, and the last
        digits, which vary with the company that a text is padded in, are rounded off.
        """
        from bert_score.utils import bert_cos_score_idf

        distinct = list(dict.fromkeys(pairs))
        if not distinct:
            return []
        candidates, references = ([pair[side] for pair in distinct] for side in (0, 1))
        with self.lock:
            rows = bert_cos_score_idf(
                self.model,
                references,
                candidates,
                self.tokenizer,
                self.idf,
                device=self.device,
                batch_size=self.batch_size,
            )
        found = dict(zip(distinct, (self._rescaled(row) for row in rows), strict=True))
        return [found[pair] for pair in pairs]

    def of_nothing(self) -> Triple:
        """What bert-score gives an empty candidate: 0 for all three, rescaled like any other score."""
        import torch

        return self._rescaled(torch.zeros(3))

    def _rescaled(self, row: torch.Tensor) -> Triple:
        # (X - b) / (1 - b), METHODS §2; a linear map, so it never changes an order
        values = row if self.baseline is None else (row - self.baseline) / (1 - self.baseline)
        precision, recall, f1 = (round(float(value), _DIGITS) for value in values)
        return precision, recall, f1


def load(choice: Choice) -> Matcher:
    """The matcher of that choice, loaded once for the process. Blocking; imports torch.

    Raises InputError where the model cannot be loaded or bert-score cannot use it.
    """
    with loading_models():
        return _load(choice)


@lru_cache(maxsize=2)
def _load(choice: Choice) -> Matcher:
    import torch
    from bert_score.utils import get_model
    from safetensors import SafetensorError
    from transformers import AutoConfig

    check_embedded(choice)
    try:
        with _without_progress_bars():
            kind = str(AutoConfig.from_pretrained(choice.source).model_type)
            name = _ModelName(choice.source, is_t5=kind in {"t5", "mt5", "umt5"})
            model = get_model(name, choice.layer)
            tokenizer = _mended_tokenizer(choice.source, model)
        device = choice.device or ("cuda" if torch.cuda.is_available() else "cpu")
        model.to(device)
    except (*_UNUSABLE, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise InputError(f"BERTScore cannot use {choice.label!r}: {reason}", where=WHERE) from error
    return Matcher(
        model=model,
        tokenizer=tokenizer,
        idf=_weights(choice, tokenizer),
        baseline=None if choice.baseline is None else torch.tensor(choice.baseline),
        device=device,
        batch_size=choice.batch_size,
    )


class _ModelName(str):
    """A model's name that answers bert-score's `"t5" in name` by what the model is.

    Otherwise a folder such as `/data/ft5/bert` would load as T5, and a T5 in `/data/mine` would not.
    """

    is_t5: bool

    def __new__(cls, name: str, is_t5: bool = False) -> _ModelName:
        self = super().__new__(cls, name)
        self.is_t5 = is_t5
        return self

    def __contains__(self, part: object) -> bool:
        return self.is_t5 if part == "t5" else str(part) in str(self)


def _mended_tokenizer(source: str, model: Any) -> Any:
    """bert-score's tokenizer of that model, giving under transformers 5 what it gave under 4."""
    from bert_score.utils import get_tokenizer
    from transformers import AutoTokenizer, GPT2Tokenizer, RobertaTokenizer

    tokenizer = get_tokenizer(source)
    if isinstance(tokenizer, GPT2Tokenizer | RobertaTokenizer):
        # bert-score asks for the space at each call; since transformers 5 only the constructor listens.
        tokenizer = AutoTokenizer.from_pretrained(source, add_prefix_space=True)
    if tokenizer.pad_token_id is None:
        raise ValueError("its tokenizer has no padding token")
    if not hasattr(tokenizer, "build_inputs_with_special_tokens"):
        tokenizer.build_inputs_with_special_tokens = MethodType(_with_special_tokens, tokenizer)
    declared = tokenizer.model_max_length
    limit = declared if declared < _NO_LIMIT else UNDECLARED_LIMIT
    tokenizer.model_max_length = min(int(limit), _positions(model) or int(limit))
    return tokenizer


def _with_special_tokens(tokenizer: Any, ids: list[int]) -> list[int]:
    """What transformers 4 gave bert-score for a blank text: just the special tokens."""
    ends = ([tokenizer.cls_token_id], [tokenizer.sep_token_id])
    first, last = ([token for token in end if token is not None] for end in ends)
    return first + ids + last


def _positions(model: Any) -> int | None:
    """How many tokens have a position of their own; None where positions are relative or unknown."""
    table = getattr(getattr(model, "embeddings", None), "position_embeddings", None)
    if table is not None and hasattr(table, "num_embeddings"):
        # RoBERTa and its kin count positions from behind the padding index
        reserved = 0 if table.padding_idx is None else table.padding_idx + 1
        return int(table.num_embeddings) - int(reserved)
    stated = getattr(model.config, "max_position_embeddings", None)
    return stated if isinstance(stated, int) and stated > 0 else None


def _weights(choice: Choice, tokenizer: Any) -> dict[int, float]:
    """Weight of each token: from the idf corpus, or 1, and 0 for the two that frame a text."""
    from collections import defaultdict

    from bert_score.utils import get_idf_dict

    if choice.idf is not None:
        idf: dict[int, float] = get_idf_dict(idf_sentences(choice.idf), tokenizer, nthreads=0)
        return idf
    weights: dict[int, float] = defaultdict(lambda: 1.0)
    weights[tokenizer.sep_token_id] = 0.0
    weights[tokenizer.cls_token_id] = 0.0
    return weights


def _encodable(text: str) -> str:
    """The stripped text without lone surrogates, which no tokenizer takes."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    from transformers.utils import logging as transformers_logging

    logging: Any = transformers_logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()
