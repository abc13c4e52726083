"""Checks against the accepted baseline: the candidate beside what was last let through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bakeoff.evals.accepted.comparable import FEWEST, TODO, Matched, comparable_column, match_accepted
from bakeoff.evals.accepted.record import NAME, Accepted
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate.series import Mask, Series, series
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.table import Column, SystemInfo

NOTHING_YET = "nothing has been accepted yet, so there is nothing to compare with"


@dataclass(frozen=True)
class Standing:
    """The accepted baseline beside the run, and the file that it is from."""

    matched: Matched
    file: Path


def names_accepted(check: CheckConfig) -> bool:
    """Whether a check compares with the accepted baseline."""
    return NAME in (check.better_than, check.not_worse_than)


def stand(accepted: Accepted, evidence: Evidence, config: GateConfig, file: Path) -> Standing:
    """The baseline beside the run; InputError where it is stale or of other samples."""
    ours = [(key.id, evidence.contents[key.id]) for key in evidence.table.samples]
    matched = match_accepted(accepted, evidence.run, ours, days=config.baseline_days, where=str(file))
    return Standing(matched, file)


def accepted_series(
    standing: Standing, evidence: Evidence, column: Column, mine: Series, mask: Mask
) -> Series:
    """The baseline's scores beside the run's samples; InputError where they cannot be compared."""
    where = str(standing.file)
    aligned = comparable_column(standing.matched, column, evidence.run.header, where)
    theirs = series(aligned, 0, mask)
    paired = np.zeros(len(mask), dtype=bool)
    paired[[i for i, _ in standing.matched.pairing.paired]] = True
    applicable = int(mine.applicable.sum())
    shared = int((mine.applicable & paired).sum())
    if shared < FEWEST * applicable:
        what = f"it holds only {shared} of the {applicable} samples that {column.key} is about"
        raise InputError(f"the accepted baseline is of another item set: {what}", where=where, todo=TODO)
    return theirs


def told(standing: Standing, result: CheckResult, candidate: SystemInfo) -> CheckResult:
    """The check's result with a note on what it was compared with."""
    accepted, pairing = standing.matched.accepted, standing.matched.pairing
    by = f" by {accepted.by}" if accepted.by else ""
    parts = [f"accepted: {accepted.candidate} of run {accepted.run}, {accepted.accepted:%Y-%m-%d}{by}"]
    if pairing.only_theirs:
        parts.append(f"{len(pairing.only_theirs)} of its samples are not in this run")
    if pairing.by_content:
        parts.append(f"{len(pairing.by_content)} samples paired by their content, since their ids differ")
    ambiguous = len(pairing.ambiguous_ours) + len(pairing.ambiguous_theirs)
    if ambiguous:
        parts.append(f"{ambiguous} ambiguous samples left unpaired")
    if accepted.fingerprint == candidate.fingerprint:
        parts.append(f"{candidate.name} is in the state that was accepted")
    note = "; ".join(part for part in (result.note, *parts) if part)
    return result.model_copy(update={"note": note})


def nothing_yet(draft: CheckResult) -> CheckResult:
    """The check while no baseline has been accepted."""
    return draft.model_copy(update={"state": State.INCONCLUSIVE, "reason": NOTHING_YET})
