"""People's verdicts on answers of a run: a JSON Lines file, one label a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from bakeoff.evals.config_errors import one_line, unknown_key
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Record
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.store import Store

Text = Annotated[str, Field(min_length=1, max_length=1000)]
Verdict = bool | Annotated[float, Field(allow_inf_nan=False)]


class Label(Record):
    """What one person says of one answer, by one metric's question.

    `metric` is `metric` or `suite.metric`; `value` is true, false, or a number in the metric's range.
    `answer` is the text that was labelled, so that a label of another answer is noticed. `repeat` counts from
    0; `rater` tells people apart where several label the same answer.
    """

    sample: Text
    system: Text
    metric: Text
    value: Verdict
    answer: str
    repeat: int = Field(default=0, ge=0)
    rater: str = Field(default="", max_length=1000)


@dataclass(frozen=True)
class Placed:
    """A label and where it stands, such as `labels.jsonl:7`."""

    label: Label
    where: str


Answer = tuple[str, str, int]
"""Which answer: system, sample, repeat."""


@dataclass(frozen=True)
class Labels:
    """The labels of a file, and what the run holds of the answers that they are of: a text, or an error."""

    file: Path
    placed: Sequence[Placed]
    answers: Mapping[Answer, str | None]


def labels_of(store: Store, run: RunRecord, path: Path) -> Labels:
    """The labels of a file beside a run's answers. Raises InputError for any fault in the file."""
    placed = read_labels(path)
    samples = list(dict.fromkeys(one.label.sample for one in placed))
    held = store.responses_of(run.id, samples)
    answers = {key: None if response is None else response.text for key, (response, _) in held.items()}
    return Labels(path, placed, answers)


def read_labels(path: Path) -> tuple[Placed, ...]:
    """The labels of a file; InputError, with its line, for the first fault in it."""
    found = tuple(_labels(path))
    if not found:
        raise InputError("holds no labels", where=str(path), todo="write one JSON object a line")
    seen: dict[tuple[object, ...], str] = {}
    for placed in found:
        label = placed.label
        key = (label.sample, label.system, label.repeat, label.metric, label.rater)
        if key in seen:
            what = f"the same rater labelled this answer on {seen[key]}"
            raise InputError(what, where=placed.where, todo="remove one of the two")
        seen[key] = placed.where
    return found


def _labels(path: Path) -> Iterator[Placed]:
    for number, line in enumerate(_read(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            where = f"{path}:{number}"
            try:
                yield Placed(Label.model_validate_json(line, strict=True), where)
            except ValidationError as error:
                raise InputError(_told(error), where=where) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        what = "no such file" if missing else f"cannot be read ({error.strerror})"
        todo = "labels are a path from the config's folder"
        raise InputError(what, where=str(path), todo=todo) from error


def _told(error: ValidationError) -> str:
    """The first fault: the key, and what is wrong with it."""
    fault = error.errors(include_url=False)[0]
    kind, key = fault["type"], str(fault["loc"][0]) if fault["loc"] else ""
    if kind == "json_invalid":
        return one_line(f"broken JSON ({fault['ctx']['error']}); every line is one JSON object")
    if kind == "missing":
        return f"{key} is missing"
    if kind == "extra_forbidden":
        what, todo = unknown_key(key, list(Label.model_fields))
        return one_line(f"{key}: {what}; {todo}")
    if key == "value":
        return "value: must be true, false or a number"
    message = fault["msg"][:1].lower() + fault["msg"][1:]
    return one_line(f"{key}: {message}" if key else f"{message}; every line is one JSON object")
