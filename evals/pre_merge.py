"""Pre-merge runs: only the suites that a change can have touched, in a series of runs of their own.

A config's `touches` maps a suite to globs of paths. A suite without an entry always runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from bakeoff.evals.protocols import Suite
from bakeoff.evals.registration import Plan
from bakeoff.evals.runs import LeftOut

Touches = Mapping[str, Sequence[str]]

MARK = " (pre-merge)"


def series_name(name: str) -> str:
    """The name under which a config's pre-merge runs are stored.

    It is not the config's own, so that a part is never continued, planned from or gated as a whole run.
    """
    return name + MARK


def select(plan: Plan, touches: Touches, changed: Sequence[str], always: Iterable[str] = ()) -> Plan:
    """The plan with only the suites that the changed paths touch, the others noted as left out.

    `changed` are paths from the repository's root, with `/`. A change of a path in `always` (the config, the
    data set) touches every suite.
    """
    everything = any(matches(pattern, path) for pattern in always for path in changed)
    kept, left_out = [], []
    for suite, options in plan.suites:
        patterns = touches.get(suite.name)
        if everything or patterns is None or touched(patterns, changed):
            kept.append((suite, options))
        else:
            left_out.append(_left_out(suite, patterns))
    return replace(plan, name=series_name(plan.name), suites=kept, left_out=left_out)


def _left_out(suite: Suite, patterns: Sequence[str]) -> LeftOut:
    names = tuple(output.name for metric in suite.metrics for output in metric.outputs)
    return LeftOut(suite=suite.name, outputs=names, touches=tuple(patterns))


def touched(patterns: Sequence[str], changed: Sequence[str]) -> bool:
    """Whether a path matches a pattern."""
    return any(matches(pattern, path) for pattern in patterns for path in changed)


def matches(pattern: str, path: str) -> bool:
    """Whether a glob means a path; both from the repository's root.

    `*` and `?` stay within one folder, `**` spans any number of them; a folder stands for all below it.

    >>> [matches("docs/**", p) for p in ("docs/a.md", "docs/de/a.md", "docs", "mydocs/a.md")]
    [True, True, False, False]
    >>> matches("prompts", "prompts/base.txt"), matches("*.txt", "prompts/base.txt")
    (True, False)
    """
    return _compiled(pattern).fullmatch(path) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The glob as a regular expression; letters count as they are written, on every platform."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.removeprefix("./").strip("/"))
    meanings = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(meanings.get(part, re.escape(part)) for part in parts)
    return re.compile(f"{body}(?:/.*)?", re.DOTALL)
