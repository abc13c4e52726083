"""The made models in a folder, loaded and measured."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bakeoff.examples.support.training.evaluation import demo_questions, measure
from bakeoff.examples.support.training.model import load

_NAME = re.compile(r"(base|(full|rehearsal|lora|hybrid)(-\d+)?)")


def load_candidate(folder: Path) -> tuple[Any, Any]:
    """Model and tokenizer of a folder; an adapter is merged into the base in the folder beside it."""
    if not (folder / "adapter_config.json").is_file():
        return load(folder)
    from peft import PeftModel

    base, tokenizer = load(folder.parent / "base")
    return PeftModel.from_pretrained(base, folder).merge_and_unload(), tokenizer


def evaluate_all(work: Path) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of every model below `work`: closed-book, and with the right document above the question."""
    modes = {"closed book": demo_questions(passages=False), "with passage": demo_questions(passages=True)}
    found = {}
    for folder in sorted(path for path in work.iterdir() if _NAME.fullmatch(path.name)):
        model, tokenizer = load_candidate(folder)
        found[folder.name] = {mode: measure(model, tokenizer, asked) for mode, asked in modes.items()}
    return found
