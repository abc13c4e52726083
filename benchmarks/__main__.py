"""`python -m benchmarks [--quick] [--only NAME …]`: every check beside its target."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.asked_once import asked_once
from benchmarks.checks import Check, exit_code
from benchmarks.memory import flat_memory
from benchmarks.throughput import latency_bound, software_bound

Benchmark = Callable[[Path], list[Check]]

FULL: Mapping[str, Benchmark] = {
    "throughput": partial(software_bound, samples=150, rounds=3),
    "latency": partial(latency_bound, samples=448, ragas_samples=128),
    "asked_once": partial(asked_once, samples=40),
    "memory": partial(flat_memory, small=1_000, large=20_000),
}

QUICK: Mapping[str, Benchmark] = {
    "throughput": partial(software_bound, samples=64, rounds=1),
    "latency": partial(latency_bound, samples=256, ragas_samples=16),
    "asked_once": partial(asked_once, samples=10),
    "memory": partial(flat_memory, small=1_000, large=3_000),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks that are named, or all; 0 where every target is met, else 1."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Every check prints its target; the exit code is 1 where one is missed.",
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: a smoke test, proves little")
    parser.add_argument("--only", nargs="+", choices=list(FULL), default=list(FULL), metavar="NAME")
    options = parser.parse_args(arguments)
    chosen = QUICK if options.quick else FULL
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    checks: list[Check] = []
    for name in options.only:
        checks += _run(name, chosen[name])
    missed = sum(not check.passed for check in checks)
    print(f"\n{len(checks)} targets, {missed} missed" if missed else f"\nall {len(checks)} targets met")
    return exit_code(checks)


def _run(name: str, benchmark: Benchmark) -> list[Check]:
    print(f"\n{name}", flush=True)
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bakeoff-bench-") as folder:
        checks = benchmark(Path(folder))
    for check in checks:
        print(check.line())
    print(f"      ({time.perf_counter() - start:.0f} s)", flush=True)
    return checks


if __name__ == "__main__":
    sys.exit(main())
