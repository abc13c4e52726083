"""How often the chosen intervals hold the truth, over sizes and kinds of data; docs/statistics_checked.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from scipy.stats import norm
from toys import coverage
from toys.coverage import CELLS, REPETITIONS, SHAPES, SIZES, Cell, Values, all_covered, covered, resampled
from toys.drawn import figure
from toys.written import check_written, writes

from bakeoff.evals.statistics import Interval

LEAST, MOST = 0.93, 0.97
OUTSIDE = {Cell(20, binary=True, clustered=False)}
"""What is known to lie outside, and named in the document: at 20, Tango's is too wide."""

SMALL = [cell for cell in CELLS if not cell.binary and not cell.clustered and cell.n < 100]
KINDS = {
    (True, False): "right or wrong",
    (True, True): "right or wrong, clustered",
    (False, False): "graded",
    (False, True): "graded, clustered",
}
PAGE = "statistics_checked.md"
Counts = Mapping[Cell, Mapping[str, int]]


@pytest.mark.parametrize(("binary", "name"), [(b, name) for b, shapes in SHAPES.items() for name in shapes])
def test_the_truth_of_each_shape_is_its_mean(binary: bool, name: str) -> None:
    draw, truth = SHAPES[binary][name]
    rng = np.random.default_rng(1)
    a, b = draw(norm.cdf(rng.normal(size=400_000)), rng)
    assert (a - b).mean() == pytest.approx(truth, abs=4 * float((a - b).std()) / 400_000**0.5)
    assert set(np.unique(np.stack([a, b]))) == {0.0, 1.0} or not binary


def test_intervals_of_the_wrong_thing_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "REPETITIONS", 100)
    cell = Cell(100, binary=False, clustered=True)
    right = sum(covered(cell).values()) / 300
    wrong = sum(covered(cell, unclustered).values()) / 300
    assert right > 0.9
    assert wrong < 0.86  # t that does not know of the clusters


def unclustered(cell: Cell, a: Values, b: Values, _labels: object, seed: int) -> Interval:
    return coverage.chosen(cell, a, b, None, seed)


@pytest.fixture(scope="module")
def counts() -> Counts:
    return dict(zip(CELLS, all_covered(CELLS), strict=True))


def average(hits: Mapping[str, int]) -> float:
    return sum(hits.values()) / len(hits) / REPETITIONS


@pytest.mark.slow
def test_coverage_is_that_of_the_document(counts: Counts) -> None:
    assert {cell for cell in CELLS if not LEAST <= average(counts[cell]) <= MOST} == OUTSIDE
    check_written(PAGE, "test_coverage.py: coverage", "\n".join(table(counts)), tolerance=0.1)
    if writes():
        draw(counts)


@pytest.mark.slow
def test_students_t_beside_the_bootstrap_is_that_of_the_document(counts: Counts) -> None:
    others = dict(zip(SMALL, all_covered(SMALL, resampled), strict=True))
    check_written(PAGE, "test_coverage.py: bca", "\n".join(beside(counts, others)), tolerance=0.1)


def table(counts: Counts) -> Iterator[str]:
    """Sizes down, kinds across: the average over the shapes, and the lowest of them; outside in bold."""
    yield f"| samples | {' | '.join(KINDS.values())} |"
    yield "|---" * (len(KINDS) + 1) + "|"
    for n in SIZES:
        cells = [Cell(n, *kind) for kind in KINDS]
        yield f"| {n:,} | {' | '.join(_shown(cell, counts[cell]) for cell in cells)} |"


def _shown(cell: Cell, hits: Mapping[str, int]) -> str:
    text = f"{100 * average(hits):.2f} ({100 * min(hits.values()) / REPETITIONS:.1f})"
    return f"**{text}**" if cell in OUTSIDE else text


def beside(counts: Counts, others: Counts) -> Iterator[str]:
    """BCa and Student's t on the same data, by shape."""
    names = list(SHAPES[False])
    yield f"| samples | interval | {' | '.join(names)} | average |"
    yield "|---" * (len(names) + 3) + "|"
    for cell in SMALL:
        for method, hits in (("Student's t (ours)", counts[cell]), ("BCa", others[cell])):
            shares = " | ".join(f"{100 * hits[name] / REPETITIONS:.1f}" for name in names)
            yield f"| {cell.n} | {method} | {shares} | {100 * average(hits):.1f} |"


def draw(counts: Counts) -> None:
    """Average coverage over n, a line for each kind of data."""
    with figure("coverage.svg", 6.0, 3.2) as axes:
        axes.axhspan(100 * LEAST, 100 * MOST, color="#eeeeee")
        axes.axhline(95, color="#888888", linestyle="--")
        for (kind, label), style in zip(KINDS.items(), ("o-", "o:", "s-", "s:"), strict=True):
            shares = [100 * average(counts[Cell(n, *kind)]) for n in SIZES]
            axes.plot(SIZES, shares, style, label=label)
        axes.set(xscale="log", ylim=(88, 100), xlabel="samples", ylabel="coverage of 95 % intervals (%)")
        axes.set_xticks(SIZES, [f"{n:,}" for n in SIZES])
        axes.minorticks_off()
        axes.legend(frameon=False, ncols=2, loc="lower right")
