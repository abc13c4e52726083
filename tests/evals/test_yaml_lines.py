"""YAML with lines: every key and item is found on the line where it is written."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.evals.yaml_lines import YamlFile, read_yaml, resolve_scalar

TEXT = """\
# a comment
name: x
folded: >
  two
  lines
list:
  - one
  - key: v
    other: {a: 1,
      b: 2}
empty:
"""


def read(text: str) -> YamlFile:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_text(text, encoding="utf-8")
        return read_yaml(path)


def test_lines_of_a_text_written_by_hand() -> None:
    file = read(TEXT)
    assert file.tree == {
        "name": "x",
        "folded": "two lines\n",
        "list": ["one", {"key": "v", "other": {"a": 1, "b": 2}}],
        "empty": None,
    }
    assert dict(file.lines) == {
        (): 2, ("name",): 2, ("folded",): 3, ("list",): 6, ("list", 0): 7, ("list", 1): 8,
        ("list", 1, "key"): 8, ("list", 1, "other"): 9, ("list", 1, "other", "a"): 9,
        ("list", 1, "other", "b"): 10, ("empty",): 11,
    }  # fmt: skip


def test_a_key_that_is_not_there_is_told_at_the_nearest_above() -> None:
    file = read(TEXT)
    assert [file.line(path) for path in [("list", 1, "gone", "deep"), ("gone",), ("list", 9)]] == [8, 2, 6]


NAMES = st.text("abcxyz", min_size=1, max_size=4)
SCALARS = st.none() | st.booleans() | st.integers(-999, 999) | st.sampled_from(["a text", "no", "5", "", "é"])
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, TREES, min_size=1, max_size=4), st.sampled_from([None, False, True]))
def test_what_is_dumped_comes_back_with_its_lines(tree: dict[str, Any], flow: bool | None) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, width=20, allow_unicode=True)
    file = read(text)
    assert file.tree == tree
    lines = text.splitlines()
    for path, line in file.lines.items():
        if path and isinstance(path[-1], str):
            assert f"{path[-1]}:" in lines[line - 1].replace("'", "").replace('"', "")


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_numbers_are_read_as_python_writes_them(number: float) -> None:
    assert resolve_scalar(repr(number)) == number
