"""How far out each family is: can a classifier tell its questions from the training prompts?"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bakeoff.evals.findings import Finding
from bakeoff.evals.protocols import Encoder
from bakeoff.evals.records import Sample
from bakeoff.evals.statistics import Interval
from bakeoff.suites.format_shift.outcomes import CROSSED
from bakeoff.suites.format_shift.variants.derive import shown_text
from bakeoff.suites.format_shift.variants.distance import Distance, distance

T = TypeVar("T")

UNSHIFTED = "unshifted"
"""The family name of the questions as they are: what a family's distance is to be seen beside."""

NAME = "format_shift.distance"

MOST_TEXTS, MOST_PROMPTS = 100, 300
"""More are drawn from: an AUC of 0.8 is then known to about ±0.05, and encoding stays a matter of seconds."""


@dataclass(frozen=True)
class Texts:
    """What the measurement needs: what each family shows a system, with the origins, and the prompts."""

    families: Mapping[str, Sequence[tuple[str, str]]]
    prompts: Sequence[str]
    encoder: Encoder | None
    seed: int

    def measured(self) -> dict[str, Distance]:
        """Every family's distance, the unshifted questions' first. Blocking: a second or so a family."""
        return {
            family: distance(
                self.prompts,
                [text for text, _ in shown],
                self.encoder,
                self.seed,
                origins=[origin for _, origin in shown],
            )
            for family, shown in self.families.items()
        }


def texts_of(
    twins: Sequence[Sample],
    variants: Sequence[Sample],
    prompts: Sequence[str],
    encoder: Encoder | None,
    seed: int,
) -> Texts:
    """Some texts of the unshifted questions and of each family; the crossed block's are the template's."""
    families: dict[str, list[tuple[str, str]]] = {UNSHIFTED: [(shown_text(one), one.id) for one in twins]}
    for variant in variants:
        family = (variant.variant or "").partition(":")[0]
        families.setdefault(family, []).append((shown_text(variant), variant.origin or ""))
    some = {
        family: _some(shown, MOST_TEXTS, f"{seed}:{family}")
        for family, shown in families.items()
        if family != CROSSED
    }
    return Texts(some, _some(list(dict.fromkeys(prompts)), MOST_PROMPTS, f"{seed}:prompts"), encoder, seed)


def _some(items: list[T], most: int, seed: str) -> list[T]:
    return items if len(items) <= most else random.Random(seed).sample(items, most)


def distance_findings(distances: Mapping[str, Distance], systems: Sequence[str]) -> list[Finding]:
    """One finding for each family, at each system that was trained on the file."""
    return [_finding(system, family, found) for system in systems for family, found in distances.items()]


def _finding(system: str, family: str, found: Distance) -> Finding:
    common: dict[str, Any] = {"name": NAME, "system": system, "family": family, "n": found.n}
    main = found.ngram_interval
    if main is None or found.ngram is None:
        why = f"{family}: {found.n} questions and the training prompts are too few to tell a distance."
        return Finding(**common, status="not_applicable", sentence=why)
    return Finding(
        **common,
        effect=found.ngram,
        low=main.low,
        high=main.high,
        detail={
            "embedding": _ends(found.embedding_interval),
            "is_shift": found.is_shift,
            "method": main.method,
        },
        sentence=f"{family}: a classifier tells these questions from the training prompts with an AUC of"
        f" {found.ngram:.2f} on character n-grams{_beside(found)} (0.5: not at all, 1: always)"
        f"{_verdict(found, family)}.",
    )


def _beside(found: Distance) -> str:
    return "" if found.embedding is None else f" and {found.embedding:.2f} on embeddings"


def _verdict(found: Distance, family: str) -> str:
    if found.is_shift is not False or family == UNSHIFTED:
        return ""
    return ": this is no shift from what was trained, and a change here is none under shift"


def _ends(interval: Interval | None) -> dict[str, float | None] | None:
    if interval is None:
        return None
    return {"auc": interval.estimate, "low": interval.low, "high": interval.high}
