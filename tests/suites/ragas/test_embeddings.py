from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import numpy as np
from loopback.scripted_judge import WordEncoder
from numpy.typing import NDArray

from bakeoff.suites.ragas.embeddings import Vectors, encoder_embedding


def test_rows_are_the_encoders_own_in_the_order_asked() -> None:
    encoder = WordEncoder()
    expected = WordEncoder().encode(["a b", "c", "a b"])
    made = asyncio.run(encoder_embedding(Vectors(encoder)).aembed_texts(["a b", "c", "a b"]))
    assert np.array_equal(np.asarray(made, dtype=np.float32), expected)
    assert encoder.encoded == ["a b", "c"]


def test_one_text_three_ways() -> None:
    vectors = Vectors(WordEncoder())
    embedding = encoder_embedding(vectors)
    asynchronous = asyncio.run(embedding.aembed_text("x y"))
    assert embedding.embed_text("x y") == asynchronous == vectors.encode(["x y"])[0]


def test_texts_asked_for_at_once_are_encoded_once() -> None:
    encoder = WordEncoder()
    vectors = Vectors(encoder)

    async def all_at_once() -> None:
        await asyncio.gather(*(vectors.of(["shared", f"own {number % 3}"]) for number in range(30)))

    asyncio.run(all_at_once())
    assert sorted(encoder.encoded) == ["own 0", "own 1", "own 2", "shared"]


class Slow(WordEncoder):
    """Notes how many threads encode at once."""

    inside, peak = 0, 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.inside += 1
        self.peak = max(self.peak, self.inside)
        time.sleep(0.005)
        self.inside -= 1
        return super().encode(texts)


def test_one_thread_encodes_at_a_time() -> None:
    encoder = Slow()
    vectors = Vectors(encoder)

    async def all_at_once() -> None:
        await asyncio.gather(*(vectors.of([f"text {number}"]) for number in range(8)))

    asyncio.run(all_at_once())
    assert (len(encoder.encoded), encoder.peak) == (8, 1)


def test_blank_texts_do_not_end_a_batch() -> None:
    assert len(asyncio.run(encoder_embedding(Vectors(WordEncoder())).aembed_texts(["", " "]))) == 2
