"""Sweeps: a `matrix:` under a system stands for one system per combination of its values.

    rag: {adapter: rag, kind: rag, matrix: {top_k: [1, 3], rerank: {off: null, on: {model: …}}}}

becomes `rag[top_k=1,rerank=off]`, `rag[top_k=1,rerank=on]`, and so on, the last axis turning fastest. An axis
names a key of the system, or one below it (`generator.max_new_tokens`); its values are a list, or a mapping
from labels to values where a value has no short name of its own. Nothing is shared by decree: an answer is
stored under what the configuration is, not under its name, so that a changed value asks only what it touches.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bakeoff.evals.config_errors import KeyPath

KEY = "matrix"
MOST_CONFIGURATIONS = 100
"""A table has a column for each; far more than can be read, so that a slip is told before it is paid for."""

_AXIS = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
_LABEL = re.compile(r"[A-Za-z0-9_.+-]{1,40}")

Report = Callable[[KeyPath, str, str], None]


@dataclass(frozen=True)
class Configuration:
    """One system to be: its name, its keys, and where those are written that came from the matrix.

    `moves` maps the path of such a key below the system to the path of its value below the system.
    """

    name: str
    keys: Mapping[str, Any]
    moves: Mapping[KeyPath, KeyPath] = field(default_factory=dict)


@dataclass(frozen=True)
class Point:
    """One value on one axis."""

    axis: str
    label: str
    value: Any
    written: KeyPath

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.axis.split("."))


def configurations(name: str, keys: Mapping[str, Any], report: Report) -> list[Configuration]:
    """The systems that an entry stands for; itself where it has no matrix.

    Faults go to `report(path below the system, what, todo)`, and nothing is returned then.
    """
    if KEY not in keys:
        return [Configuration(name, keys)]
    found: list[str] = []

    def note(path: KeyPath, what: str, todo: str = "") -> None:
        found.append(what)
        report(path, what, todo)

    plain = {key: value for key, value in keys.items() if key != KEY}
    axes = list(_axes(keys[KEY], plain, note))
    if found:
        return []
    size = math.prod(len(points) for points in axes)
    if size > MOST_CONFIGURATIONS:
        note((KEY,), f"stands for {size} systems", f"at most {MOST_CONFIGURATIONS}; take values out")
        return []
    return [_configuration(name, plain, points) for points in itertools.product(*axes)]


def origin(name: str) -> str:
    """The name in the config of the entry that a system came from.

    >>> origin("rag[top_k=3]"), origin("rag")
    ('rag', 'rag')
    """
    return name.partition("[")[0]


def written_at(name: str, path: KeyPath, lines: Mapping[KeyPath, int]) -> KeyPath:
    """Where the file holds a key of a system: in its entry, or in the matrix that it came from.

    `path` lies below the system, `lines` are those of the file.
    """
    entry: KeyPath = ("systems", origin(name))
    for length in range(len(path), 0, -1):
        axis: KeyPath = (*entry, KEY, ".".join(str(part) for part in path[:length]))
        if axis in lines:
            return axis
    return (*entry, *path)


def _axes(matrix: Any, plain: Mapping[str, Any], note: Report) -> Iterator[list[Point]]:
    if not isinstance(matrix, dict) or not matrix:
        note((KEY,), "must map keys of the system to lists of values", "such as {top_k: [1, 3, 5]}")
        return
    for axis, values in matrix.items():
        at: KeyPath = (KEY, axis)
        if not _AXIS.fullmatch(axis) or axis == KEY:
            note(at, "names no key", "write a key of the system, or one below it, such as generator.model")
        elif _given(plain, axis):
            note(at, "is given under the system too", "leave one of the two out")
        elif any(other != axis and f"{axis}.".startswith(f"{other}.") for other in matrix):
            note(at, "lies below another key of the matrix", "vary one of the two")
        else:
            yield list(_points(axis, values, at, note))


def _points(axis: str, values: Any, at: KeyPath, note: Report) -> Iterator[Point]:
    if isinstance(values, dict):
        labelled = [(label, value, (*at, label)) for label, value in values.items()]
    elif isinstance(values, list):
        labelled = [(_label(value), value, (*at, index)) for index, value in enumerate(values)]
    else:
        labelled = []
    if not labelled:
        note(at, "must be a list of values, or a mapping from labels to values", "such as [1, 3, 5]")
    seen: set[str] = set()
    for label, value, written in labelled:
        if not _LABEL.fullmatch(label):
            todo = "write {label: value}; a label has 1 to 40 letters (a-z), digits and the signs _ . + -"
            note(written, "cannot be part of a system's name", todo)
        elif label in seen:
            note(written, "stands there twice", "leave one out")
        seen.add(label)
        yield Point(axis, label, value, written)


def _label(value: Any) -> str:
    """A value as it stands in a system's name: on and off for booleans, none for null."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else json.dumps(value)


def _given(plain: Mapping[str, Any], axis: str) -> bool:
    here: Any = plain
    for part in axis.split("."):
        if not isinstance(here, dict) or part not in here:
            return False
        here = here[part]
    return True


def _configuration(name: str, plain: Mapping[str, Any], points: tuple[Point, ...]) -> Configuration:
    keys: dict[str, Any] = dict(plain)
    for point in points:
        keys = _with(keys, point.path, point.value)
    labels = ",".join(f"{point.axis}={point.label}" for point in points)
    return Configuration(f"{name}[{labels}]", keys, {point.path: point.written for point in points})


def _with(keys: Mapping[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """The keys with one more value, copies made along the way."""
    first, *rest = path
    if not rest:
        return {**keys, first: value}
    below = keys.get(first)
    return {**keys, first: _with(below if isinstance(below, dict) else {}, tuple(rest), value)}
