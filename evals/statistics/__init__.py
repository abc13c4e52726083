"""Pure statistics over arrays: the only place where intervals and p-values are computed (DESIGN §9).

Arrays in, frozen records out; no I/O, and nothing of ours outside this package is imported. scipy is
imported only inside the functions that need it.
"""

from __future__ import annotations

from bakeoff.evals.statistics.agreement import Agreement, cohen_kappa
from bakeoff.evals.statistics.auc import auc
from bakeoff.evals.statistics.best import best_probabilities
from bakeoff.evals.statistics.choice import difference_interval, mean_interval, paired_test
from bakeoff.evals.statistics.crossed import two_way, worst_format
from bakeoff.evals.statistics.design_effect import (
    Clustering,
    clustering_by_icc,
    clustering_of,
)
from bakeoff.evals.statistics.family import max_t
from bakeoff.evals.statistics.intervals import bca, cluster_t
from bakeoff.evals.statistics.multiplicity import benjamini_hochberg, holm
from bakeoff.evals.statistics.permutation import sign_flip
from bakeoff.evals.statistics.power import mcnemar_n, non_inferiority_n
from bakeoff.evals.statistics.power_bounds import quantile_least_n, rate_mde, rate_n, rate_power
from bakeoff.evals.statistics.power_means import (
    did_sd,
    mean_mde,
    mean_n,
    mean_power,
    normal_n,
    repeated_sd,
)
from bakeoff.evals.statistics.power_pairs import (
    mcnemar_exact_n,
    mcnemar_mde,
    mcnemar_power,
    tango_mde,
    tango_n,
    tango_power,
)
from bakeoff.evals.statistics.proportions import mcnemar, non_inferiority_p, tango, wilson
from bakeoff.evals.statistics.ratio import ratio_interval
from bakeoff.evals.statistics.results import Bounds, Family, Interval, PairedTest
from bakeoff.evals.statistics.threshold import exceeds
from bakeoff.evals.statistics.units import Clusters, paired_differences
from bakeoff.evals.statistics.unpaired import Unpaired, newcombe, unpaired_difference

__all__ = [
    "Agreement",
    "Bounds",
    "Clustering",
    "Clusters",
    "Family",
    "Interval",
    "PairedTest",
    "Unpaired",
    "auc",
    "bca",
    "benjamini_hochberg",
    "best_probabilities",
    "cluster_t",
    "clustering_by_icc",
    "clustering_of",
    "cohen_kappa",
    "did_sd",
    "difference_interval",
    "exceeds",
    "holm",
    "max_t",
    "mcnemar",
    "mcnemar_exact_n",
    "mcnemar_mde",
    "mcnemar_n",
    "mcnemar_power",
    "mean_interval",
    "mean_mde",
    "mean_n",
    "mean_power",
    "newcombe",
    "non_inferiority_n",
    "non_inferiority_p",
    "normal_n",
    "paired_differences",
    "paired_test",
    "quantile_least_n",
    "rate_mde",
    "rate_n",
    "rate_power",
    "ratio_interval",
    "repeated_sd",
    "sign_flip",
    "tango",
    "tango_mde",
    "tango_n",
    "tango_power",
    "two_way",
    "unpaired_difference",
    "wilson",
    "worst_format",
]
