"""The suite itself: the variants, the metrics, and what they mean together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.context_stress.findings import findings
from bakeoff.suites.context_stress.making import Made, make
from bakeoff.suites.context_stress.metrics import all_metrics
from bakeoff.suites.context_stress.options import Options


@dataclass
class ContextStressSuite:
    """Asks the given samples over passages of its own choice.

    The samples themselves are not asked as they are. `samples()` leaves in `made` what the findings say of
    the variants: how many there are, and what was left out.
    """

    options: Options
    metrics: Sequence[Metric]
    name: str = "context_stress"
    made: Made = field(default_factory=Made)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The variants of the samples that are answerable and have a reference and gold passages.

        Raises InputError where there are none, or no encoder to find hard negatives with.
        """
        seed = materials.seed if self.options.seed is None else self.options.seed
        samples, self.made = make(materials, self.options, seed)
        return samples

    def findings(self, table: ScoreTable) -> list[Finding]:
        """The bounds, what each probe does to the answers, and what was asked."""
        return findings(table, self.options, self.made)


def build(options: Options, _wiring: Wiring) -> Suite:
    """The suite with its metrics."""
    return ContextStressSuite(options, all_metrics(options))


PLUGIN: Plugin[Suite] = Plugin("context_stress", Options, build)
