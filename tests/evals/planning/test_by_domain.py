"""Planning by domain: a check of one domain has that domain's samples only, and its sizes say so."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line.pilot_world import write_pilot_world
from command_line.worlds import give_domains
from hypothesis import given
from hypothesis import strategies as st
from toys.table import column, run_record, table

from bakeoff.assemble import read_config
from bakeoff.evals.config import Config
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.gate_config import CheckConfig
from bakeoff.evals.planning import plan_samples, undecidable
from bakeoff.evals.planning.known import Known, domains_of, share_of
from bakeoff.evals.planning.records import Aim, CheckPlan
from bakeoff.evals.records import Output
from bakeoff.evals.statistics import mcnemar_exact_n, mcnemar_mde, rate_mde, rate_n
from bakeoff.evals.table import SampleKey, ScoreTable

BILLING = {"metric": "exact_match", "at_least": 0.3, "domain": "billing"}
SHARES = {"returns": 7, "billing": 3}


def config(folder: Path, *checks: dict[str, Any], questions: int = 160) -> Config:
    gate = {"candidate": "tuned", "checks": list(checks)}
    path = write_pilot_world(folder, questions=questions, gate=gate)
    give_domains(folder, SHARES)
    return read_config(path)


def pilot() -> ScoreTable:
    """100 samples of `b`, on which 10 pairs differ, then 40 of `a`, on which 20 do."""
    keys = [SampleKey(f"s{i}", domain="b" if i < 100 else "a") for i in range(140)]
    base = [float(i % 2) for i in range(140)]
    differs = [i % 10 == 0 if i < 100 else i < 120 for i in range(140)]
    new = [1 - score if other else score for score, other in zip(base, differs, strict=True)]
    return table(["base", "new"], [column(Output(name="match"), [base, new])], keys)


def test_a_check_of_a_domain_is_planned_with_the_samples_of_that_domain(tmp_path: Path) -> None:
    made = config(tmp_path, BILLING)
    (line,) = undecidable(made, read_samples(made.dataset, made.folder))
    needed = rate_n(0.35, 0.3, alpha=0.05, power=0.8)
    assert "cannot be decided with 48 samples of domain billing" in line
    assert f"{needed} are needed (about {math.ceil(needed / 0.3):,} of the present mix)" in line


def test_the_whole_data_set_can_be_enough_where_one_domain_is_not(tmp_path: Path) -> None:
    everywhere = {key: value for key, value in BILLING.items() if key != "domain"}
    made = config(tmp_path, BILLING, everywhere, questions=600)
    (line,) = undecidable(made, read_samples(made.dataset, made.folder))
    assert line.startswith("exact_match (billing) at least 0.3: cannot be decided with 180 samples")


def test_a_domain_without_a_sample_decides_nothing(tmp_path: Path) -> None:
    made = config(tmp_path, {**BILLING, "domain": "bilking"})
    (line,) = undecidable(made, read_samples(made.dataset, made.folder))
    assert line.endswith("cannot be decided: no sample at hand is of domain bilking")


def checks(made: ScoreTable, tmp_path: Path, *asked: dict[str, Any], **keys: Any) -> list[CheckPlan]:
    read = config(tmp_path, *asked)
    systems = {"base": read.systems["base"], "new": read.systems["tuned"]}
    gate = read.gate.model_copy(update={"candidate": "new"}) if read.gate else None
    read = read.model_copy(update={"systems": systems, "gate": gate, "baseline": "base"})
    plan = plan_samples(Aim(), config=read, run=run_record(made), table=made, **keys)
    return list(plan.checks)


def test_the_variance_is_the_one_that_the_pilot_saw_within_the_domain(tmp_path: Path) -> None:
    made = pilot()
    better = {"metric": "match", "better_than": "base"}
    in_b, in_a, in_all = checks(made, tmp_path, {**better, "domain": "b"}, {**better, "domain": "a"}, better)
    assert (in_b.n, in_b.needed) == (100, mcnemar_exact_n(0.05, 0.1, alpha=0.1))
    assert (in_a.n, in_a.needed) == (40, mcnemar_exact_n(0.05, 0.5, alpha=0.1))
    assert (in_all.n, in_all.needed) == (140, mcnemar_exact_n(0.05, 30 / 140, alpha=0.1))
    assert in_b.needed is not None
    assert (in_b.needed_in_all, in_all.needed_in_all) == (math.ceil(in_b.needed * 1.4), None)
    assert (in_b.domain, in_all.domain) == ("b", None)


def test_a_stated_number_of_samples_keeps_the_mix(tmp_path: Path) -> None:
    made = pilot()
    bound = {"metric": "match", "at_least": 0.55, "domain": "a"}
    (found,) = checks(made, tmp_path, bound, n=1400)
    assert (found.n, found.smallest) == (400, rate_mde(400, 0.55, above=True, alpha=0.05, power=0.8))
    (absent,) = checks(made, tmp_path, {**bound, "domain": "c"})
    assert (absent.n, absent.decidable) == (0, False)


def test_the_samples_of_the_next_run_are_counted_within_the_domain() -> None:
    """The pilot scored 40 of the 50 samples of `b` that are asked again; those of `a` play no part."""
    made = pilot()
    (one,) = made.columns
    values = one.values.copy()
    values[:, :10] = np.nan
    made = replace(made, columns=[replace(one, values=values)])
    ids: dict[str, str | None] = {f"s{i}": "b" if i < 50 else "a" for i in (*range(50), *range(100, 140))}
    known = Known(candidate="new", baseline="base", parents={}, ids=ids, pilot=made).within("b")
    assert known.own(known.column("match"), "new").n == 40
    assert known.paired(known.column("match"), "base").n == 40


def test_a_metric_that_is_right_or_wrong_within_the_domain_is_a_rate_there() -> None:
    keys = [SampleKey(f"s{i}", domain="ab"[i % 2]) for i in range(40)]
    graded = [0.5 if i % 2 else float(i % 4 == 0) for i in range(40)]
    made = table(["base", "new"], [column(Output(name="match"), [graded, graded])], keys)
    known = Known(candidate="new", baseline="base", parents={}, pilot=made)
    rates = [known.within(name).own(known.column("match"), "new").rate for name in ("a", "b", None)]
    assert rates == [True, False, False]


def test_the_plan_shows_the_smallest_effect_within_each_domain() -> None:
    made = pilot()
    plan = plan_samples(Aim(), run=run_record(made), table=made)
    assert [(row.domain, row.n) for row in plan.domains] == [("b", 100), ("a", 40)]
    assert [row.smallest_effect for row in plan.domains] == [mcnemar_mde(100, 0.1), mcnemar_mde(40, 0.5)]
    assert [row.n for row in plan_samples(Aim(), run=run_record(made), table=made, n=70).domains] == [50, 20]


def test_without_a_pilot_the_domains_are_counted_in_the_data_set() -> None:
    plan = plan_samples(Aim(), n=200, domains={"a": 30, "b": 60, None: 10})
    assert [(row.domain, row.n) for row in plan.domains] == [("b", 120), ("a", 60)]
    assert plan.domains[1].smallest_effect == mcnemar_mde(60, 0.15)
    assert plan_samples(Aim(), n=200, domains={"a": 200}).domains == ()
    assert plan_samples(Aim(), n=200).domains == ()


def test_a_domain_of_which_the_pilot_scored_nothing_is_told() -> None:
    one = column(Output(name="match"), [[1.0, 0.0, 1.0, None], [0.0, 1.0, 1.0, None]])
    made = table(["base", "new"], [one], [SampleKey(f"s{i}", domain="ab"[i // 3]) for i in range(4)])
    rows = plan_samples(Aim(), run=run_record(made), table=made).domains
    assert [(row.domain, row.n, row.note) for row in rows][1] == ("b", 0, "no pair in the pilot")


def test_variants_are_no_samples_of_their_own() -> None:
    made = pilot()
    variants = [SampleKey(f"v{i}", domain="a", origin=f"s{i}", variant="typo") for i in range(60)]
    assert domains_of(replace(made, samples=[*made.samples, *variants])) == {"b": 100, "a": 40}


@given(st.dictionaries(st.sampled_from(["a", "b", None]), st.integers(0, 1000)))
def test_shares_of_all_domains_are_one(counts: dict[str | None, int]) -> None:
    shares = [share_of(name, counts) for name in counts]
    if sum(counts.values()):
        assert sum(share or 0.0 for share in shares) == pytest.approx(1)
    else:
        assert set(shares) <= {None}


def test_nothing_is_said_of_a_domain_that_nobody_counted() -> None:
    known = Known(candidate="new", baseline="base", parents={}, count=50).within("a")
    assert known.offered is None
    assert CheckConfig.model_validate(BILLING).domain == "billing"
