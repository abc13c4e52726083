"""Deterministic scorers of the capability families: no judge, no model, the same mark everywhere."""

from bakeoff.suites.forgetting.scorers.catalogue import SCORERS, Scorer, check_spec
from bakeoff.suites.forgetting.scorers.mark import Mark

__all__ = ["SCORERS", "Mark", "Scorer", "check_spec"]
