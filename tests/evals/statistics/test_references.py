"""Our statistics beside those of others, to three digits: one line of docs/statistics_checked.md each.

The references are called, or are numbers of the tables in METHODS (§4, §7); more cases, and properties,
are in the tests of each module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from toys.written import check_written

from bakeoff.evals.statistics import (
    Interval,
    bca,
    benjamini_hochberg,
    cluster_t,
    holm,
    mcnemar,
    mcnemar_exact_n,
    mean_n,
    mean_power,
    newcombe,
    non_inferiority_n,
    normal_n,
    sign_flip,
    tango,
    wilson,
)
from bakeoff.evals.statistics.intervals import resampled_means
from bakeoff.evals.statistics.units import unit_sums

P = [0.001, 0.008, 0.012, 0.03, 0.04, 0.2, 0.7]
SCORES = np.random.default_rng(40).beta(4, 1, 40)
GROUPS = np.random.default_rng(41).integers(0, 12, 40)
Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Reference:
    """One comparison: what, on which case, our numbers, the others', and who they are."""

    what: str
    case: str
    ours: Callable[[], Numbers]
    theirs: Callable[[], Numbers]
    source: str


def ends(found: Interval) -> Numbers:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def listed(values: Any) -> Numbers:
    return tuple(float(value) for value in values)


def scipys_bca() -> Numbers:
    """scipy's BCa over the resamples that ours drew."""
    means = resampled_means(unit_sums(SCORES[:, None]), 10_000, seed=0)
    bootstrap: Any = stats.bootstrap
    drawn = SimpleNamespace(bootstrap_distribution=means)
    found = bootstrap((SCORES,), np.mean, n_resamples=0, method="BCa", bootstrap_result=drawn)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def statsmodels_cluster() -> Numbers:
    fit = OLS(SCORES, np.ones(40)).fit(cov_type="cluster", cov_kwds={"groups": GROUPS}, use_t=True)
    return listed(fit.conf_int(0.05)[0])


def exact_flips() -> Numbers:
    """All 2^12 signs of twelve differences, by scipy."""
    differences = SCORES[:12] - 0.7
    found = stats.permutation_test(
        (differences,), lambda x: float(np.mean(x)), permutation_type="samples", n_resamples=5000
    )
    return (float(found.pvalue),)


def references() -> Iterator[Reference]:
    yield from _rates()
    yield from _means()
    yield from _many()
    yield from _sizes()


def _rates() -> Iterator[Reference]:
    for x, n in ((7, 50), (0, 20), (1234, 5000)):
        yield Reference(
            "Wilson",
            f"{x} of {n}",
            lambda x=x, n=n: ends(wilson(x, n)),  # type: ignore[misc]
            lambda x=x, n=n: listed(proportion_confint(x, n, method="wilson")),  # type: ignore[misc]
            "statsmodels",
        )
    yield Reference(
        "Tango", "1 and 7 of 21", lambda: ends(tango(1, 7, 21)), lambda: (-0.517, -0.026), "Fagerland 2014"
    )
    for b, c in ((3, 12), (30, 51)):
        yield Reference(
            "McNemar, exact",
            f"{b} and {c}",
            lambda b=b, c=c: (mcnemar(b, c)[0],),  # type: ignore[misc]
            lambda b=b, c=c: (float(statsmodels_mcnemar([[9, b], [c, 9]], exact=True).pvalue),),  # type: ignore[misc]
            "statsmodels",
        )
        yield Reference(
            "McNemar, mid-p",
            f"{b} and {c}",
            lambda b=b, c=c: (mcnemar(b, c)[1],),  # type: ignore[misc]
            lambda b=b, c=c: (  # type: ignore[misc]
                float(2 * stats.binom.cdf(b - 1, b + c, 0.5) + stats.binom.pmf(b, b + c, 0.5)),
            ),
            "scipy's binomial",
        )

    yield Reference(
        "Newcombe (unpaired)",
        "40 of 60, 28 of 60",
        lambda: newcombe(40, 60, 28, 60),
        lambda: listed(confint_proportions_2indep(40, 60, 28, 60, method="newcomb")),
        "statsmodels",
    )


def _means() -> Iterator[Reference]:
    yield Reference(
        "t",
        "40 scores",
        lambda: ends(cluster_t(SCORES)),
        lambda: listed(stats.ttest_1samp(SCORES, 0).confidence_interval(0.95)),
        "scipy",
    )
    yield Reference(
        "cluster-t",
        "40 scores in 12 clusters",
        lambda: ends(cluster_t(SCORES, GROUPS)),
        statsmodels_cluster,
        "statsmodels",
    )
    yield Reference("BCa", "40 scores", lambda: ends(bca(SCORES)), scipys_bca, "scipy, same resamples")
    yield Reference(
        "sign flips",
        "12 differences",
        lambda: (sign_flip(SCORES[:12] - 0.7).p or 0.0,),
        exact_flips,
        "scipy, all signs",
    )


def _many() -> Iterator[Reference]:
    yield Reference(
        "Holm",
        "7 p-values",
        lambda: listed(holm(P)),
        lambda: listed(multipletests(P, method="holm")[1]),
        "statsmodels",
    )
    yield Reference(
        "Benjamini–Hochberg",
        "7 p-values",
        lambda: listed(benjamini_hochberg(P)),
        lambda: listed(multipletests(P, method="fdr_bh")[1]),
        "statsmodels",
    )


def _sizes() -> Iterator[Reference]:
    yield Reference(
        "power of a mean",
        "effect 0.1, SD 0.35, n 100",
        lambda: (mean_power(100, 0.1, 0.35),),
        lambda: (float(TTestPower().power(0.1 / 0.35, 100, 0.05)),),
        "statsmodels",
    )
    yield Reference(
        "n for a mean",
        "effect 0.05, SD 0.35",
        lambda: (float(mean_n(0.05, 0.35)),),
        lambda: (float(np.ceil(TTestPower().solve_power(0.05 / 0.35, alpha=0.05, power=0.8))),),
        "statsmodels",
    )
    for sd, effect, n in ((0.45, 0.05, 636), (0.5, 0.1, 197), (0.6, 0.05, 1131)):
        yield Reference(
            "n, difference in differences",
            f"{effect:g}, SD {sd:g}",
            lambda sd=sd, effect=effect: (float(normal_n(effect, sd)),),  # type: ignore[misc]
            lambda n=n: (float(n),),  # type: ignore[misc]
            "method notes, §3",
        )
    for effect, share, n in ((0.05, 0.10, 337), (0.05, 0.20, 658), (0.02, 0.10, 2043)):
        yield Reference(
            "n, McNemar",
            f"{effect:g}, {share:.0%} differ",
            lambda effect=effect, share=share: (float(mcnemar_exact_n(effect, share)),),  # type: ignore[misc]
            lambda n=n: (float(n),),  # type: ignore[misc]
            "method notes, §4",
        )
    for margin, share, n in ((0.05, 0.10, 248), (0.05, 0.20, 495), (0.02, 0.10, 1546), (0.01, 0.20, 12366)):
        yield Reference(
            "n, non-inferiority (Wald)",
            f"margin {margin:g}, {share:.0%} differ",
            lambda margin=margin, share=share: (float(non_inferiority_n(margin, share)),),  # type: ignore[misc]
            lambda n=n: (float(n),),  # type: ignore[misc]
            "method notes, §7",
        )


REFERENCES = list(references())


@pytest.mark.parametrize("one", REFERENCES, ids=lambda one: f"{one.what}, {one.case}")
def test_ours_and_theirs_are_equal_to_three_digits(one: Reference) -> None:
    ours, theirs = one.ours(), one.theirs()
    assert ours == pytest.approx(theirs, rel=5e-4, abs=5e-4 if one.what in ("Tango",) else 1e-9)


def test_the_table_in_the_documents_is_this_one() -> None:
    check_written("statistics_checked.md", "test_references.py", "\n".join(table()))


def table() -> Iterator[str]:
    yield "| what | case | ours | reference | which |"
    yield "|---|---|---|---|---|"
    for one in REFERENCES:
        yield f"| {one.what} | {one.case} | {shown(one.ours())} | {shown(one.theirs())} | {one.source} |"


def shown(numbers: Numbers) -> str:
    """Three digits, sizes whole."""
    return ", ".join(f"{x:,.0f}" if x >= 100 else f"{x:.3g}" for x in numbers)
