"""How errors in a config are told: one line each, with file, line, key, fault and what is accepted."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bakeoff.evals.errors import InputError

KeyPath = tuple[str | int, ...]
"""Where a value lies in a config: `("systems", "rag", "url")`; list items by index."""


class ConfigError(InputError):
    """All that is wrong with one config; `problems` holds one line each, in file order."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Problem:
    """One fault at one key; `what` reads on from the key, `todo` says what is accepted."""

    path: KeyPath
    what: str
    todo: str = ""

    def tell(self, file: Path, line: int) -> str:
        """The sentence, on one line."""
        place = f"{file}:{line}: {dotted(self.path)}" if self.path else f"{file}:{line}"
        return one_line(f"{place}: {self.what}" + (f"; {self.todo}" if self.todo else ""))


def dotted(path: KeyPath) -> str:
    """The key path as users write it.

    >>> dotted(("gate", "checks", 0, "metric"))
    'gate.checks[0].metric'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def one_line(text: str) -> str:
    """The text without line breaks and control characters, so that one error stays one line."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def shortened(value: object, length: int = 60) -> str:
    """A value as an error shows it: quoted, cut where it is long."""
    text = repr(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def unknown_key(key: str, known: Sequence[str]) -> tuple[str, str]:
    """Fault and remedy for a key nobody knows, with the nearest known one."""
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return "unknown key", f"{hint}known here: {', '.join(known)}"
