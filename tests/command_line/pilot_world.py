"""A folder for `bakeoff plan`: 160 questions and the recorded answers of two systems."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from command_line.worlds import CHEAP, question, reference, write_world

QUESTIONS = 160


def write_pilot_world(folder: Path, *, questions: int = QUESTIONS, **keys: Any) -> Path:
    """`base` is right on 5 of 10 questions, `tuned` on 6 of 10; 3 of 10 are right in one of them only."""
    recordings = {
        "base": _answers(questions, right=range(5), latency_s=0.5, cost_usd=0.001),
        "tuned": _answers(questions, right=(0, 1, 2, 3, 5, 6), latency_s=2.0, cost_usd=None),
    }
    for name, rows in recordings.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    systems = {
        "base": {"adapter": "recorded", "kind": "prompt", "path": "base.jsonl"},
        "tuned": {"adapter": "recorded", "kind": "fine_tuned", "parent": "base", "path": "tuned.jsonl"},
    }
    limits = {"limits": {"concurrency": 4}}
    return write_world(folder, systems, questions=questions, suites=[CHEAP], **{**limits, **keys})


def _answers(
    questions: int, *, right: Sequence[int], latency_s: float, cost_usd: float | None
) -> list[Mapping[str, Any]]:
    priced = {} if cost_usd is None else {"cost_usd": cost_usd}
    return [
        {
            "question": question(i),
            "answer": reference(i) if i % 10 in right else "Nobody knows.",
            "latency_s": latency_s,
            **priced,
        }
        for i in range(questions)
    ]
