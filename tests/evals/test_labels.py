"""Labels of people: one JSON object a line, every fault with its line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bakeoff.evals.errors import InputError
from bakeoff.evals.gate_config import AgreementConfig
from bakeoff.evals.labels import Label, read_labels

LABEL: dict[str, Any] = {
    "sample": "s1",
    "system": "rag",
    "metric": "faithfulness",
    "value": 1,
    "answer": "Two years.",
}


def write(folder: Path, *lines: str | dict[str, Any]) -> Path:
    path = folder / "labels.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def test_labels_are_read_with_their_places(tmp_path: Path) -> None:
    second = {**LABEL, "value": False, "rater": "Bo", "repeat": 2}
    first, last = read_labels(write(tmp_path, LABEL, "", second, ""))
    assert (first.label.value, first.label.repeat, first.label.rater) == (1, 0, "")
    assert (last.label.value, last.label.repeat, last.label.rater) == (False, 2, "Bo")
    assert last.where == f"{tmp_path / 'labels.jsonl'}:3"


def test_the_same_answer_may_be_labelled_by_several_people_once_each(tmp_path: Path) -> None:
    two = [{**LABEL, "rater": "Al"}, {**LABEL, "rater": "Bo"}]
    assert len(read_labels(write(tmp_path, *two))) == 2
    with pytest.raises(InputError, match=r"labels\.jsonl:3: the same rater labelled .*labels\.jsonl:1"):
        read_labels(write(tmp_path, *two, two[0]))


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in LABEL.items() if name != key}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (without("answer"), "answer is missing"),
        (without("sample"), "sample is missing"),
        ({**LABEL, "colour": "Bo"}, "colour: unknown key; known here: sample, system"),
        ({**LABEL, "ratre": "Bo"}, "ratre: unknown key; did you mean 'rater'?"),
        ({**LABEL, "value": "yes"}, "value: must be true, false or a number"),
        ({**LABEL, "value": None}, "value: must be true, false or a number"),
        (json.dumps(LABEL).replace("1,", "NaN,"), "value: must be true, false or a number"),
        ({**LABEL, "repeat": -1}, "repeat: input should be greater than or equal to 0"),
        ({**LABEL, "repeat": 1.5}, "repeat: "),
        ({**LABEL, "sample": ""}, "sample: string should have at least 1 character"),
        ({**LABEL, "system": 3}, "system: input should be a valid string"),
        ("[1]", "every line is one JSON object"),
        ("{", "broken JSON"),
        ('{"sample": "\ud800"}'.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "is missing"),
    ],
)
def test_a_fault_is_one_line_with_its_place(tmp_path: Path, line: str | dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as error:
        read_labels(write(tmp_path, LABEL, line))
    assert str(error.value).startswith(f"{tmp_path / 'labels.jsonl'}:2: ")
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_none_or_empty(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file; labels are a path from the config's folder"):
        read_labels(tmp_path / "labels.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        read_labels(tmp_path)
    with pytest.raises(InputError, match="holds no labels"):
        read_labels(write(tmp_path, "", "  "))


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(LABEL).encode() + b'\r\n{"sample": "\xff"}\n')
    with pytest.raises(InputError, match=r":2: broken JSON"):
        read_labels(path)


def test_the_page_shows_a_label_and_the_defaults() -> None:
    page = (Path(__file__).parents[2] / "docs" / "gate.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"```json\n(.*?)\n```", page, re.DOTALL)
    assert Label.model_validate_json(line, strict=True).value is True
    sections = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    (shown,) = [one["gate"] for one in sections if list(one["gate"]) == ["judge_agreement"]]
    assert AgreementConfig(**shown["judge_agreement"]) == AgreementConfig(labels="labels.jsonl")
    assert set(shown["judge_agreement"]) == set(AgreementConfig.model_fields)
