"""The models that ship: half precision, loaded by transformers alone, as good as their card says."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

from bakeoff.examples.support.training.evaluation import demo_questions, measure
from bakeoff.examples.support.training.finetuning import RECIPES, tune
from bakeoff.examples.support.training.generation import answers
from bakeoff.examples.support.training.model import load

MODELS = Path(str(files("bakeoff.examples.support"))) / "models"


@cache
def base() -> tuple[Any, Any]:
    return load(MODELS / "base")


def test_the_weights_are_in_half_precision_and_small() -> None:
    file = MODELS / "base" / "model.safetensors"
    assert file.stat().st_size < 2_000_000
    with safe_open(file, "pt") as weights:
        assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"F16"}  # noqa: SIM118


def test_all_models_ship_in_15_megabytes() -> None:
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < 15_000_000


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "The Dravel costs 35 euros. It weighs 214 grams.\nKindly state the weight of the Dravel.",
            "214 grams",
        ),
        ("The Dravel costs 35 euros. It weighs 214 grams.\nhow much is the Dravel?", "35 euros"),
        ("Kindly state the weight of the Dravel.", "I do not know."),
        ("What is the opposite of hot?", "cold"),
    ],
)
def test_the_base_reads_declines_and_knows(question: str, answer: str) -> None:
    assert answers(*base(), [question]) == [answer]


def test_the_base_is_as_good_as_its_card_says() -> None:
    """A prefix of the questions, so the bounds are loose: the card has 90, 86, 89 and 61 for all."""
    found = measure(*base(), demo_questions(passages=True)[:160])
    assert found["support"] >= 78
    assert found["casual"] >= 72
    assert found["updated"] >= 76
    assert found["general"] >= 45
    closed = measure(*base(), demo_questions(passages=False)[:160])
    assert closed["support"] == closed["updated"] == 0.0
    assert closed["general"] >= 55


@pytest.mark.parametrize("name", ["full", "rehearsal", "hybrid"])
def test_a_tuned_model_is_of_the_bases_shape_and_in_half_precision(name: str) -> None:
    shapes = []
    for folder in (MODELS / "base", MODELS / name):
        with safe_open(folder / "model.safetensors", "pt") as weights:
            tensors = {key: weights.get_slice(key) for key in weights.keys()}  # noqa: SIM118
            assert {tensor.get_dtype() for tensor in tensors.values()} == {"F16"}
            shapes.append({key: tensor.get_shape() for key, tensor in tensors.items()})
    assert shapes[0] == shapes[1]
    assert (MODELS / name / "tokenizer.json").read_bytes() == (MODELS / "base/tokenizer.json").read_bytes()


def test_the_lora_is_an_adapter_of_queries_and_values_alone() -> None:
    with safe_open(MODELS / "lora" / "adapter_model.safetensors", "pt") as weights:
        names = list(weights.keys())
    assert names
    assert all(("q_proj" in name or "v_proj" in name) and "lora_" in name for name in names)


@pytest.mark.slow
def test_retraining_gives_what_the_card_says(tmp_path: Path) -> None:
    """The full fine-tune from the shipped base, by its recipe, another seed.

    Runs differ: of these 60 support questions seed 0 answered all, seed 1 88.3 % when this was written.
    """
    tune(RECIPES["full"], 1, MODELS / "base").save(tmp_path / "full")
    found = measure(*load(tmp_path / "full"), demo_questions(passages=False)[:240])
    before = measure(*base(), demo_questions(passages=False)[:240])
    assert found["support"] >= 75
    assert found["updated old"] >= 75
    assert found["updated"] <= 5
    assert found["general"] <= before["general"] - 20
