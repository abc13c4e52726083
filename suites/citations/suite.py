"""The suite itself: the given samples, one metric, and what its scores say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.citations.findings import SUITE, findings
from bakeoff.suites.citations.metric import citations_metric
from bakeoff.suites.citations.options import Options


@dataclass
class CitationsSuite:
    """Asks the samples as they are given, and holds each sentence against the sources that it cites."""

    options: Options
    metrics: Sequence[Metric]
    name: str = SUITE

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The given samples, lazily."""
        return materials.samples

    def findings(self, table: ScoreTable) -> list[Finding]:
        """Recall, precision, unsupported, dangling and uncited shares, or that a system cannot cite."""
        return findings(table, self.options.tolerance)


def build(options: Options, _wiring: Wiring) -> Suite:
    """The suite with its metric."""
    return CitationsSuite(options, (citations_metric(),))


PLUGIN: Plugin[Suite] = Plugin(SUITE, Options, build)
