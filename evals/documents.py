"""Reading the corpus: a folder of text files with front matter, or one JSON or JSON-lines file.

What comes out is the same on every machine: documents in the order of their ids, whatever the order of
the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

import yaml
from pydantic import JsonValue

from bakeoff.evals.errors import InputError
from bakeoff.evals.records import Document

_TEXT_SUFFIXES = (".md", ".txt")
_TABLE_SUFFIXES = (".jsonl", ".json")
_RULE = "---"


@dataclass(frozen=True)
class _Entry:
    """A document as it was found: its fields, its text, and where an error would be."""

    fields: Mapping[str, Any]
    text: Any
    default_id: str | None
    path: Path
    line: int
    field_lines: Mapping[str, int]

    def where(self, field: str | None = None) -> str:
        return f"{self.path}:{self.field_lines.get(field or '', self.line)}"


def load_documents(path: Path, as_of_key: str | None = None) -> tuple[Document, ...]:
    """The documents under `path`, sorted by id.

    A folder gives one document for each `.md` or `.txt` file below it (hidden ones left out); YAML front
    matter between two lines of `---` is optional. The id is the front matter's `id`, else the file's
    path relative to the folder. A `.jsonl` or `.json` file gives one for each object with `id` and
    `text`. `title` is taken where it is given, the field named `as_of_key` becomes the date from
    which the document holds, all other fields become its metadata.

    Raises InputError, with file and line, for what cannot be read, for two documents with one id, for an
    empty text, for a date that is none, and where `as_of_key` occurs in no document.
    """
    entries = list(_entries(path))
    if not entries:
        raise InputError("no documents found", where=str(path), todo="put .md or .txt files there")
    if as_of_key is not None and not any(as_of_key in entry.fields for entry in entries):
        raise InputError(
            f"no document has the field {as_of_key!r}",
            where=str(path),
            todo="name the field that holds the date in documents.as_of, or leave that key out",
        )
    found: dict[str, tuple[_Entry, Document]] = {}
    for entry in entries:
        document = _document(entry, as_of_key)
        if document.id in found:
            first = found[document.id][0]
            raise InputError(
                f"document id {document.id!r} is already that of {first.where('id')}", where=entry.where("id")
            )
        found[document.id] = (entry, document)
    return tuple(found[key][1] for key in sorted(found))


def _entries(path: Path) -> Iterator[_Entry]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            relative = file.relative_to(path)
            hidden = any(part.startswith(".") for part in relative.parts)
            if file.suffix.lower() in _TEXT_SUFFIXES and file.is_file() and not hidden:
                yield _text_entry(file, relative.as_posix())
    elif not path.exists():
        raise InputError("no such file or folder", where=str(path))
    elif path.suffix.lower() == ".jsonl":
        yield from _line_entries(path)
    elif path.suffix.lower() == ".json":
        yield from _array_entries(path)
    else:
        kinds = ", ".join(_TABLE_SUFFIXES)
        raise InputError("not a folder of documents", where=str(path), todo=f"a file must be one of {kinds}")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError("the text is not UTF-8", where=f"{path}:{line}") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _text_entry(path: Path, default_id: str) -> _Entry:
    lines = _read(path).split("\n")
    if lines[0].rstrip() != _RULE:
        return _Entry({}, "\n".join(lines), default_id, path, 1, {})
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _RULE), None)
    if end is None:
        raise InputError("the front matter has no end", where=f"{path}:1", todo="close it with a line of ---")
    fields = _front_matter("\n".join(lines[1:end]), path)
    keys = ((re.match(r"([^\s:#][^:]*?)\s*:", line), n) for n, line in enumerate(lines[1:end], 2))
    field_lines = {match[1].strip("\"'"): n for match, n in keys if match}
    return _Entry(fields, "\n".join(lines[end + 1 :]), default_id, path, 1, field_lines)


def _front_matter(text: str, path: Path) -> Mapping[str, Any]:
    try:
        fields = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        reason = getattr(error, "problem", None) or "not valid YAML"
        raise InputError(f"broken front matter: {reason}", where=f"{path}:{line}") from error
    except ValueError as error:  # what looks like a date to YAML but is none, such as 2025-13-01
        raise InputError(f"broken front matter: {error}", where=f"{path}:{_odd_date(text)}") from error
    if fields is None:
        return {}
    if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
        raise InputError("the front matter is not a list of named fields", where=f"{path}:2")
    return fields


def _odd_date(text: str) -> int:
    """File line of the front matter's first field that alone fails to load."""
    for number, line in enumerate(text.splitlines(), 2):
        try:
            yaml.safe_load(line)
        except yaml.YAMLError:
            continue
        except ValueError:
            return number
    return 1


def _line_entries(path: Path) -> Iterator[_Entry]:
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            yield _row(_parse(line, path, number - 1), path, number)


def _array_entries(path: Path) -> Iterator[_Entry]:
    rows = _parse(_read(path), path, 0)
    if not isinstance(rows, list):
        raise InputError("holds no list of documents", where=str(path))
    for number, row in enumerate(rows, 1):
        yield _row(row, path, number)


def _parse(text: str, path: Path, lines_before: int) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1) + lines_before
        reason = getattr(error, "msg", "nested too deeply")
        raise InputError(f"broken JSON: {reason}", where=f"{path}:{line}") from error


def _row(row: Any, path: Path, number: int) -> _Entry:
    """An entry of a JSON file; `number` counts lines in a .jsonl file, entries in a .json file."""
    if not isinstance(row, dict):
        raise InputError("not a JSON object", where=f"{path}:{number}")
    for key in ("id", "text"):
        if key not in row:
            raise InputError(f"the document has no {key!r}", where=f"{path}:{number}")
    fields = {key: value for key, value in row.items() if key != "text"}
    return _Entry(fields, row["text"], None, path, number, {})


def _document(entry: _Entry, as_of_key: str | None) -> Document:
    fields = dict(entry.fields)
    id_, title = fields.pop("id", entry.default_id), fields.pop("title", "")
    as_of = _date(fields.pop(as_of_key, None), entry, as_of_key) if as_of_key else None
    for name, value in (("id", id_), ("title", title), ("text", entry.text)):
        if not isinstance(value, str):
            raise InputError(f"{name} must be text, not {value!r}", where=entry.where(name))
    if not id_.strip():
        raise InputError("the id is empty", where=entry.where("id"))
    if not entry.text.strip():
        raise InputError("the document has no text", where=entry.where("text"))
    metadata = {key: _json_value(value, entry, key) for key, value in fields.items()}
    return Document(id=id_, text=entry.text.strip(), title=title, as_of=as_of, metadata=metadata)


def _date(value: Any, entry: _Entry, key: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value).date()
    except (TypeError, ValueError) as error:
        raise InputError(
            f"{key} is no date: {value!r}", where=entry.where(key), todo="write it as 2025-03-01"
        ) from error


def _json_value(value: Any, entry: _Entry, key: str) -> JsonValue:
    """`value` as JSON can say it; YAML's dates become ISO texts."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_json_value(item, entry, key) for item in value]
    if isinstance(value, dict):
        return {str(name): _json_value(item, entry, key) for name, item in value.items()}
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    raise InputError(f"{key} holds {value!r}, which JSON cannot say", where=entry.where(key))
