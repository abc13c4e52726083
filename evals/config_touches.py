"""Checks `touches`: its keys are suites of the config, its values lists of paths inside the repository."""

from __future__ import annotations

from typing import Any

from bakeoff.evals.config_errors import unknown_key
from bakeoff.evals.config_sections import DEFAULT_SUITES
from bakeoff.evals.config_values import Values


def check_touches(values: Values) -> None:
    """Note a problem for each entry that can never touch a suite of the config."""
    section = values.tree.get("touches")
    known = _suites(values.tree.get("suites", list(DEFAULT_SUITES)))
    for name, patterns in section.items() if isinstance(section, dict) else ():
        if known and name not in known:
            what, todo = unknown_key(name, known)
            values.report(("touches", name), what.replace("key", "suite"), todo)
        for index, pattern in enumerate(patterns if isinstance(patterns, list) else ()):
            if isinstance(pattern, str) and ".." in pattern.split("/"):
                todo = "paths start at the repository's root, such as prompts/**"
                values.report(("touches", name, index), "leads out of the repository", todo)


def _suites(section: Any) -> list[str]:
    """The names under `suites`, as far as they can be read; what is wrong there is told elsewhere."""
    names = []
    for entry in section if isinstance(section, list) else ():
        if isinstance(entry, str):
            names.append(entry)
        elif isinstance(entry, dict):
            names += [name for name in entry if isinstance(name, str)]
    return names
