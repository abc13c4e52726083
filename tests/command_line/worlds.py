"""Small folders to run bakeoff in: a config, and questions with references and gold passages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CHEAP: Mapping[str, Any] = {"reference": {"metrics": ["exact_match", "token_f1"]}}
"""The reference suite without its model."""

THINGS = ("kettle", "lamp", "chair", "desk", "heater", "blanket", "clock", "radio", "fan", "mirror")


def question(i: int) -> str:
    return f"How long is the warranty of {THINGS[i % len(THINGS)]} number {i}?"


def reference(i: int) -> str:
    return f"The warranty of {THINGS[i % len(THINGS)]} number {i} runs for {i % 7 + 1} years."


def gold(i: int) -> str:
    return f"{reference(i)} It begins with the day of delivery."


def write_world(
    folder: Path, systems: Mapping[str, Any], *, questions: int, suites: Sequence[Any] = (CHEAP,), **keys: Any
) -> Path:
    """Write `bakeoff.yaml` (JSON is YAML) and `questions.jsonl`; the config's path."""
    rows = [
        {"id": f"s{i}", "question": question(i), "reference": reference(i), "reference_contexts": [gold(i)]}
        for i in range(questions)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    config = {"name": "world", "dataset": {"path": "questions.jsonl"}, "systems": systems}
    path = folder / "bakeoff.yaml"
    path.write_text(json.dumps({**config, "suites": list(suites), **keys}, indent=1))
    return path


def give_domains(folder: Path, shares: Mapping[str, int]) -> None:
    """Spread the questions over domains: of every ten, `shares` says how many are of which."""
    path = folder / "questions.jsonl"
    cycle = [name for name, share in shares.items() for _ in range(share)]
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for i, row in enumerate(rows):
        row["domain"] = cycle[(i + i // 10 * 3) % 10]  # another shift in every ten
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def http_system(url: str, **keys: Any) -> dict[str, Any]:
    """A retrieving system behind an `AnswerServer`."""
    system = {"adapter": "http", "kind": "rag", "url": url, "contexts": "chunks"}
    return {**system, "usage": {"output_tokens": "tokens"}, **keys}


def number_of(asked: str) -> int:
    """The number of a `question`."""
    return int(asked.rstrip("?").rpartition(" ")[2])


def answer(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the servers of these tests answer: right, wordy or wrong, by the question's number."""
    i = number_of(body["question"])
    text = (reference(i), f"{reference(i)} Thank you for asking.", f"Nobody knows, least of all number {i}.")
    return {"answer": text[(i + len(body)) % 3], "chunks": [gold(i), gold(i + 1)], "tokens": i}
