"""What `bakeoff run` warns of before it spends: one line per check that the samples cannot decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_line.pilot_world import write_pilot_world

from bakeoff.assemble import read_config
from bakeoff.evals.config import Config
from bakeoff.evals.datasets import read_samples
from bakeoff.evals.planning import undecidable

BOUND = {"metric": "exact_match", "at_least": 0.8}


def config(folder: Path, *checks: dict[str, Any], questions: int = 160, **keys: Any) -> Config:
    gate = {"gate": {"candidate": "tuned", "checks": list(checks)}} if checks else {}
    return read_config(write_pilot_world(folder, questions=questions, **gate, **keys))


def warnings(made: Config) -> list[str]:
    return undecidable(made, read_samples(made.dataset, made.folder))


def test_a_line_for_each_check_that_cannot_be_decided(tmp_path: Path) -> None:
    checks: list[dict[str, Any]] = [
        BOUND,
        {"metric": "latency_p95_s", "at_most": 3.0},
        {"metric": "token_f1", "not_worse_than": "baseline", "margin": 0.2},
        {"metric": "cost_usd", "at_most": 0.01},
        {"manual": "privacy review"},
        {"metric": "exact_match", "better_than": "base"},
    ]
    lines = warnings(config(tmp_path, *checks))
    assert [line.partition(":")[0] for line in lines] == [
        "exact_match at least 0.8",
        "exact_match better than base",
    ]
    assert "cannot be decided with 160 samples" in lines[0]
    assert "398 are needed (assuming 15% of pairs that differ)" in lines[1]


def test_enough_samples_are_enough(tmp_path: Path) -> None:
    assert warnings(config(tmp_path, BOUND, questions=400)) == []


def test_no_gate_no_warning(tmp_path: Path) -> None:
    assert warnings(config(tmp_path)) == []


@pytest.mark.parametrize(("alpha", "lines"), [(0.05, 0), (0.01, 1)])
def test_the_level_is_the_configs(tmp_path: Path, alpha: float, lines: int) -> None:
    assert len(warnings(config(tmp_path, BOUND, questions=400, alpha=alpha))) == lines


def test_a_stricter_bound_at_the_end_is_never_passed(tmp_path: Path) -> None:
    (line,) = warnings(config(tmp_path, {"metric": "exact_match", "at_least": 1.0}))
    assert line.endswith("cannot be passed with any number of samples: nothing lies beyond the bound")
