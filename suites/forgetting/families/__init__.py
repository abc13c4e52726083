"""Capability families: questions with deterministic scorers, generated from seeds or written by hand."""

from bakeoff.suites.forgetting.families.catalogue import FAMILIES
from bakeoff.suites.forgetting.families.family import Family, Item

__all__ = ["FAMILIES", "Family", "Item"]
