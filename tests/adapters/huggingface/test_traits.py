"""What shows of a local model, down to its weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiny_models.language import KINDS

from bakeoff.adapters.huggingface.system import HuggingFaceSystem
from bakeoff.evals.fairness.kinship import kinship
from bakeoff.evals.fairness.rules import trait_notes
from bakeoff.evals.scoring import info_of

Build = Callable[..., HuggingFaceSystem]


def levels(ours: HuggingFaceSystem, theirs: HuggingFaceSystem) -> dict[str, str]:
    systems = {system.name: info_of(system) for system in (ours, theirs)}
    return {
        n.aspect: str(n.level)
        for n in trait_notes(kinship(systems[ours.name], systems[theirs.name], systems))
    }


def tuned(build: Build, **options: Any) -> HuggingFaceSystem:
    return build(wiring={"name": "tuned", "kind": "fine_tuned", "parent": "local"}, **options)


def test_a_local_model_shows_everything(build: Build) -> None:
    found: dict[str, Any] = dict(build(system_prompt=None, stop=["\n"]).traits)
    assert (found["model"], found["precision"]) == ("llama", "float32")
    assert found["decoding"] == {"temperature": 0.0, "max_tokens": 8, "stop": ["\n"]}
    assert found["system_prompt"] is None
    assert found.keys() >= {"weights", "template", "chat_template", "context_budget"}


def test_a_folder_of_somebodys_machine_is_named_by_its_last_part(build: Build, models: Path) -> None:
    system = build(model=str(models / "llama"))
    assert system.traits["model"] == "llama"
    assert str(models) not in str(system.traits)


def test_an_adapter_is_other_weights_on_the_same_parent(build: Build) -> None:
    peft = f"llama-{KINDS[0]}"
    base, other = build(), tuned(build, peft=peft)
    assert other.traits["model"] == f"llama + {peft}"
    assert levels(other, base) == {"model": "by design"}


def test_another_chat_template_or_decoding_than_the_parents_voids(build: Build, models: Path) -> None:
    (models / "other.jinja").write_text("{% for m in messages %}<{{ m['content'] }}>{% endfor %}")
    other = tuned(build, peft=f"llama-{KINDS[0]}", chat_template="other.jinja", max_new_tokens=4)
    assert levels(other, build()) == {"model": "by design", "chat_template": "voids", "decoding": "voids"}
