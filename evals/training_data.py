"""What a candidate was fine-tuned on, as far as probes need it: each row's prompt and answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.evals.errors import InputError
from bakeoff.evals.sample_files import file_rows
from bakeoff.evals.sample_rows import Row

PROMPTS = ("question", "prompt", "user_input", "instruction", "input")
ANSWERS = ("reference", "answer", "completion", "response", "output")


@dataclass(frozen=True)
class TrainingRow:
    """One example of the training file. `system` is its system prompt, "" where it has none."""

    prompt: str
    answer: str
    system: str = ""


def read_training(path: Path) -> Iterator[TrainingRow]:
    """The rows of a training file (json, jsonl, csv, parquet), lazily.

    A row is a chat (`messages`, of which the last user and assistant messages count) or a pair of columns
    as in `PROMPTS` and `ANSWERS`; a further `input` follows an `instruction`. Raises InputError, with
    file and line, where there is no such file, no row, or a row that holds neither.
    """
    empty = True
    for row in file_rows(path, str(path)):
        empty = False
        yield _row(row)
    if empty:
        raise InputError("holds no training rows", where=str(path))


def _row(row: Row) -> TrainingRow:
    values = row.values
    messages = values.get("messages")
    found = _of_chat(messages) if isinstance(messages, list) else _of_columns(values)
    if found is None:
        raise InputError(
            "a training row needs `messages` that end with the assistant's, or a prompt and an answer",
            where=row.where,
            todo=f"name its columns one of {', '.join(PROMPTS)} and one of {', '.join(ANSWERS)}",
        )
    return found


def _of_chat(messages: list[Any]) -> TrainingRow | None:
    said = {
        str(message.get("role")): message["content"]
        for message in messages
        if isinstance(message, Mapping) and isinstance(message.get("content"), str)
    }
    if "user" not in said or "assistant" not in said:
        return None
    return TrainingRow(said["user"], said["assistant"], said.get("system", ""))


def _of_columns(values: Mapping[str, Any]) -> TrainingRow | None:
    prompt = _text(values, PROMPTS)
    answer = _text(values, ANSWERS)
    if prompt is None or answer is None:
        return None
    if _text(values, ("instruction",)) == prompt and (further := _text(values, ("input",))):
        prompt = f"{prompt}\n{further}"
    return TrainingRow(prompt, answer, _text(values, ("system",)) or "")


def _text(values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((values[name] for name in names if isinstance(values.get(name), str) and values[name]), None)
