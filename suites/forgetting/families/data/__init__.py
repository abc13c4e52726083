"""The written items, one a line, in columns divided by tabs; the families say what the columns are."""

from __future__ import annotations

from pathlib import Path


def rows(name: str) -> list[list[str]]:
    """The columns of each line of `name`.tsv; blank lines are left out."""
    text = Path(__file__).with_name(f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line.strip()]
