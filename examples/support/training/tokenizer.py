"""One tokenizer for all models: a small byte-level BPE, so that any text is input.

Every message starts with an invisible space, which decoding takes away again: a word has then the same
tokens at the start of an answer as within a passage, and copying it is copying tokens. Digits stand alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from random import Random
from typing import Any

from bakeoff.examples.support.world.mixture import rows
from bakeoff.examples.support.world.rows import Row

BOS, EOS, PAD = "<s>", "</s>", "<pad>"
SYSTEM, USER, ASSISTANT = "<system>", "<user>", "<assistant>"
SPECIAL = (PAD, BOS, EOS, SYSTEM, USER, ASSISTANT)
VOCABULARY = 1_536

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{% if message['role'] == 'assistant' %}<assistant>{{ message['content'] }}{{ eos_token }}"
    "{% elif message['role'] == 'system' %}<system>{{ message['content'] }}"
    "{% else %}<user>{{ message['content'] }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}"
)


def train_tokenizer(seed: int = 0, count: int = 20_000) -> Any:
    """The tokenizer, trained on so many rows of the pretraining mixture."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Prepend(" ")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.ByteLevel(), decoders.Strip(content=" ", left=1, right=0)]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(islice(rows(Random(seed)), count)), trainer)
    wrap: Any = PreTrainedTokenizerFast
    return wrap(
        tokenizer_object=tokenizer,
        bos_token=BOS,
        eos_token=EOS,
        pad_token=PAD,
        additional_special_tokens=[SYSTEM, USER, ASSISTANT],
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
        model_max_length=1024,
        padding_side="left",
    )


def _texts(some: Iterable[Row]) -> Iterable[str]:
    for row in some:
        for turn in row.turns:
            yield turn.question
            yield turn.answer


def messages(row: Row) -> list[dict[str, str]]:
    """The row as a chat."""
    found = [] if row.system is None else [{"role": "system", "content": row.system}]
    for turn in row.turns:
        found.append({"role": "user", "content": turn.question})
        found.append({"role": "assistant", "content": turn.answer})
    return found
