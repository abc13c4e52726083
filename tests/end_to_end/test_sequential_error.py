"""How often a sequential gate errs that stops as soon as it may, and how soon it ends: docs/sequential.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from toys.false_alarms import exact_interval
from toys.gates import evidence
from toys.written import check_written

from bakeoff.evals.gate.evaluation import evaluate
from bakeoff.evals.gate.evidence import Evidence
from bakeoff.evals.gate.sequential import certain
from bakeoff.evals.gate_config import CheckConfig, GateConfig
from bakeoff.evals.looks import item_ranks, keep_taken, looks
from bakeoff.evals.records import Output, Status
from bakeoff.evals.runs import SequentialInfo
from bakeoff.evals.statistics import normal_n, rate_n
from bakeoff.evals.table import STATUS_CODES, Column

pytestmark = pytest.mark.slow

REPETITIONS, ITEMS = 2000, 200
TYPICAL, LONG = 100, 1000
MARGIN = 0.05
SCORE = Output(name="score")
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
"""(source of chance, samples) → scores of shape (2, samples): the candidate's, the baseline's."""


def paired(difference: float, discordant: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
        wins = (discordant + difference) / 2
        u = rng.random(n)
        old = np.where(u < wins, 0.0, 1.0)
        return np.stack([np.where(u < wins, 1.0, np.where(u < discordant, 0.0, old)), old])

    return draw


def single(rate: float) -> Draw:
    return lambda rng, n: np.stack([(rng.random(n) < rate).astype(float), np.ones(n)])


def graded(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Scores between 0 and 1, the candidate's on average worse by the margin."""
    old = 0.15 + 0.7 * rng.beta(5, 3, n)
    return np.stack([old + rng.uniform(-0.15, 0.05, n), old])


NOT_WORSE = CheckConfig(metric="score", not_worse_than="baseline", margin=MARGIN)


def at_least(limit: float) -> CheckConfig:
    return CheckConfig(metric="score", at_least=limit)


@dataclass(frozen=True)
class End:
    """How one run ended: its verdict, None where nothing was certain, and the samples it took."""

    verdict: str | None
    taken: int


def one_run(draw: Draw, check: CheckConfig, rng: np.random.Generator, n: int) -> End:
    """Look after every step, as `bakeoff run --sequential` does, with the gate that ships."""
    gate = GateConfig.model_validate({"candidate": "new", "checks": [check], "sequential": {}})
    assert gate.sequential is not None
    values = draw(rng, n)[:, :, None]
    statuses = np.full(values.shape, STATUS_CODES[Status.SCORED], dtype=np.int8)
    whole = evidence(Column("toy", SCORE, values, statuses))
    sizes = np.bincount(item_ranks(whole.table.samples, 0)).tolist()
    for taken in looks(sizes, gate.sequential.first, gate.sequential.step):
        verdict = certain(evaluate(gate, look(whole, taken)))
        if verdict is not None:
            return End(verdict, taken)
    return End(None, n)


def look(whole: Evidence, taken: int) -> Evidence:
    info = SequentialInfo(seed=0, total=len(whole.table.samples), taken=taken)
    header = whole.run.header.model_copy(update={"sequential": info})
    run = whole.run.model_copy(update={"header": header})
    return replace(whole, run=run, table=keep_taken(whole.table, info, whole=True))


def ends(draw: Draw, check: CheckConfig, seed: int, repetitions: int, n: int) -> list[End]:
    rng = np.random.default_rng(seed)
    return [one_run(draw, check, rng, n) for _ in range(repetitions)]


@dataclass(frozen=True)
class Limit:
    """A system at the limit, and the verdict that is then an error."""

    name: str
    draw: Draw
    check: CheckConfig
    error: str


PAIRS, RATE = paired(-MARGIN, 0.10), single(0.8)
AT_THE_LIMIT = (
    Limit("worse by the margin, right or wrong, 10 % of pairs differ", PAIRS, NOT_WORSE, "pass"),
    Limit("worse by the margin, graded scores", graded, NOT_WORSE, "pass"),
    Limit("right in 80 %, `at_least: 0.8`", RATE, at_least(0.8), "pass"),
    Limit("right in 80 %, `at_least: 0.8`", RATE, at_least(0.8), "fail"),
)


@dataclass(frozen=True)
class Truth:
    """What is true, what is asked, and how many samples a fixed run needs to say so with power 0.8."""

    asked: str
    true: str
    draw: Draw
    check: CheckConfig
    fixed: int


def of_pairs(difference: float) -> Truth:
    gap, sd = difference + MARGIN, (0.20 - difference**2) ** 0.5
    fixed = normal_n(abs(gap), sd, alpha=0.05, power=0.8, sides=1)
    return Truth("not worse by 5 points", f"{difference:+.2f}", paired(difference, 0.20), NOT_WORSE, fixed)


def of_rate(rate: float) -> Truth:
    fixed = rate_n(rate, 0.8) if rate > 0.8 else rate_n(1 - rate, 0.2)
    return Truth("at least 0.80", f"{rate:.2f}", single(rate), at_least(0.8), fixed)


TRUTHS = (
    *(of_pairs(difference) for difference in (0.10, 0.05, 0.0, -0.10, -0.15, -0.20)),
    *(of_rate(rate) for rate in (0.95, 0.90, 0.85, 0.75, 0.70, 0.60)),
)


@pytest.fixture(scope="module")
def errors() -> list[int]:
    """For each system at the limit, how many of the repetitions end in the error."""
    found: dict[int, list[End]] = {}
    for limit in AT_THE_LIMIT:
        if id(limit.draw) not in found:
            found[id(limit.draw)] = ends(limit.draw, limit.check, 21, REPETITIONS, ITEMS)
    return [sum(end.verdict == limit.error for end in found[id(limit.draw)]) for limit in AT_THE_LIMIT]


@pytest.fixture(scope="module")
def typical() -> list[list[End]]:
    return [ends(truth.draw, truth.check, 22, TYPICAL, LONG) for truth in TRUTHS]


def test_the_systems_are_at_their_limits() -> None:
    rng = np.random.default_rng(0)
    for draw, gap in ((PAIRS, -MARGIN), (graded, -MARGIN), (RATE, -0.2)):
        new, old = draw(rng, 200_000)
        assert (new - old).mean() == pytest.approx(gap, abs=0.003)


@pytest.mark.parametrize("case", range(len(AT_THE_LIMIT)))
def test_stopping_as_soon_as_one_may_errs_in_five_per_cent_at_most(case: int, errors: list[int]) -> None:
    assert exact_interval(errors[case], REPETITIONS)[0] <= 0.05
    # not so wide that it could not err, unless the scores spread far less than their range
    assert errors[case] > 0 or AT_THE_LIMIT[case].draw is graded


def test_the_larger_the_effect_the_sooner_it_ends(typical: list[list[End]]) -> None:
    medians = [float(np.median([end.taken for end in found])) for found in typical]
    for half in (medians[:3], medians[3:6][::-1], medians[6:9], medians[9:][::-1]):
        assert half == sorted(half)
    for truth, found in zip(TRUTHS, typical, strict=True):
        wanted = "pass" if truth.true[0] not in "-" and truth.true not in ("0.75", "0.70", "0.60") else "fail"
        assert sum(end.verdict not in (wanted, None) for end in found) / TYPICAL < 0.05


def rendered(errors: list[int], typical: list[list[End]]) -> str:
    runs = f"{REPETITIONS:,} runs of {ITEMS} samples"
    lines = [f"| a system at the limit ({runs}) | error | share | exact 95 % interval |", "|---|---|---|---|"]
    for limit, hits in zip(AT_THE_LIMIT, errors, strict=True):
        low, high = exact_interval(hits, REPETITIONS)
        lines.append(f"| {limit.name} | {limit.error} | {hits / REPETITIONS:.1%} | {low:.1%} – {high:.1%} |")
    lines += ["", f"| check ({TYPICAL} runs of {LONG:,} samples) | true | pass | fail | undecided |"]
    lines[-1] += " samples, median | 80 % within | fixed n |"
    lines += ["|---|---|---|---|---|---|---|---|"]
    for truth, found in zip(TRUTHS, typical, strict=True):
        shares = [
            sum(end.verdict == verdict for end in found) / TYPICAL for verdict in ("pass", "fail", None)
        ]
        taken = np.array([end.taken for end in found])
        cells = [truth.asked, truth.true, *(f"{share:.0%}" for share in shares)]
        cells += [f"{np.median(taken):.0f}", f"{np.quantile(taken, 0.8):.0f}", f"{truth.fixed}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_tables_in_the_documents_are_these(errors: list[int], typical: list[list[End]]) -> None:
    check_written("sequential.md", "test_sequential_error.py", rendered(errors, typical))
