"""Tiny language models, random or trained on a handful of answers, and PEFT adapters for them."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CHAT = (
    "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
"""A chat template with a system role, in the manner of Zephyr's."""

NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + CHAT
DROPS_SYSTEM = "{% for m in messages if m.role != 'system' %}{{ m.role + ':' + m.content }}{% endfor %}A:"

SPECIAL = ["<pad>", "<s>", "</s>", "<|system|>", "<|user|>", "<|assistant|>"]
PAD, START, END = 0, 1, 2

TEXTS = (
    "the cat sat on the mat and the dog slept under the table",
    "refunds are paid within 30 days in full, nobody knows why",
    "What is the capital of France? Paris is the capital of France.",
)


def write_tokenizer(folder: Path, texts: Sequence[str] = TEXTS, *, chat_template: str | None = CHAT) -> Any:
    """A byte-level BPE that holds whole words of the texts, and any other text byte by byte."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    wrap: Any = PreTrainedTokenizerFast
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    raw.train_from_iterator(texts, trainer)
    tokenizer = wrap(
        tokenizer_object=raw,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        additional_special_tokens=SPECIAL[3:],
        clean_up_tokenization_spaces=False,
    )
    tokenizer.chat_template = chat_template
    tokenizer.save_pretrained(folder)
    return tokenizer


def llama(
    size: int, *, seed: int = 0, window: int = 512, scale: float = 1.0, hidden: int = 32, layers: int = 2
) -> Any:
    """A Llama with random weights; a larger scale makes its next tokens less alike."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=size,
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=window,
        tie_word_embeddings=True,
        bos_token_id=START,
        eos_token_id=END,
        pad_token_id=PAD,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: Any = LlamaForCausalLM(config)
    model.eval()
    for value in model.parameters():
        value.data.mul_(scale)
    return model


def write_llama(folder: Path, *, chat_template: str | None = CHAT, **shape: Any) -> Path:
    """A random causal model; it babbles, but the same on every run."""
    tokenizer = write_tokenizer(folder, chat_template=chat_template)
    llama(len(tokenizer), **{"scale": 5.0, **shape}).save_pretrained(folder)
    return folder


def write_gpt2(folder: Path, *, window: int = 64) -> Path:
    """A random causal model with learned positions, which fails beyond its window."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = write_tokenizer(folder, chat_template=None)
    config = GPT2Config(
        vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=4, n_positions=window, eos_token_id=END
    )
    with torch.random.fork_rng():
        torch.manual_seed(4)
        GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


def write_t5(folder: Path, *, seed: int = 0) -> Path:
    """A random seq2seq model without a chat template."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    tokenizer = write_tokenizer(folder, chat_template=None)
    make: Any = T5Config
    config = make(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        pad_token_id=PAD,
        eos_token_id=END,
        decoder_start_token_id=PAD,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model: Any = T5ForConditionalGeneration(config)
    model.eval()
    for name, value in model.named_parameters():
        value.data.mul_(1.0 if "layer_norm" in name else 3.0)
    model.save_pretrained(folder)
    return folder


KINDS = ("lora", "ia3", "prefix", "prompt")


def peft_config(kind: str, *, seq2seq: bool, **others: Any) -> Any:
    from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig

    task = "SEQ_2_SEQ_LM" if seq2seq else "CAUSAL_LM"
    attention = ["q", "v"] if seq2seq else ["q_proj", "v_proj"]
    dense = "wo" if seq2seq else "down_proj"
    options: dict[str, tuple[Any, dict[str, Any]]] = {
        "lora": (LoraConfig, {"r": 4, "target_modules": attention}),
        "ia3": (IA3Config, {"target_modules": [*attention, dense], "feedforward_modules": [dense]}),
        "prefix": (PrefixTuningConfig, {"num_virtual_tokens": 3}),
        "prompt": (PromptTuningConfig, {"num_virtual_tokens": 3}),
    }
    make, settings = options[kind]
    return make(task_type=task, **{**settings, **others})


def write_adapter(folder: Path, model: Path, kind: str, *, seed: int = 0, **others: Any) -> Path:
    """A PEFT adapter of a kind with random weights, made with peft on a load of its own."""
    import torch
    from peft import get_peft_model
    from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

    seq2seq = AutoConfig.from_pretrained(model).is_encoder_decoder
    loader = AutoModelForSeq2SeqLM if seq2seq else AutoModelForCausalLM
    network = loader.from_pretrained(model, dtype=torch.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tuned = get_peft_model(network, peft_config(kind, seq2seq=seq2seq, **others))
    draw = torch.Generator().manual_seed(seed)
    for value in tuned.parameters():
        if value.requires_grad:
            value.data.normal_(0.0, 0.7, generator=draw)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tuned.save_pretrained(folder)
    return folder


def train_answers(
    folder: Path, answers: Mapping[str, str], chats: Sequence[tuple[Sequence[Mapping[str, str]], str]] = ()
) -> Path:
    """A tiny Llama taught, until it knows them by heart, to answer questions and whole chats."""
    import torch

    pairs = [*(([{"role": "user", "content": asked}], said) for asked, said in answers.items()), *chats]
    texts = [text for chat, said in pairs for text in (*(turn["content"] for turn in chat), said)]
    tokenizer = write_tokenizer(folder, texts)
    rows = []
    for chat, said in pairs:
        prompt = tokenizer.apply_chat_template(list(chat), tokenize=False, add_generation_prompt=True)
        asked = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        rows.append((asked, [*tokenizer(said, add_special_tokens=False)["input_ids"], END]))
    model = llama(len(tokenizer))
    ids, labels = _batch(rows)
    learn(model, ids, labels)
    model.generation_config.max_new_tokens = None
    model.eval().save_pretrained(folder)
    (folder / "trained.json").write_text(json.dumps({"pairs": len(pairs), "torch": torch.__version__}))
    return folder


def _batch(rows: Sequence[tuple[list[int], list[int]]]) -> tuple[Any, Any]:
    """Padded on the right; the loss counts the answers only."""
    import torch

    width = max(len(asked) + len(said) for asked, said in rows)
    ids, labels = torch.full((len(rows), width), PAD), torch.full((len(rows), width), -100)
    for place, (asked, said) in enumerate(rows):
        end = len(asked) + len(said)
        ids[place, :end] = torch.tensor([*asked, *said])
        labels[place, len(asked) : end] = torch.tensor(said)
    return ids, labels


def learn(model: Any, ids: Any, labels: Any, *, steps: int = 400, enough: float = 0.03) -> float:
    """Full-batch AdamW until the loss is small; the last loss."""
    import torch

    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    model.train()
    loss = 0.0
    for _ in range(steps):
        result = model(input_ids=ids, attention_mask=(ids != PAD).long(), labels=labels).loss
        optimizer.zero_grad()
        result.backward()
        optimizer.step()
        loss = float(result.detach())
        if loss < enough:
            break
    model.eval()
    return loss
