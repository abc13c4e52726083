"""`run --changed-since`, `--changed` and `--judge`: what a pull request asks for beside the config."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.changed_paths import changed_paths, touching_all
from bakeoff.evals.config import Config
from bakeoff.evals.errors import InputError
from bakeoff.evals.pre_merge import select
from bakeoff.evals.registration import Plan

OFFLINE = "offline"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """A revision to compare with, and paths that were named."""

    since: str | None = None
    named: Sequence[str] = ()

    @property
    def given(self) -> bool:
        return self.since is not None or bool(self.named)


def narrowed(plan: Plan, config: Config, changes: Changes, *, quiet: bool) -> Plan:
    """The plan with only the suites that the changes touch; the plan as it is where none are given."""
    if not changes.given:
        return plan
    changed = changed_paths(config, changes.since, changes.named)
    part = select(plan, config.touches, changed, touching_all(config))
    if not quiet:
        for left in part.left_out:
            where = ", ".join(left.touches) or "nothing"
            print(f"left out: {left.suite} (no changed path touches {where})", file=sys.stderr)
    return part


def check_judge(judge: str | None) -> None:
    """InputError where the judge of the command line is another than the offline one."""
    if judge not in (None, OFFLINE):
        raise InputError(
            f"{judge!r} cannot take the judge's place",
            where="--judge",
            todo="only offline can; name others in the config",
        )


def with_judge(config: Config, judge: str | None) -> Config:
    """The config whose stored snapshot says which judge the command line put in."""
    if judge is None:
        return config
    snapshot: Mapping[str, Any] = {**config.snapshot, "judge": {"kind": judge}}
    return config.model_copy(update={"snapshot": snapshot})
