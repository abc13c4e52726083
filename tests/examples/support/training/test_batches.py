"""From rows to batches: which tokens count, and that no row is lost."""

from functools import cache
from itertools import islice
from random import Random
from typing import Any

from bakeoff.examples.support.training.batches import collate, encode, steps
from bakeoff.examples.support.training.tokenizer import train_tokenizer
from bakeoff.examples.support.world.mixture import rows
from bakeoff.examples.support.world.rows import Row, Turn


@cache
def tokenizer() -> Any:
    return train_tokenizer(seed=0, count=1_500)


def test_only_answers_and_their_ends_are_learnt() -> None:
    row = Row("chat", (Turn("One?", "first answer"), Turn("Two?", "second")), system="Be short.")
    (encoded,) = encode(tokenizer(), [row])
    learnt = [token for token, answer in zip(encoded.ids, encoded.answers, strict=True) if answer]
    assert tokenizer().decode(learnt) == "first answer</s> second</s>"
    assert not encoded.answers[0]


def test_rows_are_padded_on_the_right_and_padding_is_never_learnt() -> None:
    short, long = encode(tokenizer(), [Row("a", (Turn("A?", "b"),)), Row("a", (Turn("A " * 20, "b"),))])
    batch = collate([short, long], tokenizer().pad_token_id)
    assert batch.ids.shape == batch.answers.shape == (2, len(long.ids))
    assert batch.ids[0, : len(short.ids)].tolist() == short.ids
    assert set(batch.ids[0, len(short.ids) :].tolist()) == {tokenizer().pad_token_id}
    assert not batch.answers[0, len(short.ids) :].any()


def test_a_step_holds_its_rows_once_in_batches_with_little_padding() -> None:
    some = list(islice(rows(Random(1)), 150))
    found = list(steps(tokenizer(), some, 64))
    assert [sum(len(batch.ids) for batch in step) for step in found] == [64, 64, 22]
    lines = sorted(line for step in found for batch in step for line in _lines(batch.ids))
    assert lines == sorted(encoded.ids for encoded in encode(tokenizer(), some))
    padded = sum(batch.ids.numel() for step in found for batch in step)
    assert padded < 1.2 * sum(len(line) for line in lines)
    assert all(len(batch.ids) == 1 or batch.ids.numel() <= 1_280 for step in found for batch in step)


def _lines(ids: Any) -> list[list[int]]:
    pad = tokenizer().pad_token_id
    return [[token for token in line if token != pad] for line in ids.tolist()]


def test_an_empty_stream_gives_no_steps() -> None:
    assert list(steps(tokenizer(), [], 8)) == []
