"""Data sets: every format gives the same samples, lazily, under stable ids."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.config import DatasetConfig
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Sample, Turn

FULL: dict[str, Any] = {
    "id": "a-1",
    "question": "How long is the warranty?",
    "conversation": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
    "reference": "Two years, “always”.",
    "answerable": False,
    "reference_contexts": ["It lasts two years.", 'A "quoted"\nline, with commas'],
    "reference_context_ids": ["d1", "d2"],
    "domain": "returns",
    "cluster": "doc-7",
    "as_of": "2024-02-29",
    "tags": ["easy", "short"],
}
SHORT: dict[str, Any] = {"id": "b", "question": "Who pays?", "reference": None}
Writer = Callable[[Path, Sequence[Mapping[str, Any]]], None]


def read(path: Path, **options: Any) -> list[Sample]:
    return list(read_samples(DatasetConfig(path=path.name, **options), path.parent))


def write_jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_json(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.write_text(json.dumps(list(rows), indent=1), encoding="utf-8")


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row in rows:
            cells = {k: json.dumps(v) if isinstance(v, list | dict | bool) else v for k, v in row.items()}
            writer.writerow(cells)


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pa.table({name: [row.get(name) for row in rows] for name in names})
    pq.write_table(table, path, row_group_size=1)


WRITERS: list[tuple[str, Writer]] = [
    ("q.jsonl", write_jsonl),
    ("q.json", write_json),
    ("q.csv", write_csv),
    ("q.parquet", write_parquet),
]


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_every_format_gives_the_same_samples(name: str, write: Writer, tmp_path: Path) -> None:
    write(tmp_path / name, [FULL, SHORT])
    assert read(tmp_path / name) == [
        Sample(
            id="a-1",
            question="How long is the warranty?",
            conversation=(Turn(role="user", content="Hello"), Turn(role="assistant", content="Hi")),
            reference="Two years, “always”.",
            answerable=False,
            reference_contexts=("It lasts two years.", 'A "quoted"\nline, with commas'),
            reference_context_ids=("d1", "d2"),
            domain="returns",
            cluster="doc-7",
            as_of=date(2024, 2, 29),
            tags=("easy", "short"),
        ),
        Sample(id="b", question="Who pays?"),
    ]


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_rows_of_ragas_are_read_as_they_are(name: str, write: Writer, tmp_path: Path) -> None:
    row = {"user_input": "Q", "reference": "R", "reference_contexts": ["C"], "response": "A"}
    write(tmp_path / name, [row | {"retrieved_contexts": ["X"], "persona_name": "P"}])
    (sample,) = read(tmp_path / name)
    assert (sample.question, sample.reference, sample.reference_contexts) == ("Q", "R", ("C",))
    assert sample.extras == {"persona_name": "P"}


@pytest.mark.parametrize(
    ("row", "reference"),
    [
        ({"ground_truth": "R"}, "R"),
        ({"ground_truths": ["R"]}, "R"),
        ({"ground_truths": []}, None),
        ({"reference": None}, None),
        ({}, None),
    ],
)
def test_references_by_their_older_names(row: dict[str, Any], reference: str | None, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "q.jsonl", [{"question": "Q"} | row])
    assert read(tmp_path / "q.jsonl")[0].reference == reference


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_columns_maps_our_names_to_theirs(name: str, write: Writer, tmp_path: Path) -> None:
    write(tmp_path / name, [{"prompt": "Q", "gold": "R", "topic": "T", "question": "not this"}])
    (sample,) = read(tmp_path / name, columns={"question": "prompt", "reference": "gold", "domain": "topic"})
    assert (sample.question, sample.reference, sample.domain) == ("Q", "R", "T")
    assert sample.extras == {"question": "not this"}


def test_one_column_may_serve_two_fields(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "q.jsonl", [{"question": "Q", "topic": "T"}])
    (sample,) = read(tmp_path / "q.jsonl", columns={"domain": "topic", "cluster": "topic"})
    assert (sample.domain, sample.cluster, sample.extras) == ("T", "T", {})


def test_rows_may_differ_in_their_columns(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"question": "A"},
        {"reference": "R", "question": "B", "x": 1},
        {"user_input": "C", "as_of": None},
    ]
    write_jsonl(tmp_path / "q.jsonl", rows)
    samples = read(tmp_path / "q.jsonl")
    assert [(s.question, s.reference, s.extras) for s in samples] == [
        ("A", None, {}),
        ("B", "R", {"x": 1}),
        ("C", None, {}),
    ]


def test_unknown_columns_are_kept_as_extras(tmp_path: Path) -> None:
    row = {"question": "Q", "n": 1.5, "deep": {"a": [1, None]}, "extras": {"own": True}}
    write_jsonl(tmp_path / "q.jsonl", [row])
    (sample,) = read(tmp_path / "q.jsonl")
    assert sample.extras == {"n": 1.5, "deep": {"a": [1, None]}, "own": True}


def test_typed_values_of_parquet_become_json(tmp_path: Path) -> None:
    row = {
        "user_input": "Q", "as_of": date(2024, 5, 6), "when": datetime(2024, 1, 2, 3, 4),
        "day": date(2024, 1, 2), "price": Decimal("1.50"), "image": b"\x00\x01", "score": float("nan"),
        "__index_level_0__": 4,
    }  # fmt: skip
    write_parquet(tmp_path / "q.parquet", [row])
    (sample,) = read(tmp_path / "q.parquet")
    assert sample.as_of == date(2024, 5, 6)
    assert sample.extras == {
        "when": "2024-01-02T03:04:00", "day": "2024-01-02", "price": "1.50", "image": "(bytes, not kept)",
        "score": None,
    }  # fmt: skip
    assert json.loads(sample.model_dump_json())


@pytest.mark.parametrize(
    ("column", "values", "what"),
    [
        ("question", ["A", ""], "q.parquet row 2: question is empty"),
        ("id", ["a", "a"], "q.parquet row 2: id 'a' is already that of q.parquet row 1"),
        ("id", [1.0, 2.0], "q.parquet row 1: id must be text or a whole number, not a number"),
        ("score", [1.0, float("inf")], "q.parquet row 2: an infinite number"),
        (
            "reference_contexts",
            [None, "text"],
            "q.parquet row 2: reference_contexts must be a list of texts, not",
        ),
    ],
)
def test_errors_in_parquet_name_the_row(
    column: str, values: list[Any], what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"question": text, column: value} for text, value in zip(["A", "B"], values, strict=True)]
    write_parquet(tmp_path / "q.parquet", rows)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as caught:
        read(Path.cwd() / "q.parquet")
    assert str(caught.value).startswith(what)


def test_ids_are_given_or_made_of_the_content(tmp_path: Path) -> None:
    write_jsonl(
        tmp_path / "q.jsonl", [{"id": 7, "question": "A"}, {"id": None, "question": "B"}, {"question": "C"}]
    )
    first, second, third = (sample.id for sample in read(tmp_path / "q.jsonl"))
    assert first == "7"
    assert second != third
    # The ids of samples without one must never change: stored answers and histories hang on them.
    assert (second, third) == ("qefd85dd956", "q798779f625")


@given(st.permutations(range(4)))
def test_a_made_id_does_not_depend_on_position_or_description(order: list[int]) -> None:
    from tempfile import TemporaryDirectory

    rows = [{"question": "Q", "reference": f"R{i}"} for i in range(4)]
    with TemporaryDirectory() as folder:
        write_jsonl(Path(folder) / "a.jsonl", rows)
        write_jsonl(
            Path(folder) / "b.jsonl", [rows[i] | {"domain": "d", "tags": ["t"], "note": i} for i in order]
        )
        ids = [sample.id for sample in read(Path(folder) / "a.jsonl")]
        assert [sample.id for sample in read(Path(folder) / "b.jsonl")] == [ids[i] for i in order]


@pytest.mark.parametrize(
    "change",
    [
        {"question": "other"},
        {"reference": "other"},
        {"reference": None},
        {"reference_contexts": ["other"]},
        {"conversation": [{"role": "user", "content": "other"}]},
        {"as_of": "2020-01-01"},
    ],
)
def test_a_made_id_depends_on_all_of_the_content(change: dict[str, Any], tmp_path: Path) -> None:
    row = {key: value for key, value in FULL.items() if key != "id"}
    write_jsonl(tmp_path / "q.jsonl", [row, row | change])
    assert len({sample.id for sample in read(tmp_path / "q.jsonl")}) == 2


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_limit_takes_the_first_and_reads_no_further(name: str, write: Writer, tmp_path: Path) -> None:
    write(tmp_path / name, [{"question": "A"}, {"question": "B"}, {"question": ""}])
    assert [sample.question for sample in read(tmp_path / name, limit=2)] == ["A", "B"]
    with pytest.raises(InputError, match=r"question is (empty|missing)"):
        read(tmp_path / name, limit=3)


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv", "q.json"])
def test_a_byte_order_mark_and_windows_lines_are_fine(name: str, tmp_path: Path) -> None:
    text = {
        "q.jsonl": '{"question": "A"}\r\n',
        "q.csv": "question\r\nA\r\n",
        "q.json": '[\r\n{"question": "A"}]\r\n',
    }
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text[name].encode())
    assert [sample.question for sample in read(tmp_path / name)] == ["A"]


def test_blank_lines_between_samples_are_fine(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('\n{"question": "A"}\n  \n{"question": "B"}')
    (tmp_path / "q.csv").write_text("question,n\n\nA,\n\nB,2\n")
    assert [sample.question for sample in read(tmp_path / "q.jsonl")] == ["A", "B"]
    assert [(sample.question, sample.extras) for sample in read(tmp_path / "q.csv")] == [
        ("A", {"n": None}),
        ("B", {"n": "2"}),
    ]


def test_a_cell_of_csv_may_be_longer_than_the_modules_bound(tmp_path: Path) -> None:
    long = "x" * 200_000
    write_csv(tmp_path / "q.csv", [{"question": long}])
    assert read(tmp_path / "q.csv")[0].question == long


@pytest.mark.parametrize("text", ["true", "TRUE", "yes", "1"])
def test_truths_of_csv(text: str, tmp_path: Path) -> None:
    (tmp_path / "q.csv").write_text(f"question,answerable\nA,{text}\nB,no\nC,\n")
    assert [sample.answerable for sample in read(tmp_path / "q.csv")] == [True, False, True]


def test_a_time_of_day_behind_a_date_is_left_out(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "q.jsonl", [{"question": "A", "updated": "2024-03-01T12:00:00+02:00"}])
    assert read(tmp_path / "q.jsonl", columns={"as_of": "updated"})[0].as_of == date(2024, 3, 1)


def test_a_missing_file_is_told_before_the_first_sample(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.jsonl: no such file"):
        read_samples(DatasetConfig(path="gone.jsonl"), tmp_path)


def test_absolute_paths_and_paths_above_the_folder(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "q.jsonl", [SHORT])
    (tmp_path / "inner").mkdir()
    for path in (str(tmp_path / "q.jsonl"), "../q.jsonl"):
        (sample,) = read_samples(DatasetConfig(path=path), tmp_path / "inner")
        assert sample.id == "b"


def peak(path: Path, count: int) -> int:
    with path.open("w") as file:
        for number in range(count):
            file.write(json.dumps({"question": f"{number} " + "long text " * 200}) + "\n")
    tracemalloc.start()
    for _ in read_samples(DatasetConfig(path=path.name), path.parent):
        pass
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


def test_samples_that_passed_are_not_kept(tmp_path: Path) -> None:
    """2 KB of text a sample; what stays is an id, a place and a digest."""
    few, many = peak(tmp_path / "a.jsonl", 200), peak(tmp_path / "b.jsonl", 2200)
    assert (many - few) / 2000 < 600


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv"])
def test_the_first_sample_comes_before_a_later_error(name: str, tmp_path: Path) -> None:
    text = {"q.jsonl": '{"question": "A"}\n{', "q.csv": "question\nA\nB,C\n"}
    (tmp_path / name).write_text(text[name])
    samples = read_samples(DatasetConfig(path=name), tmp_path)
    assert next(samples).question == "A"
    with pytest.raises(InputError):
        next(samples)


HUB = """
import json, sys
from pathlib import Path
from bakeoff.evals.config import DatasetConfig
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.errors import InputError
options = json.loads(sys.argv[1])
try:
    for sample in read_samples(DatasetConfig(**options), Path(sys.argv[2])):
        print(sample.model_dump_json())
except InputError as error:
    print("refused", error)
"""


def from_hub(folder: Path, **options: Any) -> list[str]:
    """What another process prints: the hub's client reads its environment when it is imported."""
    environ = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "home")}
    environ |= {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path.endswith("src"))}
    done = subprocess.run(
        [sys.executable, "-c", HUB, json.dumps(options), str(folder)],
        env=environ, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_data_set_of_the_hub_through_a_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    rows = [{"user_input": f"Q{i}", "reference": None if i else "R", "n": i} for i in range(3)]
    write_jsonl(tmp_path / "mine" / "test.jsonl", rows)
    lines = from_hub(tmp_path, hub="./mine", split="test", limit=2)
    samples = [Sample.model_validate_json(line) for line in lines]
    assert [(s.question, s.reference, s.extras) for s in samples] == [
        ("Q0", "R", {"n": 0}),
        ("Q1", None, {"n": 1}),
    ]


def test_a_hub_out_of_reach_and_a_bad_row_are_told_in_one_line(tmp_path: Path) -> None:
    (line,) = from_hub(tmp_path, hub="no-such-org/no-such-set", split="test")
    assert line.startswith("refused hub no-such-org/no-such-set [test]: cannot be loaded (")
    assert "HF_HUB_OFFLINE" in line
    (tmp_path / "mine").mkdir()
    write_jsonl(tmp_path / "mine" / "test.jsonl", [{"question": "A"}, {"question": " "}])
    assert (
        from_hub(tmp_path, hub="mine", split="test")[-1] == "refused hub mine [test] row 2: question is empty"
    )
