"""All findings of the suite, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Kind
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.format_shift.change import changes
from bakeoff.suites.format_shift.distances import Texts, distance_findings
from bakeoff.suites.format_shift.drop import consistencies, drops
from bakeoff.suites.format_shift.leakage import leakages
from bakeoff.suites.format_shift.outcomes import ALL, Outcomes, read
from bakeoff.suites.format_shift.spread import spreads

NO_TRAINING_FILE = "no training file was given, so the form of its answers is not known."
NO_FORM = "the answers of the training file share no form, so there is none to leak."


@dataclass(frozen=True)
class Made:
    """What became of the samples on their way to variants, for findings to tell.

    `kept` counts variants by family, `dropped` those left out by (family, why). `texts` is None where no
    distance from the training prompts can or shall be measured.
    """

    kept: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[tuple[str, str], int] = field(default_factory=dict)
    passed_through: tuple[str, ...] = ()
    training_rows: int = 0
    texts: Texts | None = None


def findings(table: ScoreTable, made: Made) -> list[Finding]:
    """What the scores of a run say, and what was asked. p is stated only by what may raise an alarm."""
    outcomes = read(table)
    if "key_values" not in outcomes.means:
        return []
    return [
        *changes(outcomes),
        *spreads(outcomes),
        *leakages(outcomes, NO_FORM if made.training_rows else NO_TRAINING_FILE),
        *consistencies(outcomes),
        *drops(outcomes),
        *_distances(outcomes, made),
        *_variants(outcomes, made),
    ]


def _distances(outcomes: Outcomes, made: Made) -> list[Finding]:
    """Of what each tuned system was trained on; nothing is measured where there is none."""
    systems = _asked_systems(outcomes, {Kind.FINE_TUNED, Kind.HYBRID})
    return distance_findings(made.texts.measured(), systems) if systems and made.texts else []


def _variants(outcomes: Outcomes, made: Made) -> list[Finding]:
    """Once, at the first system that was asked: how many variants there are and why others are not."""
    systems = _asked_systems(outcomes, set(Kind))
    if not systems or not made.kept:
        return []
    dropped = sum(made.dropped.values())
    reasons: dict[str, dict[str, int]] = {}
    for (family, why), count in made.dropped.items():
        reasons.setdefault(family, {})[why] = count
    kept = sum(made.kept.values())
    through = (
        f" Left out for samples that are not English: {', '.join(made.passed_through)}."
        if made.passed_through
        else ""
    )
    return [
        Finding(
            name="format_shift.variants",
            system=systems[0],
            family=ALL,
            n=kept,
            detail={
                "kept": dict(made.kept),
                "dropped": reasons,
                "passed_through": list(made.passed_through),
            },
            sentence=f"{kept} variants were asked; {dropped} could not be made, changed nothing or lost a"
            f" name, a number or a negation.{through}",
        )
    ]


def _asked_systems(outcomes: Outcomes, kinds: set[Kind]) -> list[str]:
    """Systems of these kinds with a value for some variant."""
    places = outcomes.pooled.variants
    return [
        info.name
        for info in outcomes.table.systems
        if info.kind in kinds and not np.isnan(outcomes.values(info.name)[places]).all()
    ]
