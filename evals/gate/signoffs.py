"""Signatures under the manual items of a gate: a small file that is committed beside the config."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from bakeoff.evals.config_errors import one_line
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
        raise InputError(_told(error), where="--sign") from error


def read_signoffs(path: Path) -> tuple[Signoff, ...]:
    """The signatures of a file, none where there is no file; InputError, one line, for any fault in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError(f"cannot be read ({reason})", where=str(path)) from error
    try:
        tree = json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON ({one_line(str(error))})", where=str(path), todo=REDO) from error
    if not isinstance(tree, dict) or "version" not in tree:
        raise InputError("is no file of signatures", where=str(path), todo=REDO)
    try:
        return Signoffs.model_validate_json(text, strict=True).signoffs
    except ValidationError as error:
        raise InputError(_told(error), where=str(path), todo=REDO) from error


def add_signoff(path: Path, new: Signoff) -> None:
    """Write the file with a further signature; one of the same item, candidate and state gives way to it."""
    same = (new.item, new.candidate, new.fingerprint)
    kept = [one for one in read_signoffs(path) if (one.item, one.candidate, one.fingerprint) != same]
    content = Signoffs(signoffs=(*kept, new)).model_dump(mode="json")
    staged = path.with_name(path.name + "~")
    try:
        staged.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(staged, path)  # noqa: PTH105  # one name for what must not be half done
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from error


def _without_twins(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _told(error: ValidationError) -> str:
    """The first fault, as key and message on one line."""
    fault = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).lstrip(".")
    message = str(fault.get("ctx", {}).get("error", fault["msg"]))
    return one_line(f"{place}: {message}" if place else message)
