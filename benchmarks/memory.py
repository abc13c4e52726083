"""Memory from 1,000 to 20,000 recorded samples: each run in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypedDict, cast

from benchmarks.checks import Check
from benchmarks.ours import write_config
from benchmarks.workload import items, other_answers

ROOT = Path(__file__).resolve().parents[1]
KEYS = {"suites": [{"reference": {"metrics": ["exact_match", "token_f1"]}}]}
GROWTH = 1.25
"""The most that the peak may grow while the samples grow twenty-fold. What has to grow: ids and digests of
samples, offsets into the recordings, columns of numbers; about 1 KiB a sample. Texts, answers and evidence
are on disk, and the caches are bounded."""


class Peak(TypedDict):
    """What the probe prints."""

    run_mib: float
    run_s: float
    compared_mib: float
    compared_s: float


def flat_memory(folder: Path, small: int, large: int) -> list[Check]:
    """Two recorded systems, cheap metrics of suite `reference`, at both sizes."""
    few, many = _peak(folder / "few", small), _peak(folder / "many", large)
    print(_line(small, few), _line(large, many), sep="\n")
    extra_kib = 1024 * (many["run_mib"] - few["run_mib"]) / (large - small)
    sizes = f"{small} to {large} samples, two systems"
    return [
        Check(
            "growth of the run's peak memory",
            many["run_mib"] / few["run_mib"],
            "at most",
            GROWTH,
            "×",
            f"{sizes}; {extra_kib:.2f} KiB for each further sample",
        ),
        Check(
            "growth of the peak memory with the comparison",
            many["compared_mib"] / few["compared_mib"],
            "at most",
            GROWTH,
            "×",
            sizes,
        ),
    ]


def _line(size: int, peak: Peak) -> str:
    took = f"run {peak['run_s']:.1f} s ({1e3 * peak['run_s'] / size:.1f} ms a sample)"
    compared = f"with the comparison {peak['compared_mib']:.0f} MiB"
    return f"      {size} samples: {took}, peak {peak['run_mib']:.0f} MiB; {compared}"


def _peak(folder: Path, samples: int) -> Peak:
    made = list(items(samples, "m"))
    path = write_config(folder, made, {"a": made, "b": other_answers(made, "o")}, KEYS)
    found = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory_probe", str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return cast("Peak", json.loads(found.stdout))
