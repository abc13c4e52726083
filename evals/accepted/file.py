"""Reads and writes the file of an accepted baseline: one line for each sample, so that it diffs well."""

from __future__ import annotations

import json
from pathlib import Path

from bakeoff.evals.accepted.record import Accepted
from bakeoff.evals.committed_files import read_committed, write_committed
from bakeoff.evals.errors import InputError

REDO = "take back the edit, or accept a run anew with `bakeoff gate --accept`"


def read_accepted(path: Path) -> Accepted | None:
    """The baseline of a file, None where there is no file; InputError, one line, for any fault in it."""
    return read_committed(path, Accepted, what="accepted baseline", todo=REDO)


def need_accepted(path: Path) -> Accepted:
    """The baseline of a file; InputError also where there is none."""
    found = read_accepted(path)
    if found is None:
        todo = "make it from a run that passes with `bakeoff gate --accept`, and commit it"
        raise InputError(
            "no baseline has been accepted yet: there is no such file", where=str(path), todo=todo
        )
    return found


def write_accepted(path: Path, accepted: Accepted) -> None:
    """Write the file, or leave the old one as it is."""
    write_committed(path, as_text(accepted))


def as_text(accepted: Accepted) -> str:
    """The file's content."""
    content = accepted.model_dump(mode="json")
    samples, check = content.pop("samples"), content.pop("check")
    columns = content.pop("columns")
    lines = [f"  {_line(key)}: {_line(value)}," for key, value in content.items()]
    return "\n".join(
        [
            "{",
            *lines,
            '  "columns": [',
            *_rows(columns),
            "  ],",
            '  "samples": [',
            *_rows(samples),
            "  ],",
            f'  "check": {_line(check)}',
            "}\n",
        ]
    )


def _rows(values: list[object]) -> list[str]:
    return [f"    {_line(value)}{',' if i < len(values) - 1 else ''}" for i, value in enumerate(values)]


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
