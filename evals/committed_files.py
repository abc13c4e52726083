"""Small JSON files that a team commits beside its config: read strictly, written all at once."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bakeoff.evals.config_errors import one_line
from bakeoff.evals.errors import InputError

M = TypeVar("M", bound=BaseModel)


def read_committed(path: Path, model: type[M], *, what: str, todo: str) -> M | None:
    """The file's content, None where there is no file.

    `what` names such a file, `todo` is the remedy. InputError, one line, for any fault: what is cut short, no
    JSON, has a key twice or no version, or does not fit the model.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError(f"cannot be read ({reason})", where=str(path)) from error
    try:
        tree = json.loads(text, object_pairs_hook=_without_twins)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON ({one_line(str(error))})", where=str(path), todo=todo) from error
    if not isinstance(tree, dict) or type(tree.get("version")) is not int:
        raise InputError(f"is no {what}", where=str(path), todo=todo)
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise InputError(first_fault(error), where=str(path), todo=todo) from error


def write_committed(path: Path, text: str) -> None:
    """Write the file, or leave the old one as it is."""
    staged = path.with_name(path.name + "~")
    try:
        staged.write_text(text, encoding="utf-8")
        os.replace(staged, path)  # noqa: PTH105  # one name for what must not be half done
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror})", where=str(path)) from error


def first_fault(error: ValidationError) -> str:
    """The first fault, as key and message on one line."""
    fault = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).lstrip(".")
    message = str(fault.get("ctx", {}).get("error", fault["msg"]))
    return one_line(f"{place}: {message}" if place else message)


def _without_twins(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
