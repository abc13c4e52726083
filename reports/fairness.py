"""The fairness check on top of a table: what else differs between its systems."""

from __future__ import annotations

from bakeoff.evals.comparison import Comparison
from bakeoff.evals.fairness.check import pairs_of
from bakeoff.evals.fairness.wording import fairness_lines

HEAD = "What else differs"


def shown_fairness(comparison: Comparison) -> list[str]:
    """The lines above the table; none where nothing is compared, or the notes were never made."""
    if not comparison.fairness and not any(system.traits for system in comparison.systems):
        return []
    pairs = pairs_of(comparison)
    return fairness_lines(pairs, comparison.fairness) if pairs else []
