"""The suite itself: the given samples, also without passages, the metrics, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Capability, Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.reference.acceptable import acceptable_answers
from bakeoff.suites.retrieval.errors import ErrorsMetric
from bakeoff.suites.retrieval.findings import SUITE, findings
from bakeoff.suites.retrieval.metrics import latency_share_metric, missed_metric
from bakeoff.suites.retrieval.options import Options
from bakeoff.suites.retrieval.priors import CLOSED_BOOK
from bakeoff.suites.retrieval.ranking import RankingMetric


@dataclass
class RetrievalSuite:
    """Judges what was retrieved, and what the wrong answers have to do with it."""

    options: Options
    metrics: Sequence[Metric]
    name: str = SUITE

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The given samples, lazily, each that has an error budget followed by its closed-book variant.

        Raises InputError at one whose further references are malformed.
        """
        for sample in materials.samples:
            yield sample
            if self.options.closed_book:
                yield from _closed_book(sample)

    def findings(self, table: ScoreTable) -> list[Finding]:
        """For each system: the ranking, what was missed, the error budget, the share of the time."""
        return findings(table, self.options)


def _closed_book(sample: Sample) -> Iterator[Sample]:
    """Nothing is asked from memory that no wrong answer can be compared with."""
    gold = sample.reference_context_ids or sample.reference_contexts
    given = sample.overrides.contexts is not None or sample.origin is not None
    if not acceptable_answers(sample) or not sample.answerable or given or not gold:
        return
    yield sample.model_copy(
        update={
            "id": f"{sample.id}~retrieval:{CLOSED_BOOK}",
            "origin": sample.id,
            "variant": CLOSED_BOOK,
            "requires": sample.requires | {Capability.ACCEPTS_CONTEXTS},
            "overrides": sample.overrides.model_copy(update={"contexts": ()}),
        }
    )


def build(options: Options, wiring: Wiring) -> Suite:
    """The suite with its four metrics."""
    del wiring
    by_text = options.by_text
    metrics = (
        RankingMetric(options.k, by_text),
        missed_metric(by_text=by_text),
        ErrorsMetric(by_text),
        latency_share_metric(),
    )
    return RetrievalSuite(options, metrics)


PLUGIN: Plugin[Suite] = Plugin(SUITE, Options, build)
