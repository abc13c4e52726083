"""The worst domain: which it is, what it is held against, and what its p pays for being picked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from toys.table import Value, column, table

from bakeoff.evals.finding_verdicts import judge_findings
from bakeoff.evals.findings import Finding
from bakeoff.evals.records import Output, Status
from bakeoff.evals.statistics import unpaired_difference
from bakeoff.evals.table import Column, SampleKey, ScoreTable
from bakeoff.suites.domains.options import Options
from bakeoff.suites.domains.worst import worst_findings

MATCH = Output(name="match")
FAILURES = Output(name="failures", direction="lower")


def ones(hits: int, n: int) -> list[Value]:
    return [*[1.0] * hits, *[0.0] * (n - hits)]


def keys(domains: Mapping[str, Sequence[Value]], clusters: int = 0) -> list[SampleKey]:
    names = [name for name, values in domains.items() for _ in values]
    return [
        SampleKey(f"s{i}", domain=name, cluster=f"{name}{i % clusters}" if clusters else None)
        for i, name in enumerate(names)
    ]


def made(domains: Mapping[str, Sequence[Value]], output: Output = MATCH, clusters: int = 0) -> ScoreTable:
    values = [value for some in domains.values() for value in some]
    return table(["rag"], [column(output, [values])], keys(domains, clusters))


def only(domains: Mapping[str, Sequence[Value]], output: Output = MATCH, clusters: int = 0) -> Finding:
    (finding,) = worst_findings(made(domains, output, clusters), None, Options())
    return finding


def test_the_worst_domain_is_held_against_all_others_at_the_price_of_the_choice() -> None:
    finding = only({"a": ones(36, 40), "b": ones(20, 40), "c": ones(38, 40)})
    alone = unpaired_difference([1.0] * 74 + [0.0] * 6, [1.0] * 20 + [0.0] * 20, binary=True, alpha=0.05 / 3)
    assert (finding.slice, finding.family) == ("domain=b", "toy.match")
    assert finding.effect == pytest.approx(74 / 80 - 0.5)
    assert (finding.low, finding.high) == pytest.approx((alone.interval.low, alone.interval.high))
    assert finding.p == pytest.approx(3 * (alone.p or 0))
    assert (finding.correction, finding.status, finding.headline, finding.n) == ("bh", "alarm", True, 120)
    assert finding.detail["picked_from"] == 3
    assert (finding.detail["mean"], finding.detail["rest_mean"]) == (0.5, 0.925)
    assert finding.sentence.startswith(
        "rag on toy.match is worst in b: 0.500 of 40 samples against 0.925 of 80 in the others, "
        "a gap of 0.425 (95% interval +0.2"
    )
    assert "as the worst of 3 domains)." in finding.sentence


def test_where_less_is_better_the_worst_has_most() -> None:
    finding = only({"a": ones(2, 40), "b": ones(20, 40), "c": ones(0, 40)}, FAILURES)
    assert (finding.slice, finding.status) == ("domain=b", "alarm")
    assert finding.effect == pytest.approx(0.5 - 2 / 80)
    assert finding.low is not None
    assert finding.low > 0


def test_an_ideal_system_and_an_even_one_raise_nothing() -> None:
    ideal = only({name: ones(40, 40) for name in "abcd"})
    assert (ideal.effect, ideal.p, ideal.status, ideal.headline) == (0.0, 1.0, "cannot_tell", False)
    assert "is nowhere worse than elsewhere, not in a:" in ideal.sentence
    assert only({name: ones(30, 40) for name in "abcd"}).status == "cannot_tell"


def test_a_sure_gap_within_the_tolerance_is_no_alarm() -> None:
    domains = {"a": ones(1880, 2000), "b": ones(1980, 2000)}
    finding = only(domains)
    assert (finding.p or 1) < 0.001
    assert finding.effect == pytest.approx(0.05)
    assert finding.status == "cannot_tell"
    (strict,) = worst_findings(made(domains), None, Options(tolerance=0.04))
    assert strict.status == "alarm"


def test_the_tolerance_is_a_share_of_the_metrics_range() -> None:
    rng = np.random.default_rng(0)
    domains: dict[str, list[Value]] = {
        "a": [float(v) for v in rng.normal(50, 2, 40)],
        "b": [float(v) for v in rng.normal(42, 2, 40)],
    }
    assert only(domains, Output(name="match", high=100.0)).status == "cannot_tell"  # 8 of 100
    assert only(domains, Output(name="match", high=60.0)).status == "alarm"  # 8 of 60


def test_a_wide_gap_of_few_samples_is_no_alarm() -> None:
    finding = only({"a": ones(8, 12), "b": ones(10, 12), "c": ones(10, 12)})
    assert (finding.effect or 0) > 0.1
    assert finding.status == "cannot_tell"


def test_small_domains_are_told_not_picked_and_count_among_the_others() -> None:
    finding = only({"a": ones(30, 40), "b": ones(36, 40), "tiny": ones(0, 9)})
    assert (finding.slice, finding.detail["picked_from"], finding.n) == ("domain=a", 2, 89)
    assert finding.detail["rest_mean"] == pytest.approx(36 / 49)
    assert finding.detail["domains"] == {
        "a": {"mean": 0.75, "n": 40, "too_small": False},
        "b": {"mean": 0.9, "n": 40, "too_small": False},
        "tiny": {"mean": 0.0, "n": 9, "too_small": True},
    }
    assert "too small to say: tiny" in finding.sentence


def test_ten_samples_in_few_clusters_are_small() -> None:
    finding = only({"a": ones(30, 40), "b": ones(36, 40)}, clusters=5)
    assert (finding.status, finding.p, finding.effect) == ("cannot_tell", None, None)
    assert "fewer than two domains have 10 scored samples" in finding.sentence
    clustered = only({"a": ones(5, 40), "b": ones(36, 40)}, clusters=20)
    assert clustered.detail["test"] == "Welch's t, by cluster"


def test_metrics_without_two_large_domains_share_one_finding() -> None:
    small = {"a": ones(3, 9), "b": ones(8, 9)}
    values = [value for some in small.values() for value in some]
    both = table(["rag"], [column(MATCH, [values]), column(FAILURES, [values])], keys(small))
    (finding,) = worst_findings(both, None, Options())
    assert finding.detail["metrics"] == ["toy.match", "toy.failures"]


def test_what_has_no_range_no_second_domain_or_is_a_slice_is_passed_over() -> None:
    domains = {"a": ones(1, 20), "b": ones(19, 20)}
    whole = made(domains)
    first = whole.columns[0]
    part = Column("toy", MATCH, first.values, first.statuses, "domain=a")
    latency = Column("toy", Output(name="latency", high=None), first.values, first.statuses)
    for columns in ([part], [latency]):
        assert worst_findings(ScoreTable(whole.systems, whole.samples, columns), None, Options()) == []
    assert worst_findings(made({"a": ones(1, 20)}), None, Options()) == []
    nowhere: list[Value] = [Status.NOT_APPLICABLE] * 20
    assert worst_findings(made({"a": ones(1, 20), "b": nowhere}), None, Options()) == []


def test_variants_and_other_suites_items_are_left_out() -> None:
    domains = {"a": ones(18, 20), "b": ones(18, 20), "c": ones(0, 40), "family": ones(0, 30)}
    whole = made(domains)
    samples = [
        SampleKey(key.id, domain=key.domain, origin="s0", variant="typos") if key.domain == "c" else key
        for key in whole.samples
    ]
    given = {key.id for key in samples if key.domain != "family"}
    (finding,) = worst_findings(ScoreTable(whole.systems, samples, whole.columns), given, Options())
    assert (finding.n, finding.effect) == (40, 0.0)
    (all_of_it,) = worst_findings(ScoreTable(whole.systems, samples, whole.columns), None, Options())
    assert all_of_it.slice == "domain=family"


def test_the_surest_alarm_of_a_system_is_the_headline_and_bh_runs_over_its_metrics() -> None:
    rng = np.random.default_rng(1)
    domains = ["a"] * 40 + ["b"] * 40
    samples = [SampleKey(f"s{i}", domain=domain) for i, domain in enumerate(domains)]
    bad, worse = [*ones(28, 40), *ones(38, 40)], [*ones(10, 40), *ones(38, 40)]
    even: list[list[Value]] = [[float(v) for v in rng.random(80) < 0.8] for _ in range(6)]
    columns = [column(Output(name=f"m{i}"), [row]) for i, row in enumerate([bad, worse, *even])]
    found = worst_findings(table(["rag"], columns, samples), None, Options())
    assert [f.headline for f in found] == [False, True, *[False] * 6]
    raw = [f.p or 0 for f in found]
    judged = judge_findings(found, 0.05)
    assert judged[1].p_adjusted == pytest.approx(8 * raw[1])
    assert judged[0].p_adjusted == pytest.approx(min(4 * raw[0], judged[0].p_adjusted or 0))
    assert [f.status for f in judged[:2]] == ["alarm", "alarm"]
    assert {f.status for f in judged[2:]} == {"cannot_tell"}


def test_by_chance_hardly_any_system_is_accused() -> None:
    """Five metrics, four domains, no difference: an alarm in at most a tenth of the runs."""
    rng = np.random.default_rng(7)
    samples = [SampleKey(f"s{i}", domain="abcd"[i % 4]) for i in range(80)]
    accused = 0
    for _ in range(100):
        rows = [[float(v) for v in rng.random(80) < 0.6] for _ in range(3)]
        rows += [[float(v) for v in rng.random(80)] for _ in range(2)]
        columns = [column(Output(name=f"m{i}"), [row]) for i, row in enumerate(rows)]
        found = judge_findings(worst_findings(table(["rag"], columns, samples), None, Options()), 0.05)
        accused += any(f.status == "alarm" for f in found)
    assert accused <= 17  # of 100; more have a chance below .01 at .10
