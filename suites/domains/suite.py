"""The suite itself: the given samples, routing, and what all metrics of the run say domain by domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bakeoff.evals.errors import InputError
from bakeoff.evals.findings import Finding
from bakeoff.evals.plugins import Plugin, Wiring
from bakeoff.evals.protocols import Materials, Metric, Suite
from bakeoff.evals.records import Sample
from bakeoff.evals.table import ScoreTable
from bakeoff.suites.domains.options import SUITE, WHERE, Options
from bakeoff.suites.domains.routing import routing_findings, routing_metric
from bakeoff.suites.domains.worst import worst_findings


@dataclass
class DomainsSuite:
    """Asks the samples as they are given.

    `samples()` leaves in `given` the ids of those with a domain: findings are over these, and not over items
    that other suites bring along.
    """

    options: Options
    metrics: Sequence[Metric]
    name: str = SUITE
    given: set[str] | None = field(default=None, repr=False)

    def samples(self, materials: Materials) -> Iterable[Sample]:
        """The given samples, lazily.

        Raises InputError at the end where none has a domain, or where `names` names one that none has.
        """
        return self._noted(materials.samples)

    def _noted(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        given: set[str] = set()
        domains: set[str] = set()
        for sample in samples:
            if sample.domain is not None:
                given.add(sample.id)
                domains.add(sample.domain)
            yield sample
        self.given = given
        _check(domains, self.options)

    def findings(self, table: ScoreTable) -> list[Finding]:
        """Routing of each system, then its worst domain on every bounded metric of the run."""
        return [*routing_findings(table, self.options), *worst_findings(table, self.given, self.options)]


def _check(domains: set[str], options: Options) -> None:
    if not domains:
        raise InputError(
            "no sample has a domain: there is nothing to tell apart",
            where=WHERE,
            todo="give the samples a field `domain`, or leave the suite out",
        )
    unknown = sorted(options.names.keys() - domains)
    if unknown:
        raise InputError(
            f"no sample has the domain {unknown[0]!r}",
            where=f"{WHERE}.names",
            todo=f"the domains are: {', '.join(sorted(domains))}",
        )


def build(options: Options, wiring: Wiring) -> Suite:  # noqa: ARG001 - every plug-in is built with both
    """The suite with its one metric."""
    return DomainsSuite(options, [routing_metric(options)])


PLUGIN: Plugin[Suite] = Plugin(SUITE, Options, build)
