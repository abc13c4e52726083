"""The suite itself: the given samples and their variants, the metrics, and what they mean together."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.evals.training_data import read_training
from bakeoff.suites.format_shift.asked import noted
from bakeoff.suites.format_shift.distances import texts_of
from bakeoff.suites.format_shift.findings import Made, findings
from bakeoff.suites.format_shift.making import Making, making_of
from bakeoff.suites.format_shift.metrics import (
    format_followed_metric,
    key_values_metric,
    training_format_metric,
)
from bakeoff.suites.format_shift.options import WHERE, Options
from bakeoff.suites.format_shift.training_format import learn
from bakeoff.suites.reference.acceptable import acceptable_answers


@dataclass
class FormatShiftSuite:
    """Asks each sample as it is and in variants that keep its meaning.

    `samples()` leaves in `made` what findings say of the variants themselves: how many the guard dropped,
    whether there was a training format to learn, how far out each family is.
    """

    making: Making
    metrics: Sequence[Metric]
    name: str = "format_shift"
    made: Made = field(default_factory=Made)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """Those given samples that have variants, unchanged, then the variants.

        A sample takes part if it has a reference, is answerable and is itself no variant. Raises
        InputError where none does.
        """
        options = self.making.options
        seed = materials.seed if options.seed is None else options.seed
        given = _drawn(_eligible(materials.samples, options.domains), options.size, seed)
        rows = [] if materials.training is None else list(read_training(materials.training))
        derived = self.making.derived(given, rows, seed, materials.encoder)
        trained = learn((row.answer for row in rows), (row.prompt for row in rows))
        by_id = {sample.id: sample for sample in given}
        variants = [noted(variant, by_id[variant.origin or ""], trained) for variant in derived.samples]
        origins = {variant.origin for variant in variants}
        twins = [sample for sample in given if sample.id in origins]
        self.made = Made(
            kept=Counter((variant.variant or "").partition(":")[0] for variant in variants),
            dropped=derived.dropped,
            passed_through=derived.passed_through,
            training_rows=len(rows),
            texts=texts_of(twins, variants, [row.prompt for row in rows], materials.encoder, seed)
            if rows and options.distance
            else None,
        )
        return [*twins, *variants]

    def findings(self, table: ScoreTable) -> list[Finding]:
        """Drops, differences in differences, worst format, consistency, leakage, and what was asked."""
        return findings(table, self.made)


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with its three metrics. Raises InputError for families that there are not."""
    metrics = (key_values_metric(), format_followed_metric(), training_format_metric())
    return FormatShiftSuite(making_of(options, wiring), metrics)


def _eligible(samples: Iterable[Sample], domains: Sequence[str] | None) -> list[Sample]:
    found = [
        sample
        for sample in samples
        if sample.answerable
        and sample.origin is None
        and (domains is None or sample.domain in domains)
        and acceptable_answers(sample)
    ]
    if not found:
        where = "" if domains is None else f" of {' or '.join(domains)}"
        raise InputError(
            f"no sample{where} has a reference answer: there is nothing to hold a variant's answer against",
            where=WHERE,
            todo="give references in the data set, or leave the suite out",
        )
    return found


def _drawn(samples: Sequence[Sample], size: int | None, seed: int) -> Sequence[Sample]:
    """At most `size` of them, in their order; which ones depends on the seed and their ids only."""
    if size is None or len(samples) <= size:
        return samples
    drawn = sorted(samples, key=lambda one: (random.Random(f"{seed}:size:{one.id}").random(), one.id))[:size]
    chosen = {sample.id for sample in drawn}
    return [sample for sample in samples if sample.id in chosen]


PLUGIN: Plugin[Suite] = Plugin("format_shift", Options, build)
