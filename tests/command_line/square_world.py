"""A folder with the four arms of a 2×2: recorded answers of a model prompted, reading, tuned, and both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from command_line.worlds import CHEAP, gold, question, reference, write_world

QUESTIONS = 80

RIGHT = {"prompt": (0,), "rag": (0, 1, 2, 3, 4, 5), "tuned": (0, 1, 2, 6), "tuned_rag": (0, 1, 2, 3, 4, 6)}
"""Last digits of the questions on which each is right."""

ARMS = {
    "prompt": {"kind": "prompt"},
    "rag": {"kind": "rag", "parent": "prompt"},
    "tuned": {"kind": "fine_tuned", "parent": "prompt"},
    "tuned_rag": {"kind": "hybrid", "parent": "tuned"},
}


def write_square_world(folder: Path) -> Path:
    """80 questions, four systems, exact match and token F1; the config's path."""
    for name, right in RIGHT.items():
        reads = ARMS[name]["kind"] in ("rag", "hybrid")
        rows = [_row(i, right, reads=reads) for i in range(QUESTIONS)]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    systems = {name: {"adapter": "recorded", "path": f"{name}.jsonl", **arm} for name, arm in ARMS.items()}
    return write_world(folder, systems, questions=QUESTIONS, suites=[CHEAP], baseline="prompt")


def _row(i: int, right: Sequence[int], *, reads: bool) -> dict[str, object]:
    text = reference(i) if i % 10 in right else "I am not sure about that one."
    return {"question": question(i), "answer": text} | ({"contexts": [gold(i)]} if reads else {})
