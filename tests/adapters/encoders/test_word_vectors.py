from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.adapters.encoders.embedded import embedded_folder
from bakeoff.adapters.encoders.word_vectors import WordEncoder, words

SENTENCES = [
    "The battery lasts 12.5 hours.",
    "Unbelievably, Zürich's trams aren't late!",
    "one",
    "A longer sentence, about refunds and deliveries and warranties, which goes on for a while (really).",
]


@lru_cache
def encoder() -> WordEncoder:
    return WordEncoder(embedded_folder())


@lru_cache
def raw_model() -> tuple[Any, Any]:
    from transformers import AutoModel, AutoTokenizer

    return AutoTokenizer.from_pretrained(str(embedded_folder())), AutoModel.from_pretrained(
        str(embedded_folder())
    ).eval()


def by_hand(sentence: str, groups: list[list[int]]) -> Any:
    """Normalised means of the third layer's states at the given token places (0 is the start token)."""
    import torch

    tokenizer, model = raw_model()
    with torch.inference_mode():
        output = model(**tokenizer(sentence, return_tensors="pt"), output_hidden_states=True)
    states = output.hidden_states[3][0].numpy()
    means = [states[group].mean(axis=0) for group in groups]
    return np.array([mean / np.linalg.norm(mean) for mean in means])


@pytest.mark.parametrize(
    ("sentence", "groups"),
    [
        # [CLS] the battery lasts 12 . 5 hours . [SEP]
        (SENTENCES[0], [[1], [2], [3], [4, 5, 6], [7]]),
        # [CLS] un ##bel ##ie ##va ##bly , zurich ' s trams aren ' t late ! [SEP]
        (SENTENCES[1], [[1, 2, 3, 4, 5], [7], [10], [11, 12, 13], [14]]),
        (SENTENCES[2], [[1]]),
    ],
)
def test_word_vectors_are_the_normalised_means_of_the_third_layer(
    sentence: str, groups: list[list[int]]
) -> None:
    found = encoder().encode([sentence])[0]
    np.testing.assert_allclose(found.vectors, by_hand(sentence, groups), atol=2e-6)
    assert [len(pieces) for pieces in found.pieces] == [len(group) for group in groups]


def test_pieces_are_vocabulary_ids() -> None:
    tokenizer, _ = raw_model()
    found = encoder().encode([SENTENCES[0]])[0]
    assert [tokenizer.convert_ids_to_tokens(list(pieces)) for pieces in found.pieces] == [
        ["the"], ["battery"], ["lasts"], ["12", ".", "5"], ["hours"],
    ]  # fmt: skip


def test_a_sentence_is_read_by_itself() -> None:
    together = WordEncoder(embedded_folder()).encode(SENTENCES)
    for sentence, found in zip(SENTENCES, together, strict=True):
        np.testing.assert_allclose(found.vectors, encoder().encode([sentence])[0].vectors, atol=1e-5)


def test_the_words_to_keep_are_the_callers() -> None:
    nouns = WordEncoder(embedded_folder(), select=lambda sentence: words(sentence)[1:2])
    found = nouns.encode([SENTENCES[0]])[0]
    assert [word.text for word in found.words] == ["battery"]
    np.testing.assert_allclose(found.vectors[0], encoder().encode([SENTENCES[0]])[0].vectors[1], atol=1e-5)


def test_a_sentence_beyond_512_positions_keeps_all_its_words() -> None:
    long = " ".join(f"word{number}" for number in range(600))
    found = encoder().encode([long])[0]
    assert len(found.words) == len(found.vectors) == 600
    np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1.0, atol=1e-5)


@pytest.mark.parametrize("text", ["", "...", "\x00\x01", " \n", "\ud800", "a\ud83d\ude00b", "\u0301"])
def test_odd_sentences(text: str) -> None:
    found = encoder().encode([text])[0]
    assert found.vectors.shape == (len(found.words), 384)
    assert np.isfinite(found.vectors).all()


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=25)
def test_any_text_gives_one_vector_a_word(text: str) -> None:
    found = encoder().encode([text])[0]
    assert found.words == words(text)
    assert all(text[word.start : word.end] == word.text for word in found.words)
    lengths = np.linalg.norm(found.vectors, axis=1)
    seen = np.array([bool(pieces) for pieces in found.pieces], dtype=bool)
    np.testing.assert_allclose(lengths, seen.astype(float), atol=1e-5)


def test_threads_share_an_encoder() -> None:
    fresh = WordEncoder(embedded_folder())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: fresh.encode(SENTENCES), range(8)))
    for result in found:
        for mine, theirs in zip(result, encoder().encode(SENTENCES), strict=True):
            np.testing.assert_allclose(mine.vectors, theirs.vectors, atol=1e-5)
