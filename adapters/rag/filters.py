"""Which documents of the corpus are searched: by date, version, source, and any other metadata."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import canonical_json
from bakeoff.evals.records import Document

Value = str | int | float | bool
Values = Value | tuple[Value, ...]

SUPERSEDES = "supersedes"
"""The metadata field that names the document, or the documents, that this one takes the place of."""


class Dates(BaseModel):
    """A span of days, both included; an end that is left out is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Dates:
        if self.since is None and self.until is None:
            raise ValueError("needs from or to, such as {to: 2024-12-31}")
        if self.since and self.until and self.since > self.until:
            raise ValueError("from is later than to")
        return self


class FilterOptions(BaseModel):
    """A document is searched where it passes all that is given.

    `as_of`: its date lies in the span (a document without a date passes none). `newest_only`: no
    document within the span says that it supersedes it. `source`: its id is one of these. `version` and each
    key of `metadata`: the field is that value, one of those values, or a list that holds one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Dates | None = None
    newest_only: bool = False
    source: str | tuple[str, ...] | None = None
    version: Values | None = None
    metadata: Mapping[str, Values] = Field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Values]:
        """All conditions on metadata, by field."""
        version = {} if self.version is None else {"version": self.version}
        return {**version, **self.metadata}


def select(documents: Sequence[Document], options: FilterOptions) -> tuple[Document, ...]:
    """The documents that pass. Dates come first: superseded is what was superseded by then."""
    kept = [document for document in documents if _dated(document, options.as_of)]
    if options.newest_only:
        replaced = {text for document in kept for text in _texts(document.metadata.get(SUPERSEDES))}
        kept = [document for document in kept if document.id not in replaced]
    if options.source is not None:
        kept = [document for document in kept if document.id in _texts(options.source)]
    return tuple(document for document in kept if _matches(document, options.fields))


def check(documents: Sequence[Document], options: FilterOptions, where: str) -> None:
    """InputError where a condition names what no document has, or where nothing passes."""
    if options.as_of is not None and all(document.as_of is None for document in documents):
        todo = "name the field of the date in the config: documents: {path: …, as_of: FIELD}"
        raise InputError("no document has a date", where=f"{where}.as_of", todo=todo)
    if options.newest_only and not any(SUPERSEDES in document.metadata for document in documents):
        raise InputError(f"no document has the field {SUPERSEDES!r}", where=f"{where}.newest_only")
    for field in options.fields:
        key = "version" if field == "version" and options.version is not None else f"metadata.{field}"
        check_field(documents, field, f"{where}.{key}")
    unknown = sorted(_texts(options.source) - {document.id for document in documents})
    if unknown:
        todo = _known(unknown[0], [document.id for document in documents])
        raise InputError(f"no document has the id {unknown[0]!r}", where=f"{where}.source", todo=todo)
    if not select(documents, options):
        raise InputError(f"none of the {len(documents)} documents passes", where=where)


def check_field(documents: Iterable[Document], field: str, where: str) -> None:
    """InputError where no document has that metadata field."""
    known = sorted({key for document in documents for key in document.metadata})
    if field not in known:
        raise InputError(f"no document has the field {field!r}", where=where, todo=_known(field, known))


def _known(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    shown = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    return (f"did you mean {near[0]!r}? " if near else "") + f"they have: {shown or 'none'}"


def _dated(document: Document, span: Dates | None) -> bool:
    if span is None:
        return True
    day = document.as_of
    return day is not None and (span.since or day) <= day <= (span.until or day)


def _matches(document: Document, fields: Mapping[str, Values]) -> bool:
    return all(_texts(document.metadata.get(name)) & _texts(wanted) for name, wanted in fields.items())


def _texts(value: Any) -> set[str]:
    """One value or several, as texts: YAML's 2025 and a document's "2025" are the same version."""
    if value is None:
        return set()
    several = value if isinstance(value, list | tuple) else [value]
    return {one if isinstance(one, str) else canonical_json(one) for one in several}
