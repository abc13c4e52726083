"""Sweeps: a matrix written out, its names, its faults, and that a changed value asks only what it touches."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from malformed.plugins import shipped_names

from bakeoff.assemble import assemble, read_config
from bakeoff.evals import runner
from bakeoff.evals.config import Config, ConfigError, load_config
from bakeoff.evals.config_errors import KeyPath
from bakeoff.evals.config_places import located
from bakeoff.evals.errors import InputError
from bakeoff.evals.store import open_store
from bakeoff.evals.sweeps import MOST_CONFIGURATIONS, configurations


def refused(path: KeyPath, what: str, todo: str) -> None:
    raise AssertionError(f"{path}: {what}; {todo}")


def faults(matrix: Any, **keys: Any) -> list[tuple[KeyPath, str]]:
    told: list[tuple[KeyPath, str]] = []
    found = configurations("rag", {**keys, "matrix": matrix}, lambda path, what, _: told.append((path, what)))
    assert not found
    return told


def test_without_a_matrix_an_entry_is_itself() -> None:
    (one,) = configurations("rag", {"kind": "rag"}, refused)
    assert (one.name, one.keys, one.moves) == ("rag", {"kind": "rag"}, {})


def test_every_combination_is_a_system_the_last_axis_turning_fastest() -> None:
    matrix = {"k": [1, 3], "rerank": {"off": None, "on": {"model": "m"}}, "fast": [True, False]}
    found = configurations("rag", {"kind": "rag", "matrix": matrix}, refused)
    assert [one.name for one in found[:3]] == [
        "rag[k=1,rerank=off,fast=on]",
        "rag[k=1,rerank=off,fast=off]",
        "rag[k=1,rerank=on,fast=on]",
    ]
    assert len(found) == 8
    assert found[7].keys == {"kind": "rag", "k": 3, "rerank": {"model": "m"}, "fast": False}
    assert found[7].moves == {
        ("k",): ("matrix", "k", 1),
        ("rerank",): ("matrix", "rerank", "on"),
        ("fast",): ("matrix", "fast", 1),
    }


def test_an_axis_may_lie_deeper_and_leaves_its_neighbours_alone() -> None:
    keys = {"generator": {"adapter": "x", "limits": {"a": 1}}, "matrix": {"generator.limits.b": [2, None]}}
    first, second = configurations("rag", keys, refused)
    assert first.keys == {"generator": {"adapter": "x", "limits": {"a": 1, "b": 2}}}
    assert second.name == "rag[generator.limits.b=none]"
    assert keys["generator"] == {"adapter": "x", "limits": {"a": 1}}


AXES = st.dictionaries(
    st.from_regex("[a-z]{1,6}", fullmatch=True),
    st.lists(st.integers(-9, 99) | st.booleans() | st.sampled_from(["a", "b.c"]), min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)


@given(AXES)
def test_names_are_distinct_and_values_all_there(matrix: dict[str, list[Any]]) -> None:
    distinct = {axis: list({json.dumps(v): v for v in values}.values()) for axis, values in matrix.items()}
    distinct.pop("matrix", None)
    if not distinct:
        return
    found = configurations("s", {"matrix": distinct}, refused)
    assert len({one.name for one in found}) == len(found) == math.prod(map(len, distinct.values()))
    wanted = [dict(zip(distinct, values, strict=True)) for values in itertools.product(*distinct.values())]
    assert [one.keys for one in found] == wanted


@pytest.mark.parametrize("matrix", [None, [], {}, "k", 3])
def test_a_matrix_must_be_a_mapping(matrix: Any) -> None:
    assert faults(matrix) == [(("matrix",), "must map keys of the system to lists of values")]


@pytest.mark.parametrize(
    ("matrix", "path", "what"),
    [
        ({"top k": [1]}, ("matrix", "top k"), "names no key"),
        ({"matrix": [1]}, ("matrix", "matrix"), "names no key"),
        ({"kind": ["rag"]}, ("matrix", "kind"), "is given under the system too"),
        ({"k": 3}, ("matrix", "k"), "must be a list of values"),
        ({"k": []}, ("matrix", "k"), "must be a list of values"),
        ({"k": [1, 1]}, ("matrix", "k", 1), "stands there twice"),
        ({"k": [1, "1"]}, ("matrix", "k", 1), "stands there twice"),
        ({"k": ["a b"]}, ("matrix", "k", 0), "cannot be part of a system's name"),
        ({"k": [{"a": 1}]}, ("matrix", "k", 0), "cannot be part of a system's name"),
        ({"k": {"a,b": 1}}, ("matrix", "k", "a,b"), "cannot be part of a system's name"),
        ({"g": [1], "g.m": [2]}, ("matrix", "g.m"), "lies below another key of the matrix"),
        ({"k": list(range(MOST_CONFIGURATIONS + 1))}, ("matrix",), "stands for 101 systems"),
    ],
)
def test_faults_are_told_where_they_are_written(matrix: Any, path: KeyPath, what: str) -> None:
    ((where, told),) = faults(matrix, kind="rag")
    assert where == path
    assert told.startswith(what)


CONFIG = """\
name: sweep
dataset: {path: questions.jsonl}
systems:
  base: {adapter: openai, kind: prompt, model: small}
  tuned:
    adapter: openai
    kind: fine_tuned
    parent: base
    matrix:
      model: {short: "${SHORT}", long: ft-long}
"""


def load(folder: Path, text: str) -> Config:
    path = folder / "bakeoff.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, shipped_names(), {"SHORT": "ft-short"})


def test_a_config_holds_the_systems_that_a_matrix_stands_for(tmp_path: Path) -> None:
    config = load(tmp_path, CONFIG + 'baseline: "tuned[model=long]"\n')
    assert list(config.systems) == ["base", "tuned[model=short]", "tuned[model=long]"]
    options = [system.options.model_dump()["model"] for system in config.systems.values()]
    assert options == ["small", "ft-short", "ft-long"]
    assert {system.parent for system in config.systems.values()} == {None, "base"}
    assert config.baseline == "tuned[model=long]"
    assert "ft-short" not in json.dumps(config.snapshot)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (CONFIG.replace("ft-long}", "[1]}"), 10, "systems.tuned.matrix.model.long: must be text"),
        (
            CONFIG.replace("model: {short", "modell: {short"),
            10,
            "systems.tuned.matrix.modell.short: unknown key",
        ),
        (CONFIG.replace("${SHORT}", "${NONE}"), 10, "systems.tuned.matrix.model.short: "),
        (
            CONFIG.replace("parent: base", "parent: tuned"),
            8,
            "systems.tuned.parent: names no system: 'tuned'",
        ),
        (
            CONFIG.replace("ft-long}", 'ft-long, "a b": c}'),
            10,
            "systems.tuned.matrix.model.a b: cannot be part",
        ),
        (
            CONFIG + "baseline: tuned\n",
            11,
            "baseline: names no system: 'tuned'; the systems are base, tuned[model=",
        ),
    ],
)
def test_errors_name_the_line_and_the_key_as_written(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    here = [problem for problem in caught.value.problems if f"yaml:{line}: {told}" in problem]
    assert len(here) == 1, caught.value.problems


def test_one_fault_of_all_configurations_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, CONFIG.replace("kind: fine_tuned", "kind: tuned"))
    assert len(caught.value.problems) == 1


def test_a_plug_ins_complaint_finds_the_line_in_the_matrix(tmp_path: Path) -> None:
    config = load(tmp_path, CONFIG)
    for key, line in [("model", 10), ("adapter", 6), ("nothing", 5)]:
        with pytest.raises(InputError, match=rf"bakeoff\.yaml:{line}: systems\.tuned"), located(config):
            raise InputError("is wrong", where=f"systems.tuned[model=long].{key}")


BOT = """
calls = []

def make(prefix, times=1):
    def answer(question):
        calls.append((prefix, times))
        return prefix * times + question
    return answer
"""

SWEPT = """\
name: swept
dataset: {{path: questions.jsonl}}
systems:
  bot:
    adapter: python
    kind: prompt
    target: "{module}:make"
    matrix:
      arguments.prefix: [a, {prefix}]
      arguments.times: [1, 2]
suites: [{{reference: {{metrics: [exact_match]}}}}]
"""


def test_changing_one_value_asks_only_what_it_touches(tmp_path: Path) -> None:
    (tmp_path / "swept_bot_one.py").write_text(BOT, encoding="utf-8")
    rows = [{"id": f"q{i}", "question": f"Q{i}?", "reference": f"aQ{i}?"} for i in range(5)]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def run(prefix: str) -> runner.Outcome:
        (tmp_path / "bakeoff.yaml").write_text(SWEPT.format(module="swept_bot_one", prefix=prefix))
        config = read_config(tmp_path / "bakeoff.yaml")
        store = open_store(config.store)
        try:
            return runner.run(assemble(config), store)
        finally:
            store.close()

    assert run("b").asked == 4 * 5
    assert run("b").asked == 0
    assert run("c").asked == 2 * 5
    assert [s.name for s in run("c").run.header.systems][-1] == "bot[arguments.prefix=c,arguments.times=2]"
