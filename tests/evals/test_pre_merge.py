"""Which suites a change touches, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toys.plan import ToySuite, ToySystem, plan, questions, store_in, text

from bakeoff.evals.pre_merge import matches, select, series_name
from bakeoff.evals.registration import Plan
from bakeoff.evals.runner import run
from bakeoff.evals.store import Store

N = 5
NAMES = st.text("abc.*?[]()+\\", min_size=1, max_size=6).filter(lambda name: set(name) - {"."})


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("docs/**", "docs/a.md", True),
        ("docs/**", "docs/de/at/a.md", True),
        ("docs/**", "docs", False),
        ("docs/**", "other/docs/a.md", False),
        ("docs", "docs/a.md", True),
        ("docs/", "docs/de/a.md", True),
        ("/docs", "docs/a.md", True),
        ("./docs", "docs/a.md", True),
        ("docs", "docs2/a.md", False),
        ("*.txt", "a.txt", True),
        ("*.txt", "a.txt.md", False),
        ("*.txt", "prompts/a.txt", False),
        ("**/*.txt", "prompts/de/a.txt", True),
        ("**/*.txt", "a.txt", True),
        ("src/**/bot.py", "src/bot.py", True),
        ("src/**/bot.py", "src/a/b/bot.py", True),
        ("src/**/bot.py", "src/a/robot.py", False),
        ("bot?.py", "bot1.py", True),
        ("bot?.py", "bot/.py", False),
        ("bot.py", "botxpy", False),
        ("Bot.py", "bot.py", False),
        ("**", "any/thing", True),
    ],
)
def test_a_glob_means_paths_from_the_root(pattern: str, path: str, meant: bool) -> None:
    assert matches(pattern, path) is meant


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_a_path_without_wildcards_means_itself_and_what_lies_below(parts: list[str]) -> None:
    path = "/".join(part.replace("*", "x").replace("?", "y") for part in parts)
    assert matches(path, path)
    assert matches(path, f"{path}/below")
    assert not matches(path, f"{path}x")
    assert not matches(path, f"above/{path}") or path.startswith("above")


@given(st.lists(NAMES, min_size=1, max_size=4))
def test_two_stars_mean_everything(parts: list[str]) -> None:
    assert matches("**", "/".join(parts))


def two_suites() -> Plan:
    """Two suites over the same five samples."""
    both = [(ToySuite(name=name), dict[str, object]()) for name in ("a", "b")]
    return plan([ToySystem("right", text(str))], questions(N), suites=both)


def names(made: Plan) -> tuple[list[str], list[str]]:
    return [suite.name for suite, _ in made.suites], [left.suite for left in made.left_out]


@pytest.mark.parametrize(
    ("changed", "kept"),
    [
        (["x/1"], ["a", "b"]),
        (["y/1"], ["b"]),
        ([], ["b"]),
        (["y/1", "x/2"], ["a", "b"]),
        (["all"], ["a", "b"]),
    ],
)
def test_only_suites_with_an_entry_are_left_out(changed: Sequence[str], kept: list[str]) -> None:
    part = select(two_suites(), {"a": ("x/*",)}, changed, always=["all"])
    assert names(part) == (kept, [name for name in ("a", "b") if name not in kept])
    assert part.name == series_name("toy run")


def test_what_is_left_out_is_named_with_its_outputs_and_paths() -> None:
    (left,) = select(two_suites(), {"a": ("x/*", "y")}, ["z"]).left_out
    outputs = [output.name for metric in ToySuite(name="a").metrics for output in metric.outputs]
    assert (left.suite, list(left.outputs), left.touches) == ("a", outputs, ("x/*", "y"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_in(tmp_path)


def test_a_part_is_never_taken_for_the_whole(store: Store) -> None:
    whole = run(two_suites(), store).run
    part = run(select(two_suites(), {"a": ("x",)}, ["y"]), store).run
    assert part.id != whole.id
    assert store.list_runs("toy run") == [store.find_run(whole.id)]
    assert [left.suite for left in store.find_run(part.id).header.left_out] == ["a"]
    assert {entry.suite for entry in store.find_run(part.id).header.outputs} == {"operations", "b"}
    again = run(two_suites(), store).run
    assert (again.id, again.header.left_out) == (whole.id, ())


def test_a_part_continues_only_one_that_left_out_the_same(store: Store) -> None:
    touches = {"a": ("x",), "b": ("y",)}
    first = run(select(two_suites(), touches, ["y"]), store)
    assert first.asked == N
    same = run(select(two_suites(), touches, ["y"]), store)
    assert (same.run.id, same.asked) == (first.run.id, 0)
    other = run(select(two_suites(), touches, ["x"]), store)
    assert other.run.id != first.run.id
    assert other.asked == N


def test_with_every_suite_left_out_nobody_is_asked(store: Store) -> None:
    outcome = run(select(two_suites(), {"a": ("x",), "b": ("x",)}, ["y"]), store)
    assert (outcome.asked, outcome.complete, outcome.run.header.samples) == (0, True, 0)
