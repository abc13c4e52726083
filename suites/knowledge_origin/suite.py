"""The suite itself: the given samples, one metric, and what it says of each system."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.knowledge_origin.findings import SUITE, findings
from bakeoff.suites.knowledge_origin.metric import origin_metric
from bakeoff.suites.knowledge_origin.options import Options
from bakeoff.suites.reference.acceptable import acceptable_answers


@dataclass
class KnowledgeOriginSuite:
    """Asks the samples as they are given, and labels what the answers claim."""

    options: Options
    metrics: Sequence[Metric]
    name: str = SUITE

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The given samples, lazily. Raises InputError at one whose further references are malformed."""
        return _checked(materials.samples)

    def findings(self, table: ScoreTable) -> list[Finding]:
        """Where each system's claims come from, and how many nothing supports."""
        return findings(table, self.options.tolerance)


def _checked(samples: Iterable[Sample]) -> Iterator[Sample]:
    for sample in samples:
        acceptable_answers(sample)
        yield sample


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with its metric."""
    del wiring
    return KnowledgeOriginSuite(options, (origin_metric(),))


PLUGIN: Plugin[Suite] = Plugin(SUITE, Options, build)
