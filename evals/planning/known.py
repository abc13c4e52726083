"""What is known before a run: its samples, and an earlier run's scores and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.config_model import Config
from bakeoff.evals.findings import Finding
from bakeoff.evals.planning.metrics import both_scored
from bakeoff.evals.planning.records import Spread
from bakeoff.evals.planning.spread import assumed_spread, own_spread, paired_spread
from bakeoff.evals.statistics import Clustering
from bakeoff.evals.table import Column, ScoreTable


@dataclass(frozen=True)
class Seen:
    """n samples will have a score; their spread, and what a pilot saw.

    `estimate` is the mean, or the mean difference, and `level` the mean of the system that is compared with.
    `rate`: the scores are right or wrong, of independent samples; None where nobody has seen them.
    """

    n: int | None
    spread: Spread | None = None
    estimate: float | None = None
    level: float | None = None
    rate: bool | None = None
    cluster_size: float = 1.0


@dataclass(frozen=True)
class Known:
    """The candidate, its baseline, the samples at hand, and the pilot if there was one.

    `ids` are those of the samples at hand with the domain of each, None for the pilot's; `count` is their
    number where the pilot's does not hold, and `domains` how many of a data set are of which domain (None:
    unknown). `domain`: only what lies within it is known here.
    """

    candidate: str
    baseline: str
    parents: dict[str, str | None]
    repeats: int = 1
    ids: Mapping[str, str | None] | None = None
    count: int | None = None
    domains: Mapping[str | None, int] | None = None
    domain: str | None = None
    pilot: ScoreTable | None = None
    findings: Sequence[Finding] = ()
    stated: Spread | None = None
    clusters: Clustering | None = None

    @classmethod
    def of(
        cls,
        config: Config,
        ids: Mapping[str, str | None] | None,
        pilot: ScoreTable | None = None,
        findings: Sequence[Finding] = (),
        *,
        repeats: int | None = None,
        count: int | None = None,
        domains: Mapping[str | None, int] | None = None,
        stated: Spread | None = None,
        clusters: Clustering | None = None,
    ) -> Known:
        """Raises ValueError for a config without a gate."""
        if config.gate is None:
            raise ValueError("the config has no gate")
        parents = {name: system.parent for name, system in config.systems.items()}
        return cls(
            candidate=config.gate.candidate,
            baseline=config.baseline,
            parents=parents,
            repeats=repeats or config.repeats,
            ids=ids,
            count=count if ids is None else len(ids),
            domains=domains if ids is None else Counter(ids.values()),
            pilot=pilot,
            findings=findings,
            stated=stated,
            clusters=clusters,
        )

    def within(self, domain: str | None) -> Known:
        """What is known within one domain; the same where none is named."""
        return replace(self, domain=domain)

    @property
    def share(self) -> float | None:
        """The share of the samples at hand that lie within the domain; None where nobody has counted."""
        return share_of(self.domain, self.domains)

    @property
    def offered(self) -> int | None:
        """How many samples are at hand, of the domain where there is one; None where that is unknown."""
        if self.domain is None or self.domains is None:
            return self.count if self.domain is None else None
        total = sum(self.domains.values()) if self.count is None else self.count
        return round(total * (self.share or 0.0))

    def assumed(self, binary: bool) -> Spread:
        """The spread that the user stated, else METHODS' default."""
        return self.stated or assumed_spread(binary, self.clusters)

    def against(self, named: str) -> str:
        """The system that a check calls `baseline`, `parent` or by its name. Of `accepted`
        nothing is known.
        """
        if named == "parent":
            return self.parents.get(self.candidate) or self.baseline
        return self.baseline if named == "baseline" else named

    def column(self, metric: str) -> Column | None:
        """The pilot's column of that name, `metric` or `suite.metric`."""
        for column in () if self.pilot is None else self.pilot.columns:
            if metric in (column.output.name, column.key):
                return column
        return None

    def row(self, system: str) -> int | None:
        """The pilot's row of that system."""
        names = [] if self.pilot is None else [info.name for info in self.pilot.systems]
        return names.index(system) if system in names else None

    def own(self, column: Column | None, system: str) -> Seen:
        """What is known of one system's scores, and how many of the samples at hand will have one."""
        i = self.row(system)
        if column is None or i is None or self.pilot is None:
            return Seen(self.offered)
        means = sample_means(column.values[i])
        scored = ~np.isnan(means)
        used = scored & self._inside(self.pilot)
        if not used.any():
            return Seen(self.offered)
        labels = shared_clusters(cluster_labels(self.pilot.samples), used)
        rate = is_binary(means[used]) and labels is None and self.repeats == 1
        spread = own_spread(column.values[i][used], labels, self.repeats)
        size = 1.0 if labels is None else len(labels) / len(set(labels))
        mean = float(means[used].mean())
        return Seen(self._at_hand(used, scored), spread, mean, None, rate, size)

    def paired(self, column: Column | None, other: str) -> Seen:
        """What is known of the candidate's scores minus another's."""
        i, j = self.row(self.candidate), self.row(other)
        if column is None or i is None or j is None or self.pilot is None:
            return Seen(self.offered)
        scored = both_scored(column.values[i], column.values[j])
        used = scored & self._inside(self.pilot)
        a, b = column.values[i][used], column.values[j][used]
        if not used.any():
            return Seen(self.offered)
        labels = shared_clusters(cluster_labels(self.pilot.samples), used)
        spread = paired_spread(a, b, labels, self.repeats)
        other_mean = float(sample_means(b).mean())
        difference = float(sample_means(a).mean()) - other_mean
        return Seen(self._at_hand(used, scored), spread, difference, other_mean)

    def _inside(self, pilot: ScoreTable) -> NDArray[np.bool_]:
        """The pilot's samples within the domain, all where none is named."""
        return np.array([self.domain in (None, key.domain) for key in pilot.samples], dtype=bool)

    def _at_hand(self, used: NDArray[np.bool_], scored: NDArray[np.bool_]) -> int:
        """Of a suite that asks the given samples: their number, times the share that had a score.

        Of a suite that makes its own: as many as the pilot had. `used` are those of the `scored` ones that
        lie within the domain.
        """
        seen = int(used.sum())
        if self.ids is None or self.pilot is None:
            return seen if self.count is None else round(self.count * seen / int(scored.sum()))
        mine = [name for name, domain in self.ids.items() if self.domain in (None, domain)]
        keys = enumerate(self.pilot.samples)
        both = [i for i, key in keys if key.id in self.ids and self.domain in (None, key.domain)]
        asked = int(used[both].sum())
        return round(asked / len(both) * len(mine)) if asked else seen


def share_of(domain: str | None, domains: Mapping[str | None, int] | None) -> float | None:
    """How much of a data set one domain is; None where nobody has counted, or there is nothing.

    >>> share_of("billing", {"billing": 30, None: 90}), share_of("billing", None)
    (0.25, None)
    """
    total = sum(domains.values()) if domains else 0
    return (domains or {}).get(domain, 0) / total if total else None


def domains_of(pilot: ScoreTable) -> Counter[str | None]:
    """How many of a pilot's samples are of which domain; variants are not counted beside their origins."""
    return Counter(key.domain for key in pilot.samples if key.variant is None)
