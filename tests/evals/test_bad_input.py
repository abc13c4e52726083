"""Bad input ends in one InputError, which is one clear line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from malformed.cases import CASES, CONFIG, VALID, Case, write_case
from malformed.plugins import shipped_names

from bakeoff.evals.config import DatasetConfig, load_config
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample
from bakeoff.evals.sample_rows import FIELDS, OF_THE_RECORDING, OTHER_NAMES


def read_all(config: Path, environ: dict[str, str]) -> list[Sample]:
    loaded = load_config(config, shipped_names(), environ)
    return list(read_samples(loaded.dataset, loaded.folder))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_one_line_names_the_file(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_case(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read_all(Path("bakeoff.yaml"), dict(case.environ))
    message = str(caught.value)
    assert re.match(case.expect, message), message
    assert len(message.splitlines()) == 1
    assert len(message) < 600
    assert caught.value.exit_code == 2


def test_there_are_enough_cases_and_each_is_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 100


def test_the_files_beside_a_case_are_valid(tmp_path: Path) -> None:
    config = write_case(Case("nothing wrong", {}, ""), tmp_path)
    assert [sample.id for sample in read_all(config, {})] == ["a", "b"]


def outcome(read: Callable[[Path], object], files: dict[str, bytes]) -> None:
    """Read; nothing but an InputError with one line for each problem may come out."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        try:
            read(folder)
        except InputError as error:
            problems = getattr(error, "problems", (str(error),))
            assert problems
            assert all(problem and problem.isprintable() for problem in problems)


def read_config(folder: Path) -> None:
    loaded = load_config(folder / "bakeoff.yaml", shipped_names(), {"KEY": "sk-1", "NUMBER": "7"})
    json.dumps(loaded.snapshot, allow_nan=False).encode()


def data_reader(file: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        for sample in read_samples(DatasetConfig(path=file), folder):
            Sample.model_validate_json(sample.model_dump_json())

    return read


PIECES = (
    "name dataset path : - [ ] { } , | > &a *a ! !!str @ ` ' \" # ? << ~ 1 .nan ${KEY} ${ $${X} \\x --- ... "
    '"\\U00110000" "\\ud800" %YAML'
)
SIGNS = [*PIECES.split(), "\n", "\t", "\ufeff", "\u2028", "\x00", "\x0b", "%YAML 1.1"]
YAML_PIECES = st.lists(st.sampled_from(SIGNS), max_size=30).map(lambda pieces: " ".join(pieces).encode())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | YAML_PIECES)
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_the_config(content: bytes) -> None:
    outcome(read_config, {"bakeoff.yaml": content})
    outcome(read_config, {"bakeoff.yaml": CONFIG.encode() + content})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("${NUMBER}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WHOLE: dict[str, Any] = {
    "name": "whole",
    "dataset": {"path": "q.jsonl", "columns": {"question": "prompt"}, "limit": 5},
    "judge": {"kind": "openai", "model": "m", "api_key": "${KEY}", "max_tokens": 5},
    "systems": {
        "base": {"adapter": "openai", "kind": "prompt", "model": "m", "temperature": 0.5},
        "rag": {"adapter": "http", "kind": "rag", "parent": "base", "url": "http://h/", "answer": "a",
                "retry": {"codes": [429], "wait_s": 2.0}, "capabilities": ["retrieves"], "stop": ["x"]},
    },
    "documents": {"path": "docs/", "as_of": "updated"},
    "training": {"path": "t.jsonl"},
    "encoder": "embedded",
    "suites": ["ragas", {"reference": {"metrics": ["bertscore"]}}],
    "limits": {"concurrency": 4, "timeout_s": 5, "max_cost_usd": 1.5, "retries": 0, "stall_s": 9},
    "gate": {"candidate": "rag", "checks": [{"metric": "f", "not_worse_than": "baseline", "margin": 0.1}]},
    "store": "sqlite:///runs.db", "baseline": "base", "seed": 1, "repeats": 2, "alpha": 0.1,
}  # fmt: skip


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


@given(st.sampled_from([p for p in places(WHOLE) if p]), JSON, st.none() | st.text(max_size=10))
@settings(max_examples=500, deadline=None)
def test_no_value_breaks_the_config(path: tuple[str | int, ...], value: Any, key: str | None) -> None:
    """Any value in place of, or under a new key beside, any value of a whole config."""
    tree: Any = json.loads(json.dumps(WHOLE))
    holder = tree
    for step in path[:-1]:
        holder = holder[step]
    if key is not None and isinstance(holder, dict):
        holder[key] = value
    else:
        holder[path[-1]] = value
    outcome(read_config, {"bakeoff.yaml": json.dumps(tree).encode()})


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
    st.sampled_from(["q.jsonl", "q.json", "q.csv"]),
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_break_a_data_set(content: bytes, file: str) -> None:
    outcome(data_reader(file), {file: content})
    header = b"id,question\n" if file == "q.csv" else b""
    outcome(data_reader(file), {file: header + content})


FIELD_NAMES = st.sampled_from(
    [*FIELDS, *OTHER_NAMES["question"], *OTHER_NAMES["reference"], *OF_THE_RECORDING, "other"]
)


@given(
    st.lists(
        st.dictionaries(FIELD_NAMES, JSON, max_size=5).map(lambda row: row | {"question": "a"}), max_size=3
    )
)
@settings(max_examples=300, deadline=None)
def test_no_row_breaks_a_data_set(rows: list[dict[str, Any]]) -> None:
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    outcome(data_reader("q.jsonl"), {"q.jsonl": lines})
    outcome(data_reader("q.json"), {"q.json": json.dumps(rows).encode()})


def test_the_valid_files_are_whole() -> None:
    """The fuzzed config is valid as it stands, or fuzzing would only ever see its first error."""
    with TemporaryDirectory() as name:
        (Path(name) / "bakeoff.yaml").write_text(json.dumps(WHOLE))
        read_config(Path(name))
    assert set(VALID) == {"bakeoff.yaml", "questions.jsonl", "answers.jsonl"}
