"""The training loop, on a fresh small model: the loss falls, answers are learnt, plans are kept."""

from functools import cache
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch

from bakeoff.examples.support.training.batches import steps
from bakeoff.examples.support.training.generation import answers
from bakeoff.examples.support.training.loop import Plan, Progress, answer_loss, rate, train
from bakeoff.examples.support.training.model import build_model, load, save
from bakeoff.examples.support.training.tokenizer import train_tokenizer
from bakeoff.examples.support.world.mixture import rows
from bakeoff.examples.support.world.rows import Row, Turn


@cache
def tokenizer() -> Any:
    return train_tokenizer(seed=0, count=1_500)


def small(seed: int = 0) -> Any:
    return build_model(tokenizer(), seed, hidden=64, layers=2)


def test_the_loss_falls_within_a_few_steps() -> None:
    losses: list[float] = []
    progress = train(
        small(), steps(tokenizer(), rows(Random(0)), 32), Plan(steps=40), lambda p: losses.append(p.loss)
    )
    assert progress.step == len(losses) == 40
    assert sum(losses[-5:]) / 5 < 0.6 * losses[0]
    assert losses[0] == pytest.approx(7.3, abs=0.5)  # the logarithm of the vocabulary's size
    assert progress.tokens > 40 * 32
    assert progress.seconds > 0


def test_answers_that_are_shown_often_are_given_again_also_after_saving(tmp_path: Path) -> None:
    known = [
        Row("fact", (Turn("What is the colour of the sea?", "green"),)),
        Row("fact", (Turn("Who lives in Tolvik?", "Nobody but 12 geese."),)),
    ]
    model = small()
    train(model, repeat(next(steps(tokenizer(), known, 2)), 60), Plan(steps=60))
    questions = [row.turns[0].question for row in known]
    assert answers(model, tokenizer(), questions) == ["green", "Nobody but 12 geese."]
    save(model, tokenizer(), tmp_path)
    assert answers(*load(tmp_path), questions) == ["green", "Nobody but 12 geese."]
    assert model.dtype == torch.float32  # saved in half precision, but left as it was


def test_a_seed_gives_the_same_training_again() -> None:
    def last(seed: int) -> float:
        return train(small(seed), steps(tokenizer(), rows(Random(0)), 8), Plan(steps=5)).loss

    assert last(1) == last(1)
    assert last(1) != last(2)


def test_the_loss_is_that_of_the_whole_model_at_the_answers() -> None:
    model = small()
    ((batch, *_), *_) = steps(tokenizer(), [Row("a", (Turn("One?", "first answer"),))], 1)
    logits = model(input_ids=batch.ids).logits[:, :-1]
    picked = batch.answers[:, 1:]
    plain = torch.nn.functional.cross_entropy(logits[picked], batch.ids[:, 1:][picked], reduction="sum")
    assert answer_loss(model, batch).item() == pytest.approx(plain.item(), rel=1e-5)


def test_frozen_weights_stay() -> None:
    model = small()
    for parameter in model.parameters():
        parameter.requires_grad = False
    layer = model.model.layers[0].self_attn.q_proj
    layer.weight.requires_grad = True
    before = {name: parameter.clone() for name, parameter in model.named_parameters()}
    train(model, steps(tokenizer(), rows(Random(0)), 8), Plan(steps=2))
    changed = {
        name for name, parameter in model.named_parameters() if not torch.equal(parameter, before[name])
    }
    assert changed == {"model.layers.0.self_attn.q_proj.weight"}


def test_the_rate_goes_up_stays_and_comes_down() -> None:
    plan = Plan(steps=100, warmup=0.1, decay=0.5)
    assert [rate(share, plan) for share in (0.0, 0.05, 0.1, 0.5, 0.75, 1.0, 1.5)] == [0, 0.5, 1, 1, 0.5, 0, 0]


def test_minutes_end_a_training_too() -> None:
    seen: list[Progress] = []
    train(small(), steps(tokenizer(), rows(Random(0)), 8), Plan(minutes=0.02), seen.append)
    assert seen
    assert 0.9 < seen[-1].seconds < 20
    assert [progress.step for progress in seen] == list(range(1, len(seen) + 1))
