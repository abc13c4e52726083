"""YAML that remembers the line of every key.

The text is read through PyYAML's parser, but the tree is built here: with lines, without tags,
refusing duplicate keys, and resolving plain scalars by YAML 1.2's core schema, so that `no`, `12:30` and
`2024-01-01` stay text and everything that comes out can be written as JSON.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import SafeLoader, YAMLError, events, parse
from yaml.error import MarkedYAMLError
from yaml.reader import ReaderError

from bakeoff.evals.config_errors import ConfigError, KeyPath, Problem, shortened

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
MAX_VALUES = 100_000
"""Bounds far beyond any config, so that nesting and aliases of aliases cannot exhaust memory."""

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}


@dataclass(frozen=True)
class YamlFile:
    """A YAML mapping with the line (from 1) of every key and list item."""

    path: Path
    tree: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def line(self, path: KeyPath) -> int:
        """The line of that key, or of the nearest one above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def tell(self, problem: Problem) -> str:
        """The problem as one line with file, line and key."""
        return problem.tell(self.path, self.line(problem.path))


def read_yaml(path: Path) -> YamlFile:
    """Read a YAML file whose top level is a mapping; a ConfigError names file and line of what is wrong."""
    text = _read_text(path)
    try:
        root = _Builder(text).document()
        tree, lines = _flatten(root)
    except _Fault as fault:
        raise ConfigError([Problem((), fault.what, fault.todo).tell(path, fault.line)]) from None
    if not isinstance(tree, dict):
        found = "it is empty" if tree is None else "its top level is no mapping"
        raise ConfigError([Problem((), found, "a config is a mapping: key: value").tell(path, root.line)])
    return YamlFile(path, tree, lines)


def resolve_scalar(text: str) -> str | int | float | bool | None:
    """A plain scalar by YAML 1.2's core schema, without octal and hexadecimal numbers.

    >>> [resolve_scalar(text) for text in ("1e-3", "no", "007", "true", "~")]
    [0.001, 'no', '007', True, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < 1000:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError([f"{path}: no such file; `bakeoff init` writes one"]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError([f"{path}: cannot be read ({reason}); give the path of a YAML file"]) from error
    if len(raw) > MAX_BYTES:
        raise ConfigError([f"{path}: larger than {MAX_BYTES:,} bytes; a config is a short YAML file"])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        fault = f"not UTF-8 (byte 0x{raw[error.start]:02x})"
        raise ConfigError([f"{path}:{line}: {fault}; save the file as UTF-8"]) from None


class _Fault(Exception):
    def __init__(self, line: int, what: str, todo: str = "") -> None:
        super().__init__(what)
        self.line, self.what, self.todo = line, what, todo


@dataclass(frozen=True)
class _Node:
    """A parsed value. Mappings hold (line of the key, value) by key; aliases share nodes."""

    line: int
    value: str | int | float | bool | dict[str, tuple[int, _Node]] | list[_Node] | None


class _Builder:
    """Builds nodes from parser events."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._events = self._parse()
        self._anchors: dict[str, _Node] = {}

    def document(self) -> _Node:
        """The root of the only document."""
        event = next(self._events)
        while isinstance(event, events.StreamStartEvent | events.DocumentStartEvent):
            event = next(self._events)
        if isinstance(event, events.StreamEndEvent):
            return _Node(1, None)
        root = self._node(event, 0)
        for event in self._events:
            if isinstance(event, events.DocumentStartEvent):
                raise _Fault(self._line(event), "a second document starts here", "keep one per file")
        return root

    def _parse(self) -> Iterator[Any]:
        try:
            yield from parse(self._text, Loader=SafeLoader)
        except ReaderError as error:
            line = self._line_at(error.position)
            what = f"character U+{_code(error.character):04X} is not allowed in YAML"
            raise _Fault(line, what, "remove it, or write it as an escape in double quotes") from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = 1 if mark is None else self._line_at(mark.index)
            if "'\\t'" in (error.problem or ""):
                raise _Fault(line, "a tab where YAML wants spaces", "indent with spaces") from None
            raise _Fault(line, f"broken YAML, {error.problem or error.context}") from None
        except (YAMLError, ValueError, IndexError, OverflowError) as error:
            # PyYAML lets int() and chr() fail on hostile escapes and directives.
            raise _Fault(1, f"broken YAML ({error})") from None

    def _line_at(self, offset: int) -> int:
        return bisect_left(self._breaks, offset) + 1

    def _line(self, event: Any) -> int:
        return self._line_at(event.start_mark.index)

    def _node(self, event: Any, depth: int) -> _Node:
        line = self._line(event)
        if depth > MAX_DEPTH:
            raise _Fault(line, f"nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, events.AliasEvent):
            if event.anchor not in self._anchors:
                raise _Fault(line, f"alias *{event.anchor} names no anchor that ends before it")
            return self._anchors[event.anchor]
        if event.tag is not None:
            raise _Fault(line, f"the YAML tag {shortened(event.tag)} is not accepted", "write plain values")
        node = _Node(line, self._value(event, line, depth))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _value(self, event: Any, line: int, depth: int) -> Any:
        if isinstance(event, events.ScalarEvent):
            return _scalar(event, line)
        if isinstance(event, events.SequenceStartEvent):
            return [self._node(item, depth + 1) for item in self._until(events.SequenceEndEvent)]
        return self._mapping(depth)

    def _until(self, end: type) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _mapping(self, depth: int) -> dict[str, tuple[int, _Node]]:
        own: dict[str, tuple[int, _Node]] = {}
        merged: dict[str, tuple[int, _Node]] = {}
        merge_line = 0
        for event in self._until(events.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key.value, str):
                raise _Fault(key.line, "a key that is not text", "put the key in quotes")
            value = self._node(next(self._events), depth + 1)
            first = merge_line if key.value == "<<" else own[key.value][0] if key.value in own else 0
            if first:
                raise _Fault(key.line, f"key {shortened(key.value)} is already given on line {first}")
            if key.value == "<<":
                merge_line, merged = key.line, _merge(value)
            else:
                own[key.value] = (key.line, value)
        return merged | own


def _code(character: str | int) -> int:
    # PyYAML hands over a code point, its type stubs promise a character.
    return character if isinstance(character, int) else ord(character)


def _merge(node: _Node) -> dict[str, tuple[int, _Node]]:
    """What `<<: *anchor` brings in; of several mappings the first wins, as YAML has it."""
    result: dict[str, tuple[int, _Node]] = {}
    for source in reversed(node.value) if isinstance(node.value, list) else [node]:
        if not isinstance(source.value, dict):
            raise _Fault(node.line, "<< wants a mapping or a list of mappings")
        result |= source.value
    return result


def _scalar(event: Any, line: int) -> str | int | float | bool | None:
    value = resolve_scalar(event.value) if event.implicit[0] else event.value
    if isinstance(value, float) and not math.isfinite(value):
        raise _Fault(line, f"{shortened(event.value)} is not a finite number")
    if isinstance(value, str) and any("\ud800" <= c <= "\udfff" for c in value):
        raise _Fault(line, "half of a surrogate pair is no character", "write the character itself")
    return value


def _flatten(root: _Node) -> tuple[Any, dict[KeyPath, int]]:
    """Plain values, and the line of every key path; aliases are expanded within MAX_VALUES."""
    lines: dict[KeyPath, int] = {}

    def walk(node: _Node, path: KeyPath, line: int) -> Any:
        lines[path] = line
        if len(lines) > MAX_VALUES:
            raise _Fault(node.line, f"aliases expand to more than {MAX_VALUES:,} values")
        if isinstance(node.value, dict):
            return {key: walk(child, (*path, key), at) for key, (at, child) in node.value.items()}
        if isinstance(node.value, list):
            return [walk(child, (*path, index), child.line) for index, child in enumerate(node.value)]
        return node.value

    return walk(root, (), root.line), lines
