"""The suite itself: the given samples, and the metrics that compare answers with their references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.reference.bertscore import BertScore
from bakeoff.suites.reference.bertscore_choice import choose
from bakeoff.suites.reference.metrics import exact_match_metric, token_f1_metric
from bakeoff.suites.reference.options import Options


@dataclass
class ReferenceSuite:
    """Scores answers against reference texts; asks the samples as they are given."""

    metrics: Sequence[Metric]
    name: str = "reference"

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The given samples, lazily. Raises InputError at one whose further references are malformed."""
        return _checked(materials.samples)

    def findings(self, table: ScoreTable) -> list[Finding]:
        """None: what this suite has to say is in its columns."""
        del table
        return []


def _checked(samples: Iterable[Sample]) -> Iterator[Sample]:
    for sample in samples:
        acceptable_answers(sample)
        yield sample


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with the metrics that the options name, in that order."""
    return ReferenceSuite([_metric(name, options, wiring) for name in dict.fromkeys(options.metrics)])


def _metric(name: str, options: Options, wiring: Wiring) -> Metric:
    if name == "exact_match":
        return exact_match_metric()
    if name == "token_f1":
        return token_f1_metric()
    return BertScore(choose(options, wiring.folder))


PLUGIN: Plugin[Suite] = Plugin("reference", Options, build)
