"""Checks against the accepted baseline: the candidate beside what was last let through."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bakeoff.evals.accepted.comparable import (
    FEWEST,
    TODO,
    Matched,
    as_utc,
    comparable_column,
    match_accepted,
)
from bakeoff.evals.accepted.record import NAME, Accepted
from bakeoff.evals.errors import InputError
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.result import CheckResult, State
from bakeoff.evals.gate.series import Mask, Series, series
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.runs import RunRecord
from bakeoff.evals.table import Column, SystemInfo

NOTHING = "nothing to compare with"
"""How the reason of a check begins that has no baseline to be held against."""


@dataclass(frozen=True)
class Standing:
    """The accepted baseline beside the run, and the file that it is from.

    `matched` is None, with the reason, where there is none and a new one is about to be made; then, too, a
    metric that cannot be compared (`lenient`) is nothing to compare with, and no error.
    """

    file: Path
    matched: Matched | None = None
    reason: str = "nothing has been accepted yet"
    lenient: bool = False


def names_accepted(check: CheckConfig) -> bool:
    """Whether a check compares with the accepted baseline."""
    return NAME in (check.better_than, check.not_worse_than)


def stand(accepted: Accepted, evidence: Evidence, config: GateConfig, file: Path) -> Standing:
    """The baseline beside the run; InputError where it is stale or of other samples."""
    ours = [(key.id, evidence.contents[key.id]) for key in evidence.table.samples]
    matched = match_accepted(accepted, evidence.run, ours, days=config.baseline_days, where=str(file))
    return Standing(file, matched)


def accepted_series(
    standing: Standing, evidence: Evidence, column: Column, mine: Series, mask: Mask
) -> Series | str:
    """The baseline's scores beside the run's samples, or why there are none; InputError where they cannot be
    compared.
    """
    if standing.matched is None:
        return standing.reason
    try:
        return _series(standing.matched, evidence, column, mine, mask, str(standing.file))
    except InputError as error:
        if not standing.lenient:
            raise
        return error.what


def _series(
    matched: Matched, evidence: Evidence, column: Column, mine: Series, mask: Mask, where: str
) -> Series:
    theirs = series(comparable_column(matched, column, evidence.run.header, where), 0, mask)
    paired = np.zeros(len(mask), dtype=bool)
    paired[[i for i, _ in matched.pairing.paired]] = True
    applicable = int(mine.applicable.sum())
    shared = int((mine.applicable & paired).sum())
    if shared < FEWEST * applicable:
        what = f"it holds only {shared} of the {applicable} samples that {column.key} is about"
        raise InputError(f"the accepted baseline is of another item set: {what}", where=where, todo=TODO)
    return theirs


def told(standing: Standing, result: CheckResult, candidate: SystemInfo, run: RunRecord) -> CheckResult:
    """The check's result with a note on what it was compared with."""
    if standing.matched is None:
        return result
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
    if accepted.run == run.id:
        parts.append("it was made of this very run")
    elif as_utc(run.created) < accepted.run_created:
        parts.append("its run is newer than this one")
    elif accepted.fingerprint == candidate.fingerprint:
        parts.append(f"{candidate.name} is in the state that was accepted, as far as its fingerprint sees")
    note = "; ".join(part for part in (result.note, *parts) if part)
    return result.model_copy(update={"note": note})


def nothing_to_compare(draft: CheckResult, why: str) -> CheckResult:
    """The check where no baseline holds what it asks for."""
    return draft.model_copy(update={"state": State.INCONCLUSIVE, "reason": f"{NOTHING}: {why}"})
