"""Signatures under the manual items of a gate: a small file that is committed beside the config."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from bakeoff.evals.committed_files import first_fault, read_committed, write_committed
from bakeoff.evals.config_model import Text
from bakeoff.evals.errors import InputError
from bakeoff.evals.identity import digest
from bakeoff.evals.records import Record

FILE = "bakeoff.signoffs.json"
REDO = "take back the edit, or remove the entry and sign again with `bakeoff gate --sign`"


Line = Annotated[Text, Field(max_length=500)]


class Signoff(Record):
    """Who signed which item, when, for which candidate in which state.

    `fingerprint` is the candidate's: another state of it needs another signature. `check` is a hash over the
    rest, so that an entry that was edited is noticed. It is no cryptographic signature: who may commit to
    the file may sign.
    """

    item: Line
    by: Line
    at: AwareDatetime
    candidate: Line
    fingerprint: Line
    note: str = Field(default="", max_length=2000)
    check: str

    @model_validator(mode="after")
    def _unedited(self) -> Signoff:
        if self.check != digest(self.model_dump(mode="json", exclude={"check"})):
            raise ValueError(f"the entry of {self.item!r} was edited after it was signed")
        return self


class Signoffs(Record):
    """The file's content."""

    version: Literal[1] = 1
    signoffs: tuple[Signoff, ...] = ()


def signed(
    item: str, by: str, candidate: str, fingerprint: str, note: str = "", at: datetime | None = None
) -> Signoff:
    """A new signature; InputError for a blank name."""
    now = (at or datetime.now(UTC)).replace(microsecond=0)
    # made unchecked first: the hash is taken over what the file will hold
    draft = Signoff.model_construct(
        item=item, by=by, at=now, candidate=candidate, fingerprint=fingerprint, note=note, check=""
    )
    content = draft.model_dump(mode="json", exclude={"check"})
    try:
        return Signoff.model_validate({**content, "check": digest(content)})
    except ValidationError as error:
        raise InputError(first_fault(error), where="--sign") from error


def read_signoffs(path: Path) -> tuple[Signoff, ...]:
    """The signatures of a file, none where there is no file; InputError, one line, for any fault in it."""
    found = read_committed(path, Signoffs, what="file of signatures", todo=REDO)
    return () if found is None else found.signoffs


def add_signoff(path: Path, new: Signoff) -> None:
    """Write the file with a further signature; one of the same item, candidate and state gives way to it."""
    same = (new.item, new.candidate, new.fingerprint)
    kept = [one for one in read_signoffs(path) if (one.item, one.candidate, one.fingerprint) != same]
    content = Signoffs(signoffs=(*kept, new)).model_dump(mode="json")
    write_committed(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
