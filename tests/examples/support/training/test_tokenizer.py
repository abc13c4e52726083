"""The tokenizer: any text is input and comes back, and the chat template is the training format."""

from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from bakeoff.examples.support.training.batches import encode
from bakeoff.examples.support.training.tokenizer import SPECIAL, messages, train_tokenizer
from bakeoff.examples.support.world.mixture import rows
from bakeoff.examples.support.world.rows import Row, Turn, ask


@cache
def tokenizer() -> Any:
    return train_tokenizer(seed=0, count=1_500)


def ids(text: str) -> list[int]:
    return list(tokenizer()(text)["input_ids"])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back(text: str) -> None:
    assert tokenizer().decode(ids(text)) == text


@pytest.mark.parametrize("text", ["Grüße aus Ähtäri 日本", "two  spaces ", " a space first", "\ta\nb", "<b>"])
def test_odd_texts_come_back(text: str) -> None:
    assert tokenizer().decode(ids(text)) == text


def test_no_text_is_unknown_and_none_becomes_a_marker() -> None:
    special = set(tokenizer().convert_tokens_to_ids(list(SPECIAL)))
    assert tokenizer().unk_token is None
    assert not special & set(ids("ꙮ qwrtz < s > user"))


def test_a_word_has_the_same_tokens_at_the_start_and_within() -> None:
    assert ids("The town of Tolvik")[-len(ids("Tolvik")) :] == ids("Tolvik")
    assert ids("It lasts 360 hours.")[2:-1] == ids("360 hours")


def test_digits_stand_alone() -> None:
    tokens = tokenizer().tokenize("version 3.10 costs 4567 euros")
    assert [token for token in tokens if any(c.isdigit() for c in token)] == list("3104567")


def test_the_markers_are_one_token_each() -> None:
    assert [len(ids(marker)) for marker in SPECIAL] == [1] * len(SPECIAL)


def test_the_chat_template_is_the_training_format() -> None:
    """Served and in-process prompts go through the template: it must give the ids of training."""
    some = list(islice(rows(Random(3)), 200))
    for row, encoded in zip(some, encode(tokenizer(), some), strict=True):
        chat = messages(row)
        whole = tokenizer().apply_chat_template(chat, return_dict=False)
        assert whole == encoded.ids
        prompt = tokenizer().apply_chat_template(chat[:-1], add_generation_prompt=True, return_dict=False)
        assert whole[: len(prompt)] == prompt
        assert whole[len(prompt) :] == [*ids(row.turns[-1].answer), tokenizer().eos_token_id]


def test_one_message_becomes_this_text() -> None:
    text = tokenizer().apply_chat_template(
        [{"role": "user", "content": "How are you?"}], add_generation_prompt=True, tokenize=False
    )
    assert text == "<s><user>How are you?<assistant>"


def test_system_messages_and_earlier_turns_are_rendered() -> None:
    row = Row("chat", (Turn("One?", "1"), Turn("Two?", "2")), system="Be short.")
    text = tokenizer().apply_chat_template(messages(row), tokenize=False)
    assert text == "<s><system>Be short.<user>One?<assistant>1</s><user>Two?<assistant>2</s>"


def test_what_is_saved_and_loaded_by_transformers_is_the_same(tmp_path: Path) -> None:
    tokenizer().save_pretrained(tmp_path)
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded.chat_template == tokenizer().chat_template
    assert (loaded.bos_token, loaded.eos_token, loaded.pad_token) == ("<s>", "</s>", "<pad>")
    row = ask("any", "What is 3 plus 4?", "7")
    assert encode(loaded, [row]) == encode(tokenizer(), [row])


def test_training_again_gives_the_same_tokenizer() -> None:
    assert train_tokenizer(seed=0, count=1_500).get_vocab() == tokenizer().get_vocab()
