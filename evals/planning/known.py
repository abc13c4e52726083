"""What is known before a run: its samples, and an earlier run's scores and findings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.evals.cells import cluster_labels, is_binary, sample_means, shared_clusters
from bakeoff.evals.config_model import Config
from bakeoff.evals.findings import Finding
from bakeoff.evals.planning.metrics import paired_values
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

    `ids` are those of the samples at hand, None for the pilot's; `count` is their
    number where the pilot's does not hold.
    """

    candidate: str
    baseline: str
    parents: dict[str, str | None]
    repeats: int = 1
    ids: Collection[str] | None = None
    count: int | None = None
    pilot: ScoreTable | None = None
    findings: Sequence[Finding] = ()
    stated: Spread | None = None
    clusters: Clustering | None = None

    @classmethod
    def of(
        cls,
        config: Config,
        ids: Collection[str] | None,
        pilot: ScoreTable | None = None,
        findings: Sequence[Finding] = (),
        *,
        repeats: int | None = None,
        count: int | None = None,
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
            pilot=pilot,
            findings=findings,
            stated=stated,
            clusters=clusters,
        )

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
            return Seen(self.count)
        means = sample_means(column.values[i])
        used = ~np.isnan(means)
        if not used.any():
            return Seen(self.count)
        labels = shared_clusters(cluster_labels(self.pilot.samples), used)
        rate = is_binary(means) and labels is None and self.repeats == 1
        spread = own_spread(column.values[i][used], labels, self.repeats)
        size = 1.0 if labels is None else len(labels) / len(set(labels))
        mean = float(means[used].mean())
        return Seen(self._at_hand(used), spread, mean, None, rate, size)

    def paired(self, column: Column | None, other: str) -> Seen:
        """What is known of the candidate's scores minus another's."""
        i, j = self.row(self.candidate), self.row(other)
        if column is None or i is None or j is None or self.pilot is None:
            return Seen(self.count)
        a, b, used = paired_values(column, i, j)
        if not used.any():
            return Seen(self.count)
        labels = shared_clusters(cluster_labels(self.pilot.samples), used)
        spread = paired_spread(a, b, labels, self.repeats)
        other_mean = float(sample_means(b).mean())
        difference = float(sample_means(a).mean()) - other_mean
        return Seen(self._at_hand(used), spread, difference, other_mean)

    def _at_hand(self, used: NDArray[np.bool_]) -> int:
        """Of a suite that asks the given samples: their number, times the share that had a score.

        Of a suite that makes its own: as many as the pilot had.
        """
        seen = int(used.sum())
        if self.ids is None or self.pilot is None:
            return self.count or seen
        both = [i for i, key in enumerate(self.pilot.samples) if key.id in self.ids]
        scored = int(used[both].sum())
        return round(scored / len(both) * len(self.ids)) if scored else seen
