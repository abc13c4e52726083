"""Reading what a candidate was tuned on: chats, pairs of columns, and what is neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.evals.errors import InputError
from bakeoff.evals.training_data import TrainingRow, read_training


def rows(folder: Path, *given: dict[str, Any]) -> list[TrainingRow]:
    path = folder / "training.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    return list(read_training(path))


def test_a_chat_gives_its_last_exchange(tmp_path: Path) -> None:
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "one?"},
        {"role": "assistant", "content": "1"},
        {"role": "user", "content": "two?"},
        {"role": "assistant", "content": "2"},
    ]
    assert rows(tmp_path, {"messages": chat}) == [TrainingRow("two?", "2", "Be brief.")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"question": "q", "reference": "r"}, TrainingRow("q", "r")),
        ({"prompt": "p", "completion": "c", "system": "s"}, TrainingRow("p", "c", "s")),
        ({"user_input": "u", "response": "a"}, TrainingRow("u", "a")),
        ({"instruction": "i", "input": "x", "output": "o"}, TrainingRow("i\nx", "o")),
        ({"instruction": "i", "input": "", "output": "o"}, TrainingRow("i", "o")),
    ],
)
def test_pairs_of_columns(tmp_path: Path, row: dict[str, Any], expected: TrainingRow) -> None:
    assert rows(tmp_path, row) == [expected]


@pytest.mark.parametrize(
    "row",
    [{"question": "q"}, {"messages": [{"role": "user", "content": "q"}]}, {"question": 3, "answer": "a"}],
)
def test_a_row_that_is_neither_is_named(tmp_path: Path, row: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="training row needs") as caught:
        rows(tmp_path, {"question": "q", "answer": "a"}, row)
    assert "training.jsonl:2" in str(caught.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training rows"):
        rows(tmp_path)


def test_csv_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("prompt,completion\nwhat?,that\n", encoding="utf-8")
    assert list(read_training(path)) == [TrainingRow("what?", "that")]
