"""One row of a data set becomes one sample, or an InputError that names the row and the field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from bakeoff.evals.config_errors import one_line, shortened
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.records import Sample, Turn

FIELDS = (
    "id",
    "question",
    "conversation",
    "reference",
    "answerable",
    "reference_contexts",
    "reference_context_ids",
    "domain",
    "cluster",
    "as_of",
    "tags",
    "extras",
)
"""The fields of a sample that a data set may hold; every other column goes to `extras`."""

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "question": ("user_input",),
    "reference": ("ground_truth", "ground_truths"),
}
"""RAGAS's names for our fields, the newer first."""

OF_THE_RECORDING = ("response", "retrieved_contexts", "retrieved_context_ids")
"""RAGAS's columns that hold a system's answer: they belong to the `recorded` adapter, not to the sample."""

_CONTENT = ("question", "conversation", "reference", "reference_contexts", "as_of")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}\S*)?", re.ASCII)
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Row:
    """One row as it was read. `where` names it (`data.jsonl:7`); `text_cells`: all values are text (CSV)."""

    where: str
    values: Mapping[str, Any]
    text_cells: bool = False


class _Wrong(Exception):
    """A value that does not fit, told without its place."""


@dataclass(frozen=True)
class Columns:
    """Which column holds which field, for rows with the same columns."""

    of_field: Mapping[str, str]

    @classmethod
    def find(cls, row: Row, mapped: Mapping[str, str]) -> Columns:
        """Match a row's columns with our fields, `mapped` (ours to theirs) before equal names.

        Raises InputError where two columns claim one field, or none has the question.
        """
        found = dict(mapped)
        for field in FIELDS:
            names = (field, *OTHER_NAMES.get(field, ()))
            claims = [name for name in names if name in row.values and name not in found.values()]
            if field not in found and len(claims) > 1:
                what = f"columns {' and '.join(map(repr, claims))} both hold the {field}"
                todo = f"choose one by columns: {{{field}: {claims[0]}}}"
                raise InputError(what, where=row.where, todo=todo)
            if field not in found and claims:
                found[field] = claims[0]
        if "question" not in found:
            todo = f"map yours by columns: {{question: …}}; {_present(row)}"
            raise InputError("no column question (nor user_input)", where=row.where, todo=todo)
        return cls(found)

    def sample(self, row: Row) -> Sample:
        """The row as a sample; InputError where a value has the wrong form."""
        fields: dict[str, Any] = {}
        for field, column in self.of_field.items():
            try:
                fields[field] = _READERS[field](_cell(row, field, row.values.get(column)))
            except _Wrong as wrong:
                name = field if column == field else f"{field} (column {shortened(column)})"
                raise InputError(one_line(f"{name} {wrong}"), where=row.where) from None
        given = {field: value for field, value in fields.items() if value is not None}
        try:
            given["extras"] = self._extras(row, given.get("extras", {}))
            given.setdefault("id", _content_id(given))
            return Sample(**given)
        except _Wrong as wrong:
            raise InputError(one_line(str(wrong)), where=row.where) from None
        except ValidationError as error:
            raise InputError(_told(error), where=row.where) from None

    def _extras(self, row: Row, own: Mapping[str, Any]) -> dict[str, Any]:
        extras = dict(own)
        used = {*self.of_field.values(), *OF_THE_RECORDING}
        for column, value in row.values.items():
            if column in used:
                continue
            if column in extras:
                raise _Wrong(f"column {shortened(column)} is also a key of extras; rename one of them")
            extras[column] = None if row.text_cells and value == "" else value
        return extras


def check_mapped(first: Row, mapped: Mapping[str, str]) -> None:
    """Refuse a `columns` map that names a column which the first row does not have."""
    for field, column in mapped.items():
        if column not in first.values:
            what = f"no column {shortened(column)}, which columns maps to {field}"
            todo = f"{_present(first)} (null where a row has none)"
            raise InputError(one_line(what), where=first.where, todo=todo)


def _present(row: Row) -> str:
    names = [shortened(name) for name in row.values]
    more = f" and {len(names) - 30} more" if len(names) > 30 else ""
    return one_line(f"the columns are {', '.join(names[:30]) or 'none'}{more}")


def content_digest(sample: Sample) -> str:
    """128-bit digest of what makes a sample: question, conversation, reference, its contexts and date.

    Independent of the row's position and of columns that only describe it (domain, tags, extras).
    """
    return digest(sample.model_dump(mode="json", include=set(_CONTENT)))


def _content_id(fields: Mapping[str, Any]) -> str:
    content = {key: value for key, value in fields.items() if key in _CONTENT}
    return "q" + content_digest(Sample(id="q", **content))[:10]


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(step) for step in first["loc"] if isinstance(step, str))
    return one_line(f"{place}: {first['msg']}")


def _cell(row: Row, field: str, value: Any) -> Any:
    """The value, read from its text where the file has nothing but text; None where there is none."""
    if not row.text_cells or value is None:
        return value
    if value == "":
        return None
    if field == "answerable":
        return _WORDS.get(value.strip().lower(), value)
    if field in _LISTS:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise _Wrong(f'{_LISTS[field]}, written as JSON in its cell, such as ["a", "b"]') from None
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f"must be text, not {_kind(value)}")
    if not value.strip():
        raise _Wrong("is empty")
    return value


def _question(value: Any) -> str:
    if value is None:
        raise _Wrong("is missing")
    if isinstance(value, list):
        raise _Wrong("must be text, not a list; earlier turns go to conversation")
    return _text(value)


def _reference(value: Any) -> str | None:
    if isinstance(value, list):
        if len(value) > 1:
            raise _Wrong(f"must be one text, not a list of {len(value)}; keep the one to compare with")
        value = value[0] if value else None
    if isinstance(value, str) and not value.strip():
        raise _Wrong("is empty; write null where there is none")
    return None if value is None else _text(value)


def _name(value: Any) -> str | None:
    """Text or a whole number, as ids and labels are given."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _Wrong(f"must be text or a whole number, not {_kind(value)}")
    text = str(value)
    if not text.strip() or not text.isprintable():
        raise _Wrong("must be printable text, not empty")
    return text


def _texts(value: Any) -> tuple[str, ...] | None:
    return _each(value, "texts", lambda item: item if isinstance(item, str) else None)


def _names(value: Any) -> tuple[str, ...] | None:
    return _each(value, "texts or whole numbers", _name)


def _each(value: Any, of_what: str, read: Callable[[Any], str | None]) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise _Wrong(f"must be a list of {of_what}, not {_kind(value)}")
    items: list[str] = []
    for number, item in enumerate(value, 1):
        text = read(item)
        if text is None:
            raise _Wrong(f"must be a list of {of_what}, but item {number} is {_kind(item)}")
        items.append(text)
    return tuple(items)


def _turns(value: Any) -> tuple[Turn, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple):
        raise _Wrong(f"{_LISTS['conversation']}, not {_kind(value)}")
    return tuple(_turn(turn, number) for number, turn in enumerate(value, 1))


def _turn(turn: Any, number: int) -> Turn:
    try:
        return Turn.model_validate(turn, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = "".join(f", {step}" for step in first["loc"])
        raise _Wrong(
            f"has a malformed turn {number}{place}: {first['msg'].removeprefix('Input ')}; "
            "a turn is {role: user, assistant or system, content: text}"
        ) from None


def _flag(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise _Wrong(f"must be true or false, not {shortened(value)}")


def _date(value: Any) -> date | None:
    if value is None:
        return None
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return datetime.fromisoformat(value).date()
        except ValueError:
            raise _Wrong(f"holds {shortened(value)}, which is no day of the calendar") from None
    raise _Wrong(f"must be a date (YYYY-MM-DD), not {shortened(value)}")


def _mapping(value: Any) -> Mapping[str, Any] | None:
    if value is None or isinstance(value, dict):
        return value
    raise _Wrong(f"must be a mapping, not {_kind(value)}")


def _kind(value: Any) -> str:
    """What a value is, in words of the file formats."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    names |= {list: "a list", tuple: "a list", dict: "a mapping", type(None): "null"}
    return names.get(type(value), f"a {type(value).__name__}")


_LISTS: Mapping[str, str] = {
    "conversation": "must be a list of turns",
    "reference_contexts": "must be a list of texts",
    "reference_context_ids": "must be a list of texts or whole numbers",
    "tags": "must be a list of texts",
    "extras": "must be a mapping",
}
"""The fields that a CSV cell holds as JSON, and what each must be."""

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "id": _name,
    "question": _question,
    "conversation": _turns,
    "reference": _reference,
    "answerable": _flag,
    "reference_contexts": _texts,
    "reference_context_ids": _names,
    "domain": _name,
    "cluster": _name,
    "as_of": _date,
    "tags": _texts,
    "extras": _mapping,
}
